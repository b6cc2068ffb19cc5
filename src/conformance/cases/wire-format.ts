import { isControl } from '../../core/index.ts'
import type { Case, Step } from '../case.ts'
import type { Frame } from '../wire/frame.ts'
import {
  binary,
  close,
  continuation,
  echo,
  endsWith,
  fails,
  more,
  ping,
  pong,
  ponged,
  replies,
  type Row,
  send,
  table,
  text,
} from './script.ts'

const section = 'RFC 6455 §5.2'

// ---- 14: the length in its shortest form

/** "the minimal number of bytes MUST be used": written for who sends. To refuse others is good style. */
const longForms: readonly Row[] = [
  ...[0, 1, 125].map((length) => ({ length, lengthBits: 16 as const })),
  ...[0, 1, 125, 126, 65_535].map((length) => ({ length, lengthBits: 64 as const })),
].flatMap(({ length, lengthBits }) => {
  const payload = { sample: 'stars', length } as const
  const frames: Readonly<Record<string, Frame[]>> = {
    text: [text(payload, { lengthBits })],
    binary: [binary(payload, { lengthBits })],
    continuation: [text('', more), continuation(payload, { lengthBits })],
  }
  return Object.entries(frames).map(([name, list]): Row => ({
    title: `${name} of ${length} bytes, its length in ${lengthBits} bits`,
    severity: 'SHOULD',
    script: [send(...list)],
    expects: fails(1002),
  }))
})

const controlForms: readonly Row[] = [16, 64].flatMap((lengthBits) =>
  [ping, pong, () => close(1000)].map((make, at): Row => ({
    title: `${['ping', 'pong', 'close'][at]}, its length in ${lengthBits} bits`,
    clause: 'RFC 6455 §5.5',
    severity: 'SHOULD',
    script: [send({ ...make('a'), lengthBits: lengthBits as 16 | 64 })],
    expects: fails(1002),
  })),
)

const hugeLengths: readonly Row[] = [
  {
    title: 'text whose 64-bit length has its top bit set',
    severity: 'SHOULD',
    script: [send(text('', { lengthBits: 64, announced: 1n << 63n }))],
    expects: fails([1002, 1009]),
  },
  {
    title: 'text whose 64-bit length is all ones',
    severity: 'SHOULD',
    script: [send(text('', { lengthBits: 64, announced: (1n << 64n) - 1n }))],
    expects: fails([1002, 1009]),
  },
  {
    title: 'text that announces 2^63 - 1 bytes',
    clause: 'RFC 6455 §10.4',
    severity: 'informational',
    script: [send(text('', { lengthBits: 64, announced: (1n << 63n) - 1n }))],
    expects: fails([1009, 1002]),
  },
  ...['ping', 'pong', 'close'].map((name, at): Row => ({
    title: `${name} that announces 65536 bytes`,
    clause: 'RFC 6455 §5.5',
    // That it must be failed is written, and not that it must be before the payload has come.
    severity: 'SHOULD',
    script: [send({ opcode: [9, 10, 8][at]!, announced: 65_536n })],
    expects: fails(1002),
  })),
]

// ---- 15: wrong head bytes, one by one

/** What may stand first on a connection. */
const right: readonly number[] = [0x01, 0x02, 0x81, 0x82, 0x88, 0x89, 0x8a]

const headBytes: readonly Row[] = Array.from({ length: 256 }, (_, first) => first)
  .filter((first) => !right.includes(first))
  .map((first) => {
    const frame: Frame = { opcode: first & 15, rsv: (first >> 4) & 7, fin: first >= 0x80 }
    return {
      title: `first byte 0x${first.toString(16).padStart(2, '0')}`,
      script: [send(frame)],
      expects: fails(1002),
    }
  })

/** §5.1: a client masks everything, a server nothing. */
const masking: readonly Row[] = [
  ...[1, 2, 8, 9, 10].map((opcode): Row => ({
    title: `opcode ${opcode} masked the other way round`,
    script: [send({ opcode, wrongMask: true })],
    expects: fails(1002),
  })),
  {
    title: 'text with payload masked the other way round',
    script: [send(text('hello', { wrongMask: true }))],
    expects: fails(1002),
  },
  {
    title: 'right text, then one masked the other way round',
    script: [send(text('hello'), text('hello', { wrongMask: true }))],
    expects: fails(1002, echo('text', 'hello')),
  },
  {
    title: 'continuation masked the other way round',
    script: [send(text('hel', more), continuation('lo', { wrongMask: true }))],
    expects: fails(1002),
  },
]

// ---- 18: masks

const keys: Readonly<Record<string, number>> = {
  zeros: 0,
  ones: 0xffffffff,
  'one bit': 0x80000000,
  'the last byte only': 0xff,
}
const alphabet = 'abcdefghijklmnopqrstuvwxyz'

const maskKeys: readonly Row[] = [
  ...Object.entries(keys).map(([name, key]): Row => ({
    title: `masking key of ${name}`,
    role: 'server',
    script: [send(text(alphabet, { key }), ping('p', { key }))],
    expects: replies(echo('text', alphabet), ponged('p')),
  })),
  ...[1, 2, 3, 4, 5, 6, 7, 8, 9, 63, 64, 65].map((length): Row => ({
    title: `masked messages of ${length} bytes, cut at every byte`,
    role: 'server',
    script: [
      {
        kind: 'send',
        frames: [binary({ sample: 'noise', length }, { key: 0x01020304 })],
        pieces: 1,
      },
    ],
    expects: replies(echo('binary', { sample: 'noise', length })),
  })),
]

const ownMasks: readonly Row[] = [
  {
    title: 'the masking keys of 32 echoes',
    role: 'client',
    severity: 'informational',
    script: [send(...Array.from({ length: 32 }, (_, at) => text(`message ${at}`)))],
    expects: {
      ...replies(...Array.from({ length: 32 }, (_, at) => echo('text', `message ${at}`))),
      check: 'mask-keys',
    },
  },
]

// ---- 16: what may stand between fragments

const inside = (frame: Frame): Step => send(text('be', more), frame, continuation('gun'))
const betweens: readonly Row[] = [
  {
    title: 'a text inside a text',
    script: [inside(text('x'))],
    expects: fails(1002),
  },
  { title: 'a binary inside a text', script: [inside(binary('x'))], expects: fails(1002) },
  {
    title: 'an unfinished text inside a text',
    script: [inside(text('x', more))],
    expects: fails(1002),
  },
  {
    title: 'an empty text inside a text',
    script: [inside(text())],
    expects: fails(1002),
  },
  {
    title: 'a text inside a binary',
    script: [send(binary('be', more), text('x'), continuation('gun'))],
    expects: fails(1002),
  },
  {
    title: 'a ping before, between and after fragments',
    script: [send(ping('1'), text('be', more), ping('2'), continuation('gun'), ping('3'))],
    expects: replies(
      ...['1', '2'].map((name) => ({ ...ponged(name), optional: true })),
      ponged('3'),
      echo('text', 'begun'),
    ),
  },
  {
    title: 'a pong between fragments',
    script: [inside(pong('x'))],
    expects: replies(echo('text', 'begun')),
  },
  {
    title: 'a close between fragments',
    clause: 'RFC 6455 §5.5.1',
    script: [send(text('be', more), close(1000))],
    expects: endsWith({ kind: 'answers', codes: [1000] }),
  },
  {
    title: 'two fragmented messages, one behind the other',
    script: [send(text('a', more), continuation('b'), binary('c', more), continuation('d'))],
    expects: replies(echo('text', 'ab'), echo('binary', 'cd')),
  },
  {
    title: 'a continuation behind a finished message',
    script: [send(text('a', more), continuation('b'), continuation('c'))],
    expects: fails(1002, echo('text', 'ab')),
  },
  {
    title: 'a continuation behind a message in one frame',
    script: [send(text('a'), continuation('b'))],
    expects: fails(1002, echo('text', 'a')),
  },
  {
    title: 'a continuation after a ping, before any message',
    script: [send(ping('p'), continuation('b'))],
    expects: fails(1002, ponged('p')),
  },
  ...[10, 100, 500].map((times): Row => ({
    title: `${times} empty fragments, then a last one`,
    clause: 'RFC 6455 §10.4',
    script: [
      send(
        text('a', more),
        ...Array.from({ length: times }, () => continuation('', more)),
        continuation('b'),
      ),
    ],
    expects: replies(echo('text', 'ab')),
  })),
  ...[0x3, 0xb].map((opcode): Row => ({
    title: `reserved ${isControl(opcode) ? 'control' : 'data'} opcode inside a message`,
    clause: section,
    script: [inside({ opcode })],
    expects: fails(1002),
  })),
]

/** Groups 14, 15, 16 and 18: what a frame and the order of frames may look like. */
export const lengthForms: readonly Case[] = [
  ...table('14.1', section, longForms),
  ...table('14.2', 'RFC 6455 §5.5', controlForms),
  ...table('14.3', section, hugeLengths),
]
export const firstBytes: readonly Case[] = [
  ...table('15.1', section, headBytes),
  ...table('15.2', 'RFC 6455 §5.1', masking),
]
export const interleaving: readonly Case[] = table('16', 'RFC 6455 §5.4', betweens)
export const masks: readonly Case[] = [
  ...table('18.1', 'RFC 6455 §5.3', maskKeys),
  ...table('18.2', 'RFC 6455 §5.3', ownMasks),
]

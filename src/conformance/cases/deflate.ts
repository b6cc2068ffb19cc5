import { constants, deflateRawSync } from 'node:zlib'
import type { Case } from '../case.ts'
import type { DeflateParams } from '../wire/deflate.ts'
import {
  binary,
  close,
  continuation,
  echo,
  endsWith,
  fails,
  message,
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

const extensions = 'Sec-WebSocket-Extensions'
const negotiating = 'RFC 7692 §7.1'
const hello = 'Hello, Hello, Hello, Hello!'

// ---- negotiation, servers

/** A server declines an offer it cannot read (RFC 7692 §7.1), and goes on without compression. */
const badOffers: readonly Row[] = [
  'permessage-deflate; unknown',
  'permessage-deflate; server_no_context_takeover=1',
  'permessage-deflate; client_no_context_takeover=true',
  'permessage-deflate; server_no_context_takeover; server_no_context_takeover',
  'permessage-deflate; client_max_window_bits; client_max_window_bits=10',
  ...['server', 'client'].flatMap((side) =>
    ['7', '16', '0', '08', '-9', '9.0', 'abc', '999999999999'].map(
      (bits) => `permessage-deflate; ${side}_max_window_bits=${bits}`,
    ),
  ),
  'permessage-deflate; server_max_window_bits',
].map((offer) => ({
  title: `declined: ${offer.slice('permessage-deflate; '.length)}`,
  role: 'server',
  opening: { request: { fields: { [extensions]: offer } }, needsDeflate: true },
  script: [send(text(hello))],
  expects: { ...replies(echo('text', hello)), check: 'no-deflate' },
}))

/** An offer that is good behind one that is not (RFC 7692 §5.1: in order of preference). */
const fallbacks: readonly Row[] = [
  ['unknown parameter first', 'permessage-deflate; unknown, permessage-deflate'],
  ['bad window first', 'permessage-deflate; server_max_window_bits=99, permessage-deflate'],
  ['unknown extension first', 'x-unknown, permessage-deflate'],
  ['a quoted value', 'permessage-deflate; server_max_window_bits="15"'],
].map(([title, offer = '']) => ({
  title: `accepted: ${title}`,
  role: 'server',
  severity: 'SHOULD',
  opening: { request: { fields: { [extensions]: offer } }, needsDeflate: true },
  script: [message(echo('text', hello))],
  expects: { ...replies(echo('text', hello)), check: 'deflate' },
}))

// ---- negotiation, clients

const badAnswers: readonly Row[] = [
  'permessage-deflate; unknown',
  'permessage-deflate; server_no_context_takeover=1',
  'permessage-deflate; server_no_context_takeover; server_no_context_takeover',
  'permessage-deflate; client_max_window_bits',
  'permessage-deflate; server_max_window_bits',
  'permessage-deflate, permessage-deflate',
  ...['server', 'client'].flatMap((side) =>
    ['7', '16', '08', 'abc'].map((bits) => `permessage-deflate; ${side}_max_window_bits=${bits}`),
  ),
].map((answer) => ({
  title: `refused: ${answer}`,
  role: 'client',
  opening: { response: { fields: { [extensions]: answer } }, needsDeflate: true },
  script: [],
  expects: endsWith({ kind: 'refuses', statuses: [] }),
  ...(answer.includes(',') ? { severity: 'SHOULD' } : {}),
}))

// ---- frames

const deflate: readonly DeflateParams[] = [{}]
const opening = { deflate }
const compressed = (data: string, flush: number): Buffer =>
  deflateRawSync(Buffer.from(data), { finishFlush: flush })
/** As RFC 7692 §7.2.1 has it: an empty block at the end, without its last four bytes. */
const body = compressed(hello, constants.Z_SYNC_FLUSH).subarray(0, -4)
const rsv = 4
const inTwo = body.length >> 1

const faults: readonly Row[] = [
  { title: 'RSV1 on a ping', script: [send(ping('x', { rsv }))], expects: fails(1002) },
  { title: 'RSV1 on a pong', script: [send(pong('x', { rsv }))], expects: fails(1002) },
  { title: 'RSV1 on a close', script: [send({ ...close(1000), rsv })], expects: fails(1002) },
  {
    title: 'RSV1 on a continuation',
    script: [
      send(
        text(body.subarray(0, inTwo), { ...more, rsv }),
        continuation(body.subarray(inTwo), { rsv }),
      ),
    ],
    expects: fails(1002),
  },
  {
    title: 'RSV1 on the continuation of a plain message',
    script: [send(text('a', more), continuation(body, { rsv }))],
    expects: fails(1002),
  },
  ...[1, 2, 3, 5, 6, 7].map((bits): Row => ({
    title: `reserved bits ${bits} with the extension`,
    script: [send(text(body, { rsv: bits }))],
    expects: fails(1002),
  })),
  {
    title: 'bytes that are no DEFLATE',
    clause: 'RFC 7692 §7.2.2',
    script: [send(text(Buffer.alloc(16, 0xff), { rsv }))],
    expects: fails([1007, 1002]),
  },
  {
    title: 'a distance beyond the beginning',
    clause: 'RFC 7692 §7.2.2',
    script: [send(binary(Uint8Array.of(0x03, 0x41, 0x00), { rsv }))],
    expects: fails([1007, 1002]),
  },
  {
    title: 'compressed text that is not UTF-8',
    clause: 'RFC 6455 §8.1',
    script: [
      send(
        text(
          deflateRawSync(Uint8Array.of(0xff, 0xfe), {
            finishFlush: constants.Z_SYNC_FLUSH,
          }).subarray(0, -4),
          { rsv },
        ),
      ),
    ],
    expects: fails(1007),
  },
]

const shapes: readonly Row[] = [
  {
    title: 'the example of the RFC',
    clause: 'RFC 7692 §7.2.3.1',
    script: [send(text(Buffer.from('f248cdc9c90700', 'hex'), { rsv }))],
    expects: replies(echo('text', 'Hello')),
  },
  {
    title: 'a stored block',
    clause: 'RFC 7692 §7.2.3.3',
    script: [send(text(Buffer.from('000500faff48656c6c6f00', 'hex'), { rsv }))],
    expects: replies(echo('text', 'Hello')),
  },
  {
    title: 'a block with BFINAL',
    clause: 'RFC 7692 §7.2.3.4',
    script: [send(text(Buffer.from('f348cdc9c9070000', 'hex'), { rsv }))],
    expects: replies(echo('text', 'Hello')),
  },
  {
    title: 'two blocks',
    clause: 'RFC 7692 §7.2.3.5',
    script: [
      send(text(Buffer.from('f248050000 00ffffcac9c90700'.replace(' ', ''), 'hex'), { rsv })),
    ],
    expects: replies(echo('text', 'Hello')),
  },
  {
    title: 'an empty message',
    clause: 'RFC 7692 §7.2.3.6',
    script: [send(text(Uint8Array.of(0), { rsv }))],
    expects: replies(echo('text', '')),
  },
  {
    title: 'an uncompressed message',
    clause: 'RFC 7692 §6',
    script: [send(text(hello))],
    expects: replies(echo('text', hello)),
  },
  {
    title: 'compressed, uncompressed, compressed',
    clause: 'RFC 7692 §7.2.3.2',
    script: [message(echo('text', hello)), send(text('plain')), message(echo('text', hello))],
    expects: replies(echo('text', hello), echo('text', 'plain'), echo('text', hello)),
  },
  {
    title: 'the same message three times, from the window',
    clause: 'RFC 7692 §7.2.3.2',
    script: [1, 2, 3].map(() => message(echo('text', hello))),
    expects: replies(...[1, 2, 3].map(() => echo('text', hello))),
  },
  {
    title: 'fragments of one byte, a ping among them',
    script: [
      send(
        text(body.subarray(0, 1), { ...more, rsv }),
        ping('p'),
        ...Array.from(body.subarray(1)).map((byte, at) =>
          continuation(Uint8Array.of(byte), { fin: at === body.length - 2 }),
        ),
      ),
    ],
    expects: replies(ponged('p'), echo('text', hello)),
  },
  {
    title: 'an empty first and last fragment',
    script: [send(text('', { ...more, rsv }), continuation(body, more), continuation())],
    expects: replies(echo('text', hello)),
  },
]

/** A match 1000 bytes back, where windows of 512 were agreed for us. */
const tooFar: Row = {
  title: 'a match beyond the window that was agreed for us',
  clause: 'RFC 7692 §7.2.2',
  severity: 'informational',
  role: 'client',
  opening: { deflate: [{ serverBits: 9 }] },
  script: [
    send(
      binary(
        deflateRawSync(Buffer.concat([noise(1000), noise(1000)]), {
          finishFlush: constants.Z_SYNC_FLUSH,
        }).subarray(0, -4),
        { rsv },
      ),
    ),
  ],
  expects: fails([1007, 1002]),
}

/** What the endpoint sends must fit into the window that was agreed for it: zlib refuses it here otherwise. */
const ownWindow: readonly Row[] = [9, 10, 12].map((serverBits) => ({
  title: `the server stays within a window of ${1 << serverBits} bytes`,
  clause: 'RFC 7692 §7.1.2.1',
  role: 'server',
  opening: { deflate: [{ serverBits }] },
  script: [1, 2, 3].map(() => message(echo('text', { sample: 'prose', length: 16_384 }))),
  expects: replies(...[1, 2, 3].map(() => echo('text', { sample: 'prose', length: 16_384 }))),
}))

function noise(length: number): Buffer {
  return Buffer.from(Array.from({ length }, (_, at) => (at * at * 31 + at * 7) & 0xff))
}

/** Groups 22 and 23: permessage-deflate where it can go wrong. */
export const deflateNegotiation: readonly Case[] = [
  ...table('22.1', negotiating, badOffers),
  ...table('22.2', 'RFC 7692 §5.1', fallbacks),
  ...table('22.3', negotiating, badAnswers),
]
export const deflateFrames: readonly Case[] = [
  ...table(
    '23.1',
    'RFC 7692 §6',
    faults.map((row): Row => ({ opening, ...row })),
  ),
  ...table(
    '23.2',
    'RFC 7692 §6',
    shapes.map((row): Row => ({ opening, ...row })),
  ),
  ...table('23.3', 'RFC 7692 §7.1.2', [...ownWindow, tooFar]),
]

import type { Case } from '../case.ts'
import {
  answers,
  close,
  closePayload,
  continuation,
  echo,
  endsWith,
  fails,
  more,
  ping,
  roundTrips,
  type Row,
  send,
  table,
  text,
} from './script.ts'

const clause = 'RFC 6455 §5.5.1'
const hello = 'Hello World!'
const large = { sample: 'stars', length: 262_144 } as const
const last = [send(text('x'))]

/** What comes behind a close frame is nobody's any more (RFC 6455 §1.4). */
const sequences: readonly Row[] = [
  {
    title: 'message, then close',
    script: [...roundTrips(echo('text', hello), 1).script, send(close(1000))],
    expects: answers([1000], echo('text', hello)),
  },
  { title: 'two close frames', script: [send(close(1000), close(1000))], expects: answers([1000]) },
  { title: 'ping behind a close', script: [send(close(1000), ping())], expects: answers([1000]) },
  {
    title: 'text behind a close',
    script: [send(close(1000), text(hello))],
    expects: answers([1000]),
  },
  {
    title: 'close between two fragments',
    script: [send(text('fragment1', more), close(1000), continuation('fragment2'))],
    expects: answers([1000]),
  },
  {
    title: 'a large message and another, then a close and a ping',
    script: [send(text(large), text(hello), close(1000), ping())],
    expects: answers(
      [1000],
      { ...echo('text', large), optional: true },
      { ...echo('text', hello), optional: true },
    ),
  },
]

const payloads: readonly Row[] = [
  { title: 'close without payload', script: [send(close())], expects: answers([]) },
  {
    title: 'close with one byte',
    script: [send({ ...close(), payload: Uint8Array.of(3) })],
    expects: fails(1002),
  },
  { title: 'close with a code', script: [send(close(1000))], expects: answers([1000]) },
  {
    title: 'close with a code and a reason',
    script: [send(close(1000, hello))],
    expects: answers([1000]),
  },
  {
    title: 'close with a reason of 123 bytes, the most there may be',
    script: [send(close(1000, '*'.repeat(123)))],
    expects: answers([1000]),
  },
  {
    title: 'close with a reason of 124 bytes',
    clause: 'RFC 6455 §5.5',
    script: [send(close(1000, '*'.repeat(124)))],
    expects: fails(1002),
  },
]

const validCodes = [
  1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999,
] as const
/** Registered with IANA since the RFC was written. */
const registered = [1012, 1013, 1014] as const
const invalidCodes = [0, 999, 1004, 1005, 1006, 1016, 1100, 2000, 2999] as const

const closesWith = (code: number, rest: Partial<Row>): Row => ({
  title: `close with ${code}`,
  script: [send(close(code))],
  expects: answers([code]),
  ...rest,
})

/**
 * §7.4 says which codes may be sent and not what to do about others, so that to refuse them is good
 * style. To send one back is another matter: that fails whatever a case is about.
 */
const refused = (code: number): Row =>
  closesWith(code, { severity: 'SHOULD', expects: fails(1002) })

/** Group 7: the closing handshake. */
export const closing: readonly Case[] = [
  ...table('7.1', clause, sequences),
  ...table('7.3', clause, payloads),
  ...table('7.5', 'RFC 6455 §5.5.1, §8.1', [
    {
      title: 'close with a reason that is not UTF-8',
      script: [
        send({ ...close(), payload: closePayload(1000, Buffer.from('cebae1bdb9eda080', 'hex')) }),
      ],
      expects: fails([1007, 1002]),
    },
  ]),
  ...table('7.7', 'RFC 6455 §7.4.1', [
    ...validCodes.map((code) => closesWith(code, {})),
    ...registered.map((code) => closesWith(code, { severity: 'SHOULD' })),
  ]),
  ...table('7.9', 'RFC 6455 §7.4.2', [...invalidCodes.map(refused), refused(1015)]),
  ...table(
    '7.13',
    'RFC 6455 §7.4.2',
    [5000, 65_535].map((code): Row => ({
      ...refused(code),
      severity: 'informational',
    })),
  ),
  ...table('7.15', clause, [
    {
      title: 'an endpoint that is asked to close still echoes what came before',
      severity: 'SHOULD',
      script: [...last, { kind: 'pause', milliseconds: 150 }, send(close(1000))],
      expects: answers([1000], echo('text', 'x')),
    },
    {
      title: 'close with an empty reason behind 3000',
      script: [send(close(3000, ''))],
      expects: endsWith({ kind: 'answers', codes: [3000] }),
    },
  ]),
]

import type { Case } from '../case.ts'
import {
  answers,
  binary,
  close,
  continuation,
  echo,
  endsWith,
  fails,
  halfClose,
  more,
  pause,
  perhaps,
  ping,
  ponged,
  raw,
  replies,
  reset,
  type Row,
  send,
  table,
  text,
} from './script.ts'

const closing = 'RFC 6455 §5.5.1'
const transport = 'RFC 6455 §7.1'

/** An endpoint may stop sending as soon as it is asked to close, also what it had begun. */
const unfinished = (count: number): ReturnType<typeof perhaps>[] =>
  Array.from({ length: count }, (_, at) => perhaps(echo('text', `${at}`)))

const closes: readonly Row[] = [
  { title: 'nothing but a close', script: [], expects: replies() },
  {
    title: 'ten messages and a close in one write: nothing comes behind the answer',
    script: [send(...Array.from({ length: 10 }, (_, at) => text(`${at}`)), close(1000))],
    expects: answers([1000], ...unfinished(10)),
  },
  {
    title: 'ping and close in one write',
    script: [send(ping('p'), close(1000))],
    expects: answers([1000], perhaps(ponged('p'))),
  },
  ...[1, 2, 3].map((cut): Row => ({
    title: `close in writes of ${cut} bytes`,
    script: [{ kind: 'send', frames: [close(1000, 'bye')], pieces: cut }],
    expects: answers([1000]),
  })),
  {
    title: 'close, and then what would fail the connection',
    script: [send(close(1000), text('x', { rsv: 7 }), continuation())],
    expects: answers([1000]),
  },
  {
    title: 'close, and then text that is not UTF-8',
    script: [send(close(1000), text(Uint8Array.of(0xff)))],
    expects: answers([1000]),
  },
  {
    title: 'close, and then half a frame',
    script: [send(close(1000), binary('x', { announced: 1000n }))],
    expects: answers([1000]),
  },
  {
    title: 'close with 1000, then with 1001: the first counts',
    script: [send(close(1000), close(1001))],
    expects: answers([1000]),
  },
  {
    title: 'a fault, and then a close: the fault counts',
    script: [send(text('x', { rsv: 2 }), close(1000))],
    expects: fails(1002),
  },
  {
    title: 'text that is not UTF-8, and then a close: the text counts',
    clause: 'RFC 6455 §8.1',
    script: [send(text(Uint8Array.of(0xff)), close(1000))],
    expects: fails(1007),
  },
  {
    title: 'close at the same time as the answer to a fault',
    clause: 'RFC 6455 §7.1.7',
    script: [send(continuation('x')), send(close(1000))],
    expects: fails(1002),
  },
]

const halves: readonly Row[] = [
  {
    title: 'our side ends without a close frame',
    script: [halfClose],
    expects: endsWith({ kind: 'ends' }),
  },
  {
    title: 'our side ends behind a message',
    script: [send(text('x')), halfClose],
    expects: endsWith({ kind: 'ends' }, perhaps(echo('text', 'x'))),
  },
  ...[1, 2, 5].map((cut): Row => ({
    title: `our side ends ${cut} bytes into a frame`,
    script: [raw(...[0x82, 0xff, 0, 0, 0].slice(0, cut)), halfClose],
    role: 'server',
    expects: endsWith({ kind: 'ends' }),
  })),
  {
    title: 'our side ends inside a fragmented message',
    script: [send(text('x', more)), halfClose],
    expects: endsWith({ kind: 'ends' }),
  },
  {
    title: 'our side ends right behind our close frame',
    clause: closing,
    role: 'server',
    script: [send(close(1000)), halfClose],
    expects: answers([1000]),
  },
]

const resets: readonly Row[] = [
  { title: 'a reset of an idle connection', script: [reset] },
  { title: 'a reset behind a message', script: [send(text('x')), reset] },
  { title: 'a reset inside a frame', script: [send(text('x', { announced: 100n })), reset] },
  { title: 'a reset inside a message', script: [send(text('x', more)), pause(20), reset] },
  { title: 'a reset behind a close frame', script: [send(close(1000)), reset] },
].map((row) => ({
  ...row,
  title: `${row.title}: the next connection is served`,
  role: 'server',
  expects: {
    ...endsWith({ kind: 'ends' }, perhaps(echo('text', 'x'))),
    check: 'next-connection',
  },
}))

const patience = 15_000
/** How long an endpoint waits is its own affair; that it waits for ever is an attack waiting to happen. */
const waits: readonly Row[] = [
  {
    title: 'a connection on which nothing is ever asked ends within 15 s',
    opening: { request: { cut: 0 } },
    expects: endsWith({ kind: 'refuses', statuses: [0, 408], anyError: true }),
  },
  {
    title: 'half a request head: an end within 15 s',
    opening: { request: { cut: 60 } },
    expects: endsWith({ kind: 'refuses', statuses: [0, 408], anyError: true }),
  },
  {
    title: 'a request head at a byte every 100 ms: an end within 15 s',
    opening: { request: { fields: { 'X-Slow': 'x'.repeat(300) }, pieces: 1, drip: 100 } },
    expects: endsWith({ kind: 'refuses', statuses: [0, 408], anyError: true }),
  },
  {
    title: 'half a frame header: an end within 40 s',
    patience: 40_000,
    script: [raw(0x82, 0xfe)],
    expects: endsWith({ kind: 'ends' }),
  },
  {
    title: 'half a payload: an end within 40 s',
    patience: 40_000,
    script: [send(binary('x', { announced: 100n }))],
    expects: endsWith({ kind: 'ends' }),
  },
].map((row) => ({
  patience,
  uncut: true,
  script: [],
  ...row,
  role: 'server',
  severity: 'informational',
}))

/** Group 17: closing at the same time, by halves and not at all. */
export const races: readonly Case[] = [
  ...table('17.1', closing, closes),
  ...table('17.2', transport, halves),
  ...table('17.3', transport, resets),
]

/** Group 19: how long an endpoint lets itself be kept waiting. */
export const timeLimits: readonly Case[] = table('19', 'RFC 6455 §10', waits)

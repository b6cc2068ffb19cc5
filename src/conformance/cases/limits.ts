import type { Case } from '../case.ts'
import type { Payload } from '../wire/frame.ts'
import {
  binary,
  chopped,
  echo,
  message,
  replies,
  roundTrips,
  type Row,
  send,
  table,
  text,
} from './script.ts'

const kib = 1024
const mib = 1024 * kib
type Kind = 'text' | 'binary'

/** An endpoint may have limits (RFC 6455 §10.4): to close with 1009 is then informational. */
const clause = 'RFC 6455 §10.4'
/** How long the largest may take. */
const patience = 60_000

const payload = (kind: Kind, length: number): Payload => ({
  sample: kind === 'text' ? 'stars' : 'fe',
  length,
})
const size = (length: number): string =>
  length >= mib ? `${length / mib} MiB` : length >= kib ? `${length / kib} KiB` : `${length} bytes`

/** Beyond 1 MiB only in a full run. */
const sizeRows = (kind: Kind): Row[] =>
  [64 * kib, 256 * kib, mib, 4 * mib, 8 * mib, 16 * mib].map((length) => ({
    title: `${kind} message of ${size(length)}`,
    ...(length > mib ? { full: true } : {}),
    patience,
    script: [message(echo(kind, payload(kind, length)))],
    expects: replies(echo(kind, payload(kind, length))),
  }))

/** A full run has 4 MiB in each, as the Autobahn testsuite does; less of it asks the same questions. */
const fragmentRows = (kind: Kind): Row[] =>
  [64, 256, kib, 4 * kib, 16 * kib, 64 * kib, 256 * kib, mib, 4 * mib].map((fragment) => {
    const of = (length: number): Row => ({
      title: `${kind} message of ${size(length)} in fragments of ${size(fragment)}`,
      script: [message(echo(kind, payload(kind, length)), fragment)],
      expects: replies(echo(kind, payload(kind, length))),
    })
    const full = of(4 * mib)
    if (fragment === 4 * mib) return { ...full, full: true, patience }
    return { ...of(Math.max(fragment, 256 * kib)), full, patience }
  })

/** And here 1 MiB. */
const choppedRows = (kind: Kind): Row[] =>
  [64, 128, 256, 512, kib, 2 * kib].map((pieces) => {
    const frame = kind === 'text' ? text : binary
    const of = (length: number): Row => ({
      title: `${kind} message of ${size(length)} in pieces of ${size(pieces)}`,
      script: [chopped(pieces, frame(payload(kind, length)))],
      expects: replies(echo(kind, payload(kind, length))),
    })
    return { ...of(256 * kib), full: of(mib), uncut: true, patience }
  })

const roundTripRows = (kind: Kind): Row[] =>
  [0, 16, 64, 256, kib, 4 * kib].map((length) => {
    const of = (times: number): Row => ({
      title: `${times} round trips of ${kind} messages of ${size(length)}`,
      ...roundTrips(echo(kind, payload(kind, length)), times),
    })
    return { ...of(100), full: of(1000), patience }
  })

/** Messages in one write: nothing is lost, and the order is kept. */
const burstRows = (kind: Kind): Row[] =>
  [0, 16, 256, 4 * kib].map((length) => {
    const times = 250
    const frame = kind === 'text' ? text : binary
    const one = echo(kind, payload(kind, length))
    return {
      title: `${times} ${kind} messages of ${size(length)} in one write`,
      patience,
      script: [send(...Array.from({ length: times }, () => frame(one.payload)))],
      expects: replies(...Array.from({ length: times }, () => one)),
    }
  })

/** Group 9: sizes, and how they are cut. */
export const limits: readonly Case[] = [
  ...table('9.1', clause, sizeRows('text')),
  ...table('9.2', clause, sizeRows('binary')),
  ...table('9.3', clause, fragmentRows('text')),
  ...table('9.4', clause, fragmentRows('binary')),
  ...table('9.5', clause, choppedRows('text')),
  ...table('9.6', clause, choppedRows('binary')),
  ...table('9.7', clause, roundTripRows('text')),
  ...table('9.8', clause, roundTripRows('binary')),
  ...table('9.9', clause, burstRows('text')),
  ...table('9.10', clause, burstRows('binary')),
]

/** Group 10: a message as an endpoint sends it that cuts everything into the same fragments. */
export const autoFragment: readonly Case[] = table('10.1', 'RFC 6455 §5.4', [
  {
    title: 'text message of 64 KiB in fragments of 1300 bytes',
    script: [message(echo('text', payload('text', 64 * kib)), 1300)],
    expects: replies(echo('text', payload('text', 64 * kib))),
  },
])

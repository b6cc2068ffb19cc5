import type { Case } from '../case.ts'
import {
  binary,
  chopped,
  close,
  echo,
  fails,
  ping,
  pong,
  type Row,
  send,
  table,
  text,
} from './script.ts'

const hello = 'Hello, world!'
const names = ['', 'RSV3', 'RSV2', 'RSV2 and RSV3', 'RSV1', 'RSV1 and RSV3', 'RSV1 and RSV2', 'all']

const frames = {
  text: (rsv: number) => text(hello, { rsv }),
  binary: (rsv: number) => binary(hello, { rsv }),
  ping: (rsv: number) => ping(hello, { rsv }),
  pong: (rsv: number) => pong(hello, { rsv }),
  close: (rsv: number) => ({ ...close(1000), rsv }),
}

/** The seven of the Autobahn testsuite. */
const known: readonly Row[] = [
  { title: 'RSV3 on a text', script: [send(text(hello, { rsv: 1 }))], expects: fails(1002) },
  {
    title: 'text, then RSV2 on a text, then a ping',
    script: [send(text(hello), text(hello, { rsv: 2 }), ping())],
    expects: fails(1002, echo('text', hello)),
  },
  {
    title: 'text, then RSV2 and RSV3 on a text, frame by frame',
    script: [chopped('frames', text(hello), text(hello, { rsv: 3 }), ping())],
    expects: fails(1002, echo('text', hello)),
  },
  {
    title: 'text, then RSV1 on a text, byte by byte',
    script: [chopped(1, text(hello), text(hello, { rsv: 4 }), ping())],
    expects: fails(1002, echo('text', hello)),
  },
  {
    title: 'RSV1 and RSV3 on a binary',
    script: [send(binary(hello, { rsv: 5 }))],
    expects: fails(1002),
  },
  {
    title: 'RSV1 and RSV2 on a ping',
    script: [send(ping(hello, { rsv: 6 }))],
    expects: fails(1002),
  },
  {
    title: 'all three bits on a close',
    script: [send({ ...close(1000), rsv: 7 })],
    expects: fails(1002),
  },
]

/** Every bit on every kind of frame. */
const every: readonly Row[] = Object.entries(frames).flatMap(([name, frame]) =>
  [1, 2, 3, 4, 5, 6, 7].map((rsv): Row => ({
    title: `${names[rsv]} on a ${name}`,
    script: [send(frame(rsv))],
    expects: fails(1002),
  })),
)

/** Group 3: reserved bits that no extension has given a meaning. */
export const reservedBits: readonly Case[] = [
  ...table('3', 'RFC 6455 §5.2', known),
  ...table('3.8', 'RFC 6455 §5.2', every),
]

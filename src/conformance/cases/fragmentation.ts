import type { Case, Pieces } from '../case.ts'
import type { Frame } from '../wire/frame.ts'
import {
  chopped,
  continuation,
  echo,
  fails,
  more,
  pause,
  perhaps,
  ping,
  pong,
  ponged,
  replies,
  type Row,
  send,
  table,
  text,
} from './script.ts'

const hello = 'Hello, world!'
const joined = 'fragment1fragment2'
const two = [text('fragment1', more), continuation('fragment2')]
const interrupted = [text('fragment1', more), ping('ping payload'), continuation('fragment2')]
const five = [1, 2, 3, 4, 5].map((at) => `fragment${at}`)

const ways: readonly (readonly [words: string, pieces: Pieces | undefined])[] = [
  ['in one write', undefined],
  ['frame by frame', 'frames'],
  ['byte by byte', 1],
]

function eachWay(title: string, frames: Frame[], expects: Row['expects']): Row[] {
  return ways.map(([words, pieces]) => ({
    title: `${title}, ${words}`,
    script: [pieces === undefined ? send(...frames) : chopped(pieces, ...frames)],
    expects,
  }))
}

/** A continuation of nothing, before a whole message. */
const orphan = (fin: boolean): Frame[] => [
  continuation('non-continuation payload', { fin }),
  text(hello),
]

const pinged = (at: number): Frame => ping(`ping payload ${at}`)
const longTalk = [
  [text(five[0], more), continuation(five[1], more), pinged(1)],
  [continuation(five[2], more), continuation(five[3], more), pinged(2)],
  [continuation(five[4])],
] as const
const longReplies = replies(
  perhaps(ponged('ping payload 1')),
  ponged('ping payload 2'),
  echo('text', five.join('')),
)

const orphanLast = (fin: boolean): Row => ({
  title: `text in two fragments, then a continuation of nothing ${fin ? 'with' : 'without'} FIN`,
  script: [send(...two, continuation('fragment3', { fin }), text(hello))],
  expects: fails(1002, echo('text', joined)),
})

/** Group 5: fragments, with control frames between them but nothing else. */
export const fragmentation: readonly Case[] = table('5', 'RFC 6455 §5.4', [
  {
    title: 'ping in two fragments',
    clause: 'RFC 6455 §5.5',
    script: [send(ping('fragment1', more), continuation('fragment2'))],
    expects: fails(1002),
  },
  {
    title: 'pong in two fragments',
    clause: 'RFC 6455 §5.5',
    script: [send(pong('fragment1', more), continuation('fragment2'))],
    expects: fails(1002),
  },
  ...eachWay('text in two fragments', two, replies(echo('text', joined))),
  ...eachWay(
    'text in two fragments, a ping between them',
    interrupted,
    replies(ponged('ping payload'), echo('text', joined)),
  ),
  ...eachWay('continuation of nothing with FIN, then a text', orphan(true), fails(1002)),
  ...eachWay('continuation of nothing without FIN, then a text', orphan(false), fails(1002)),
  orphanLast(false),
  {
    title: 'continuation of nothing without FIN, then text with FIN, twice',
    script: [send(continuation('fragment1', more), text('fragment2'), ...orphan(false))],
    expects: fails(1002),
  },
  {
    title: 'continuation of nothing with FIN, then text with FIN, twice',
    script: [send(continuation('fragment1'), text('fragment2'), ...orphan(true))],
    expects: fails(1002),
  },
  {
    title: 'text without FIN, then another text',
    script: [send(text('fragment1', more), text('fragment2'))],
    expects: fails(1002),
  },
  {
    title: 'text in five fragments with two pings, slowly',
    script: longTalk.flatMap((frames) => [send(...frames), pause(100)]),
    expects: longReplies,
  },
  {
    title: 'text in five fragments with two pings, frame by frame',
    script: [chopped('frames', ...longTalk.flat())],
    expects: longReplies,
  },
  orphanLast(true),
])

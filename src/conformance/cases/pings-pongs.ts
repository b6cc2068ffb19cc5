import type { Case } from '../case.ts'
import { chopped, fails, perhaps, ping, pong, ponged, replies, send, table } from './script.ts'

const bytes = Uint8Array.of(0x00, 0xff, 0xfe, 0xfd, 0xfc, 0xfb, 0x00, 0xff)
const longest = { sample: 'fe', length: 125 } as const
const ten = Array.from({ length: 10 }, (_, at) => `payload-${at}`)
/** RFC 6455 §5.5.3: only the latest of several pings has to be answered. */
const tenPongs = ten.map((name, at) => (at < 9 ? perhaps(ponged(name)) : ponged(name)))

/** Group 2: every ping has its pong, and a pong asks for nothing. */
export const pingsPongs: readonly Case[] = table('2', 'RFC 6455 §5.5.2', [
  { title: 'ping without payload', script: [send(ping())], expects: replies(ponged()) },
  {
    title: 'ping with text',
    script: [send(ping('Hello, world!'))],
    expects: replies(ponged('Hello, world!')),
  },
  { title: 'ping with bytes', script: [send(ping(bytes))], expects: replies(ponged(bytes)) },
  {
    title: 'ping with 125 bytes, the most there may be',
    script: [send(ping(longest))],
    expects: replies(ponged(longest)),
  },
  {
    title: 'ping with 126 bytes',
    clause: 'RFC 6455 §5.5',
    script: [send(ping({ sample: 'fe', length: 126 }))],
    expects: fails(1002),
  },
  {
    title: 'ping with 125 bytes, byte by byte',
    script: [chopped(1, ping(longest))],
    expects: replies(ponged(longest)),
  },
  {
    title: 'pong that nobody asked for, without payload',
    clause: 'RFC 6455 §5.5.3',
    script: [send(pong())],
    expects: replies(),
  },
  {
    title: 'pong that nobody asked for, with payload',
    clause: 'RFC 6455 §5.5.3',
    script: [send(pong('unsolicited pong payload'))],
    expects: replies(),
  },
  {
    title: 'pong that nobody asked for, then a ping',
    clause: 'RFC 6455 §5.5.3',
    script: [send(pong('unsolicited pong payload'), ping('ping payload'))],
    expects: replies(ponged('ping payload')),
  },
  {
    title: 'ten pings in one write',
    script: [send(...ten.map((name) => ping(name)))],
    expects: replies(...tenPongs),
  },
  {
    title: 'ten pings, byte by byte',
    script: [chopped(1, ...ten.map((name) => ping(name)))],
    expects: replies(...tenPongs),
  },
])

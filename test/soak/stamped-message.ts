import { crc32 } from 'node:zlib'
import type { Message } from '../../dist/node/index.js'
import { Random } from '../fuzz/random.ts'

/** A sequence of messages that both ends can make by themselves, and so compare with what came. */
export interface Lane {
  readonly seed: number
  /** The connection, or the topic. */
  readonly owner: number
  /** Client to server, server to client, or to all members of a topic. */
  readonly direction: '>' | '<' | '*'
}

/** What a message says of itself. */
export interface Stamp {
  readonly direction: string
  readonly owner: number
  readonly sequence: number
  readonly checksum: number
}

/** The limit on messages of every endpoint of the soak, a little over a MiB. */
export const messageLimit = 1_310_720

/** Bytes of the text `[>0000002a:00000007:c0ffee00]` that begins each message with room for it. */
const stampLength = 29
const stampForm = /^\[([<>*])([0-9a-f]{8}):([0-9a-f]{8}):([0-9a-f]{8})\]/

const words = new Random(1)
const letters = 'etaoinshrdlu漢字éßж'.split('')
const vocabulary = Array.from({ length: 300 }, () =>
  Array.from({ length: words.between(2, 9) }, () => words.pick(letters)).join(''),
)
/** Compressible to about a third, as what people send is. No surrogate pairs: it is cut anywhere. */
const prose = Array.from({ length: 80_000 }, () => words.pick(vocabulary)).join(' ')
const proseBytes = Buffer.from(prose.repeat(4)).subarray(0, messageLimit)

/** Where headers of frames change their form (RFC 6455 §5.2), and around them. */
const edges = [0, 0, 1, 28, 29, 124, 125, 126, 127, 4096, 65_534, 65_535, 65_536, 65_537]

function lengthBy(random: Random): number {
  const kind = random.below(200)
  if (kind === 0) return messageLimit - random.pick([0, 0, 1, 4096])
  if (kind < 4) return random.between(100_000, messageLimit)
  if (kind < 20) return random.between(4096, 70_000)
  if (kind < 60) return random.pick(edges)
  return random.between(0, 2000)
}

/** Message number `sequence` of a lane: always the same one. Those of topics always have their stamp. */
export function messageAt({ seed, owner, direction }: Lane, sequence: number): Message {
  const random = new Random(
    seed ^ Math.imul(owner, 0x01000193) ^ (sequence * 3 + '<>*'.indexOf(direction)),
  )
  let length = lengthBy(random)
  if (direction === '*') length = stampLength + (length % 3000)
  const isText = length < prose.length / 4 && random.once(2)
  const bodyLength = Math.max(0, length - stampLength)
  const from = random.below((isText ? prose.length : messageLimit) - bodyLength + 1)
  const body = isText
    ? prose.slice(from, from + bodyLength)
    : proseBytes.subarray(from, from + bodyLength)
  const stamp = [direction + hex(owner), hex(sequence), hex(crc32(body))].join(':')
  const start = `[${stamp}]`.slice(0, length)
  if (typeof body === 'string') return start + body
  return Buffer.concat([Buffer.from(start, 'latin1'), body])
}

/** `undefined` for a message too small to have one, or spoilt. */
export function readStamp(message: Message): Stamp | undefined {
  const isText = typeof message === 'string'
  const start = isText
    ? message.slice(0, stampLength)
    : Buffer.from(message.subarray(0, stampLength)).toString('latin1')
  const found = stampForm.exec(start)
  if (!found) return undefined
  const [owner, sequence, checksum] = found.slice(2).map((digits) => Number.parseInt(digits, 16))
  return { direction: found[1]!, owner: owner!, sequence: sequence!, checksum: checksum! }
}

/** What is wrong with a message that should be number `sequence` of the lane. */
export function faultIn(message: Message, lane: Lane, sequence: number): string | undefined {
  const expected = messageAt(lane, sequence)
  if (same(message, expected)) return undefined
  const stamp = readStamp(message)
  const body = typeof message === 'string' ? message.slice(29) : message.subarray(29)
  const whole = stamp?.checksum === crc32(body)
  const came = `${typeof message} of ${message.length}, ${JSON.stringify(stamp)}, ${whole ? 'whole' : 'spoilt'}`
  return `${lane.direction}${lane.owner}: instead of number ${sequence}, ${typeof expected} of ${expected.length}, came ${came}`
}

function same(one: Message, other: Message): boolean {
  if (typeof one === 'string' || typeof other === 'string') return one === other
  return Buffer.compare(one, other) === 0
}

const hex = (value: number): string => value.toString(16).padStart(8, '0')

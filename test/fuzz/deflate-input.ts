/** What the bytes of an input mean to the targets that receive compressed messages. */
import { concat } from './bytes.ts'
import { referenceBlock, storedBlock } from './deflate-bits.ts'
import { deflatedMessage, deflatedPhrase, historyOf } from './deflate-frames.ts'
import { decodeFrames, encodeFrame, type Frame, makeFrame, mutateFrames } from './frames.ts'
import type { Random } from './random.ts'
import { mostCompressed } from './reference-inflate.ts'
import type { StreamInput } from './stream-input.ts'

export interface DeflateInput extends StreamInput {
  /** What was agreed on for the direction that is received. */
  readonly takeover: boolean
  readonly windowBits: number
  /** Whether the inflater takes its time, for as long as `cut` says. */
  readonly held: boolean
  /** Whether the transport is lost as soon as the last byte has come. */
  readonly lost: boolean
}

/** A limit over 4 MiB lets payloads of 4 KiB into the thread pool; two of 33 KB do not fit in its budget. */
const profiles = [
  { message: 1 << 20, fragments: 1024 },
  { message: 100, fragments: 3 },
  { message: 5000, fragments: 16 },
  { message: 1 << 26, fragments: 1024 },
] as const

/** One byte for the role, the limits and the port, one for the window, one for the cuts. */
const prefix = 3

export function readDeflateInput(input: Uint8Array): DeflateInput {
  const [flags = 0, window = 0, cut = 0] = input
  return {
    role: flags & 1 ? 'server' : 'client',
    takeover: (flags & 2) !== 0,
    ...(profiles[(flags >> 2) & 3] ?? profiles[0]),
    held: (flags & 16) !== 0,
    lost: (flags & 32) !== 0,
    windowBits: 8 + (window & 7),
    cut,
    stream: input.slice(prefix),
  }
}

/** Changes a message, compressed or not, or what is before the stream, or makes a new one. */
export function mutateDeflateInput(input: Uint8Array, random: Random): Uint8Array {
  // What has come to be wrong early on has hidden what is behind it ever since.
  if (random.once(4)) return newStream(random)
  const head = concat(input.subarray(0, prefix), [0, 0, 0]).slice(0, prefix)
  if (random.once(6)) head.set(random.bytes(1), random.below(prefix))
  const stream = input.subarray(prefix)
  if (random.once(3)) return concat(head, mutateFrames(stream, random, ((head[0] ?? 0) & 1) === 1))
  const frames = decodeFrames(stream)
  const at = random.below(frames.length + 1)
  const frame = frames[at]
  if (frame && frame.rsv === 4 && random.once(16)) {
    const most = mostCompressed(readDeflateInput(head).message)
    frames[at] = { ...frame, excess: Math.max(0, most + random.below(2) - frame.payload.length) }
  } else if (frame && frame.rsv === 4 && random.once(2)) {
    frames[at] = { ...frame, payload: changedBits(frame.payload, random), excess: 0 }
  } else {
    frames.splice(at, 0, ...nextMessage(head, frames.slice(0, at), random))
  }
  return concat(head, ...frames.map(encodeFrame))
}

function newStream(random: Random): Uint8Array {
  const head = random.bytes(prefix)
  const frames: Frame[] = []
  for (let more = random.between(1, 6); more > 0; more--) {
    frames.push(...nextMessage(head, frames, random))
  }
  return concat(head, ...frames.map(encodeFrame))
}

/** A compressed message that may come after those before it. */
function nextMessage(head: Uint8Array, before: readonly Frame[], random: Random): Frame[] {
  const { role, takeover, windowBits, message: limit } = readDeflateInput(head)
  const history = takeover ? historyOf(before, windowBits) : undefined
  return deflatedPhrase(random, { masked: role === 'server', windowBits, limit, history })
}

/** Most of what DEFLATE can say wrong it says in the first bytes of a block. */
function changedBits(payload: Uint8Array, random: Random): Uint8Array {
  const copy = payload.slice()
  const most = random.once(2) ? copy.length : Math.min(copy.length, 12)
  const at = random.below(most + 1)
  if (random.once(6)) return copy.slice(0, at)
  if (random.once(6)) return concat(copy.subarray(0, at), random.bytes(1), copy.subarray(at))
  if (at < copy.length) copy[at] = (copy[at] ?? 0) ^ (1 << random.below(8))
  return copy
}

const mask = Uint8Array.of(0x37, 0xfa, 0x21, 0x3d)

function seed(flags: number, window: number, frames: readonly Frame[]): Uint8Array {
  const key = flags & 1 ? mask : undefined
  const masked = frames.map((frame) => encodeFrame({ ...frame, mask: key }))
  return concat([flags, window, 7], ...masked)
}

const bye = makeFrame(8, Uint8Array.of(3, 232), undefined)
const hello = deflatedMessage(1, 'Hello, hello')
/** The example of RFC 7692 §7.2.3.2: a message that is all reference. */
const sameAgain: Frame = { ...hello, payload: Uint8Array.of(0x02, 0x13, 0x00, 0x00) }
const emptyBlock = Uint8Array.of(0, 0, 0, 0xff, 0xff)

/** So many bytes that are blocks without content, and then the payload. */
function padded(frame: Frame, length: number): Frame {
  const blocks = Array.from({ length: length / emptyBlock.length }, () => emptyBlock)
  const payload = concat(...blocks, frame.payload)
  return { ...frame, payload }
}

/** 300 bytes, without two places that are the same. */
const content = Uint8Array.from({ length: 300 }, (_, i) => (i * i) >> 3)
const stored = (final: boolean, from = 0, to = 300) =>
  concat(storedBlock(content.subarray(from, to), 0, final), final ? [] : [0])
const halves = [stored(false, 0, 200), stored(false, 200)]
const far = (payload: Uint8Array): Frame => ({ ...makeFrame(2, payload, undefined), rsv: 4 })

export const deflateSeeds: readonly Uint8Array[] = [
  seed(0, 7, [hello, makeFrame(9, 'p', undefined), bye]),
  seed(3, 7, [hello, hello, sameAgain, bye]),
  seed(17, 0, [hello, makeFrame(1, 'plain', undefined), hello]),
  seed(51, 4, [hello, hello, bye]),
  // Back to the first byte of the window, and to the one before: of messages, and of a stream.
  seed(2, 0, [...halves, referenceBlock(9, 256, false)].map(far)),
  seed(2, 0, [...halves, referenceBlock(9, 257, false)].map(far)),
  seed(2, 0, [far(stored(false)), far(referenceBlock(9, 256, false)), bye]),
  seed(2, 0, [far(stored(false)), far(referenceBlock(9, 257, false)), bye]),
  seed(2, 0, [far(concat(stored(true), referenceBlock(9, 256, false))), bye]),
  seed(0, 0, [far(concat(stored(true), referenceBlock(9, 257, false))), bye]),
  // The longest that may be announced, and a byte more.
  ...[1137, 1138].map((length) =>
    seed(4, 0, [{ ...hello, excess: length - hello.payload.length }]),
  ),
  seed(12, 7, [padded(hello, 4200), hello]),
  seed(14, 3, [padded(hello, 33_000), hello, bye]),
]

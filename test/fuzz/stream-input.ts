/** What the bytes of an input mean to the targets that read a stream of frames. */
import { concat } from './bytes.ts'
import { makeFrame, encodeFrame, type Frame, mutateFrames } from './frames.ts'
import type { Random } from './random.ts'

export type Role = 'client' | 'server'

export interface StreamInput {
  readonly role: Role
  /** Limits of the receiver: bytes of a message and frames of one. */
  readonly message: number
  readonly fragments: number
  /** Decides how the stream is cut into chunks, so that cuts are found by mutation as bytes are. */
  readonly cut: number
  readonly stream: Uint8Array
}

const profiles = [
  { message: 1 << 20, fragments: 1024 },
  { message: 100, fragments: 3 },
  { message: 1, fragments: 1 },
  { message: 70_000, fragments: 16 },
] as const

/** One byte for the role and the limits, one for the cuts, then the stream. */
const prefix = 2

export function readStreamInput(input: Uint8Array): StreamInput {
  const [flags = 0, cut = 0] = input
  const { message, fragments } = profiles[(flags >> 1) & 3] ?? profiles[0]
  const role = flags & 1 ? 'server' : 'client'
  return { role, message, fragments, cut, stream: input.slice(prefix) }
}

/** Changes the stream frame by frame, or what is before it. */
export function mutateStreamInput(input: Uint8Array, random: Random): Uint8Array {
  const head = concat(input.subarray(0, prefix), [0, 0]).slice(0, prefix)
  if (random.once(8)) head.set(random.bytes(1), random.below(prefix))
  const masked = ((head[0] ?? 0) & 1) === 1
  return concat(head, mutateFrames(input.subarray(prefix), random, masked))
}

const mask = Uint8Array.of(0x37, 0xfa, 0x21, 0x3d)

function stream(flags: number, frames: (mask: Uint8Array | undefined) => Frame[]): Uint8Array {
  const all = frames(flags & 1 ? mask : undefined)
  return concat([flags, 7], ...all.map(encodeFrame))
}

/** Valid streams to begin with, for both roles. */
export const streamSeeds: readonly Uint8Array[] = [0, 1, 3].flatMap((flags) => [
  stream(flags, (key) => [makeFrame(1, 'Hello', key), makeFrame(9, 'p', key)]),
  stream(flags, (key) => [
    makeFrame(1, 'a', key, false),
    makeFrame(10, '', key),
    makeFrame(0, 'ñ😀', key),
    makeFrame(8, Uint8Array.of(3, 232, 98, 121, 101), key),
  ]),
  stream(flags, (key) => [makeFrame(2, new Uint8Array(130).fill(7), key), makeFrame(8, '', key)]),
])

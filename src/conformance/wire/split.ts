import { headerLength } from './frame-reader.ts'

/**
 * How what we send is cut, each piece a write of its own: into so many bytes, or in each frame header
 * behind its first byte and behind its last, so that a write has the end of one frame and the beginning
 * of the next.
 */
export type Split = number | 'headers'

/** What `--split every` is: a header comes apart at each of its bytes in one of these. */
export const everySplit: readonly Split[] = [1, 2, 3, 7, 'headers']

/** Of what is long only the beginning is cut, into so many pieces. */
const mostPieces = 512

/** Frames as they are written with a split; without one all in one write. */
export function cutFrames(
  frames: readonly Uint8Array[],
  split: Split | undefined,
): readonly Uint8Array[] {
  const bytes = Buffer.concat(frames)
  if (split !== 'headers') return cutBytes(bytes, split)
  const cuts: number[] = []
  let start = 0
  for (const frame of frames) {
    cuts.push(start + 1, start + headerLength(frame))
    start += frame.length
  }
  return cutAt(bytes, cuts.slice(0, mostPieces))
}

/** Bytes that are no frames: there are no headers in them to cut. */
export function cutBytes(bytes: Uint8Array, split: Split | undefined): readonly Uint8Array[] {
  return typeof split === 'number' ? piecesOf(bytes, split, mostPieces) : [bytes]
}

/** Pieces of so many bytes. */
export function piecesOf(
  bytes: Uint8Array,
  size: number,
  most: number = Infinity,
): readonly Uint8Array[] {
  const count = Math.min(most, Math.ceil(bytes.length / size) - 1)
  return cutAt(
    bytes,
    Array.from({ length: Math.max(0, count) }, (_, at) => (at + 1) * size),
  )
}

function cutAt(bytes: Uint8Array, cuts: readonly number[]): readonly Uint8Array[] {
  const within = cuts.filter((cut) => cut < bytes.length)
  return [0, ...within].map((cut, at) => bytes.subarray(cut, within[at]))
}

/** Bytes as the fuzzer handles them: joined, shown, and cut into chunks at every alignment. */
import { Random } from './random.ts'

export function concat(...parts: readonly (Uint8Array | readonly number[])[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}

export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex')
}

/** One byte a character, as heads are read and as the text inputs of the corpus are written. */
export function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')
}

export function fromLatin1(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, 'latin1'))
}

/** A copy of `bytes` whose first byte lies `offset` behind an aligned address: masking works in words. */
function placed(bytes: Uint8Array, offset: number): Uint8Array {
  const room = new Uint8Array(offset + bytes.length)
  room.set(bytes, offset)
  return room.subarray(offset)
}

/** About this many chunks are cut at the most: more of them say little more. */
const mostChunks = 1500

/** `bytes` in chunks that `seed` decides on, each in memory of its own, at any alignment. */
function chunked(bytes: Uint8Array, seed: number): Uint8Array[] {
  const random = new Random(seed)
  const most = Math.max(random.pick([1, 2, 3, 8, 20, 130, 1000, 70_000]), bytes.length / mostChunks)
  const chunks: Uint8Array[] = []
  for (let at = 0; at < bytes.length;) {
    const end = at + random.between(1, Math.ceil(most))
    chunks.push(placed(bytes.subarray(at, end), random.below(8)))
    at = end
  }
  return chunks
}

/** The ways that an input is cut: in one, as `seed` says, and byte by byte. */
export function cuts(bytes: Uint8Array, seed: number): Uint8Array[][] {
  const ways = [bytes.length === 0 ? [] : [bytes.slice()], chunked(bytes, seed)]
  if (bytes.length <= mostChunks) ways.push(Array.from(bytes, (byte) => Uint8Array.of(byte)))
  return ways
}

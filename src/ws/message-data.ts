import { asBuffer, toArrayBuffer } from './bytes.ts'
import type { BinaryType } from './constants.ts'

/** A binary message in the form that was asked for. @param ends Where its fragments ended, but for the last. */
export function messageData(
  bytes: Uint8Array,
  type: BinaryType,
  ends: readonly number[] = [],
): Buffer | ArrayBuffer | Blob | Buffer[] {
  switch (type) {
    case 'arraybuffer':
      return toArrayBuffer(bytes)
    case 'blob':
      return new Blob([bytes])
    case 'fragments':
      return fragmentsOf(bytes, ends)
    default:
      return asBuffer(bytes)
  }
}

/** The message as its frames had it; empty ones do not count. */
function fragmentsOf(bytes: Uint8Array, ends: readonly number[]): Buffer[] {
  let from = 0
  const parts = [...ends, bytes.length].map((end) => bytes.subarray(from, (from = end)))
  return parts.filter((part) => part.length > 0).map(asBuffer)
}

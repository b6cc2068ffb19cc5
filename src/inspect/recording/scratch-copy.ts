/** For all connections in turn. */
let scratch = new Uint8Array(65_536)
const largestScratch = 1 << 20

/** A copy for a parser, which unmasks in place; until the next. */
export function scratchCopy(bytes: Uint8Array): Uint8Array {
  // Not by `slice`, which gives a view where it is a Buffer.
  if (bytes.length > largestScratch) return new Uint8Array(bytes)
  if (bytes.length > scratch.length)
    scratch = new Uint8Array(Math.min(largestScratch, bytes.length * 2))
  scratch.set(bytes)
  return scratch.subarray(0, bytes.length)
}

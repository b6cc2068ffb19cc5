import { deflateRawSync } from 'node:zlib'
import { isOn } from './fast-paths.ts'

const sample = new Uint8Array(64).map((_, i) => (i * 37) & 0xff)

/**
 * Whether zlib's raw streams take a dictionary. Deno's ignore it without a word: what is deflated is larger
 * than it could be, and as right; but what refers to the dictionary would not be inflated.
 */
export const takesDictionary: boolean =
  isOn('zlib-dictionary') && deflateRawSync(sample, { dictionary: sample }).length < sample.length

/** What {@link storedBlock} has in front of its bytes. */
export const storedHead = 5

/** `bytes`, up to 65,535, as a block that is stored as it is and not the last: what follows may refer to it (RFC 1951 §3.2.4). */
export function storedBlock(bytes: Uint8Array): Uint8Array {
  const block = new Uint8Array(storedHead + bytes.length)
  const { length } = bytes
  block.set([0, length & 0xff, length >> 8, ~length & 0xff, (~length >> 8) & 0xff])
  block.set(bytes, storedHead)
  return block
}

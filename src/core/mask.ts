/**
 * Masking (RFC 6455 §5.3): byte `i` of the payload is XORed with byte `i mod 4` of the key. The same
 * call masks and unmasks.
 */

const littleEndian = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1

/** Below this many bytes the set-up of a word view costs more than it saves. */
const wordsFrom = 64

/**
 * XORs `bytes` in place.
 * @param key The four key bytes as one big-endian number.
 * @param phase How many payload bytes came before `bytes`; only its last two bits count.
 */
export function applyMask(bytes: Uint8Array, key: number, phase: number): void {
  const length = bytes.length
  let i = 0
  if (length >= wordsFrom) {
    // Words need an aligned address: the bytes up to it go one by one.
    const lead = -bytes.byteOffset & 3
    maskBytes(bytes, key, phase, 0, lead)
    const words = new Int32Array(bytes.buffer, bytes.byteOffset + lead, (length - lead) >> 2)
    const rotated = rotate(key, phase + lead)
    const word = littleEndian ? swap(rotated) : rotated
    for (let w = 0; w < words.length; w++) words[w]! ^= word
    i = lead + (words.length << 2)
  }
  maskBytes(bytes, key, phase, i, length)
}

function maskBytes(bytes: Uint8Array, key: number, phase: number, from: number, to: number): void {
  for (let i = from; i < to; i++) {
    bytes[i]! ^= key >>> (24 - (((i + phase) & 3) << 3))
  }
}

/** The key as it stands `phase` bytes further on. */
function rotate(key: number, phase: number): number {
  const bits = (phase & 3) << 3
  return bits === 0 ? key : (key << bits) | (key >>> (32 - bits))
}

function swap(word: number): number {
  return (word << 24) | ((word << 8) & 0xff0000) | ((word >>> 8) & 0xff00) | ((word >>> 24) & 0xff)
}

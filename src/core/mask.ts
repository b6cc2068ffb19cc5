/**
 * Masking (RFC 6455 §5.3): byte `i` of the payload is XORed with byte `i mod 4` of the key. The same
 * call masks and unmasks.
 */

/** The key as bytes and as a word, whose order of bytes is then that of the machine. */
const keyBytes = new Uint8Array(4)
const keyWord = new Int32Array(keyBytes.buffer)

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
    for (let k = 0; k < 4; k++) keyBytes[k] = keyByte(key, phase + lead + k)
    const word = keyWord[0]!
    for (let w = 0; w < words.length; w++) words[w]! ^= word
    i = lead + (words.length << 2)
  }
  maskBytes(bytes, key, phase, i, length)
}

function maskBytes(bytes: Uint8Array, key: number, phase: number, from: number, to: number): void {
  for (let i = from; i < to; i++) bytes[i]! ^= keyByte(key, phase + i)
}

/** The key byte for position `i` of the payload, in the low eight bits. */
function keyByte(key: number, i: number): number {
  return key >>> (24 - ((i & 3) << 3))
}

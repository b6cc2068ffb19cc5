/**
 * SHA-1 (FIPS 180-4 §6.1), as Sec-WebSocket-Accept needs it. A browser has it only asynchronously, and an
 * explanation is a pure function; for a few bytes in a diagnosis speed does not matter.
 * @returns 20 bytes.
 */
export function sha1(message: Uint8Array): Uint8Array {
  const blocks = padded(message)
  const hash = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0]
  for (let at = 0; at < blocks.byteLength; at += 64) addBlock(hash, blocks, at)
  const digest = new DataView(new ArrayBuffer(20))
  hash.forEach((word, at) => digest.setUint32(at * 4, word))
  return new Uint8Array(digest.buffer)
}

/** A one bit, zeros, and the length in bits, to a multiple of 64 bytes (§5.1.1). */
function padded(message: Uint8Array): DataView {
  const bytes = new Uint8Array((Math.floor((message.length + 8) / 64) + 1) * 64)
  bytes.set(message)
  bytes[message.length] = 0x80
  const view = new DataView(bytes.buffer)
  view.setUint32(bytes.length - 8, Math.floor((message.length * 8) / 2 ** 32))
  view.setUint32(bytes.length - 4, message.length * 8)
  return view
}

function addBlock(hash: number[], blocks: DataView, from: number): void {
  const words = new Int32Array(80)
  for (let t = 0; t < 16; t++) words[t] = blocks.getInt32(from + t * 4)
  for (let t = 16; t < 80; t++) {
    words[t] = rotated(words[t - 3]! ^ words[t - 8]! ^ words[t - 14]! ^ words[t - 16]!, 1)
  }
  let [a, b, c, d, e] = hash as [number, number, number, number, number]
  for (let t = 0; t < 80; t++) {
    const next = (rotated(a, 5) + mixed(t, b, c, d) + e + words[t]!) | 0
    e = d
    d = c
    c = rotated(b, 30)
    b = a
    a = next
  }
  for (const [at, word] of [a, b, c, d, e].entries()) hash[at] = (hash[at]! + word) | 0
}

/** The function and the constant of round `t` (§4.1.1, §4.2.1). */
function mixed(t: number, b: number, c: number, d: number): number {
  if (t < 20) return ((b & c) | (~b & d)) + 0x5a827999
  if (t < 40) return (b ^ c ^ d) + 0x6ed9eba1
  if (t < 60) return ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc
  return (b ^ c ^ d) + 0xca62c1d6
}

function rotated(word: number, by: number): number {
  return (word << by) | (word >>> (32 - by))
}

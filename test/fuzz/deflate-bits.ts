/** DEFLATE as zlib would not write it, bit by bit (RFC 1951 §3.1.1). */

class BitWriter {
  readonly #bits: number[] = []

  /** A number, its lowest bit first. */
  number(value: number, count: number): void {
    for (let i = 0; i < count; i++) this.#bits.push((value >> i) & 1)
  }

  /** A Huffman code, its highest bit first. */
  code(value: number, count: number): void {
    for (let i = count - 1; i >= 0; i--) this.#bits.push((value >> i) & 1)
  }

  bytes(): Uint8Array {
    const bytes = new Uint8Array(Math.ceil(this.#bits.length / 8))
    for (const [i, bit] of this.#bits.entries()) bytes[i >> 3]! |= bit << (i & 7)
    return bytes
  }
}

/**
 * A block of the fixed code (RFC 1951 §3.2.6) that is one reference, of 3 to 10 bytes from up to 32,768
 * bytes back: zlib itself never refers as far as its window goes. A block that is not final is followed
 * by the first bits of an empty stored one, as a message ends (RFC 7692 §7.2.1).
 */
export function referenceBlock(length: number, distance: number, final: boolean): Uint8Array {
  const bits = new BitWriter()
  bits.number(final ? 1 : 0, 1)
  bits.number(1, 2)
  bits.code(length - 2, 7)
  writeDistance(bits, distance)
  bits.code(0, 7)
  if (!final) bits.number(0, 3)
  return bits.bytes()
}

/** The bases of RFC 1951 §3.2.5 double with every second code. */
function writeDistance(bits: BitWriter, distance: number): void {
  for (let code = 29; code >= 0; code--) {
    const extra = code < 4 ? 0 : (code >> 1) - 1
    const base = code < 4 ? code + 1 : ((2 + (code & 1)) << extra) + 1
    if (distance < base) continue
    bits.code(code, 5)
    bits.number(distance - base, extra)
    return
  }
}

/** A stored block (RFC 1951 §3.2.4) that says it has `excess` more bytes than it has. */
export function storedBlock(content: Uint8Array, excess: number, final: boolean): Uint8Array {
  const length = content.length + excess
  const [low, high] = [length & 255, length >> 8]
  return Uint8Array.of(final ? 1 : 0, low, high, low ^ 255, high ^ 255, ...content)
}

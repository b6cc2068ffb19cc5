/**
 * Up to this size it beats zlib, a call of which costs 9 µs before the first byte: twelve times as fast at
 * 64 bytes, twice at 1 KiB. There its result is larger by 22 to 39 %, at 256 bytes by 9 to 11 %
 * (docs/deflate.md): beyond, too many bytes would be paid for too little time.
 */
export const smallAtMost = 1024

/** The shortest and the longest copy (RFC 1951 §3.2.5). */
const shortest = 3
const longest = 258

/** How many earlier places that look alike are tried: four make a fifth less than one, for a fifth more time. */
const mostTried = 4

const hashBits = 12

/** The places of a table's entries: beyond 2^30 of them it is cleared, so that they stay small integers. */
const mostPlaces = 2 ** 30

/** The symbols of the fixed code and of distances, as they go out: the bits from 0 on, their count from 16 on. */
const bitCount = 16
const bitMask = 0xffff
const endOfBlock = 256

const literals = Uint32Array.from({ length: 286 }, (_, symbol) => literalCode(symbol))
const lengths = Uint32Array.from({ length: longest + 1 }, (_, length) => lengthCode(length))
const distances = Uint32Array.from({ length: smallAtMost + 1 }, (_, far) => distanceCode(far))

/**
 * DEFLATE for small messages: LZ77 and the fixed Huffman code (RFC 1951 §3.2.6). What it allocates is its
 * result, and it clears nothing between calls: entries of earlier payloads lie below this one's first place.
 * So the result depends on the payload alone.
 */
export class SmallDeflate {
  /** The latest place of three bytes, by their hash. */
  readonly #heads = new Int32Array(1 << hashBits)
  /** For each byte of the payload where the one before it with the same hash is; negative where nowhere. */
  readonly #before = new Int32Array(smallAtMost)
  /** Literal bytes, and copies as distance * 512 + length. */
  readonly #tokens = new Uint32Array(smallAtMost)
  /** A literal takes 9 bits at most, and so does each byte of a copy; the block's own take 13. */
  readonly #out = new Uint8Array(((smallAtMost * 9) >> 3) + 4)
  readonly #mostPlaces: number
  /** The place of the payload's first byte. */
  #base = 1

  /** @param places After how many bytes the table is cleared. */
  constructor(places: number = mostPlaces) {
    this.#mostPlaces = places
  }

  /**
   * @param payload At most {@link smallAtMost} bytes.
   * @param windowBits No copy comes from farther back than 2 to the power of this.
   * @returns One block and the start of an empty stored one, whose last four bytes are left off (RFC 7692
   * §7.2.1). Never more than six bytes longer than the payload.
   */
  deflate(payload: Uint8Array, windowBits: number): Uint8Array {
    // RFC 7692 §7.2.3.6: an empty message is an empty stored block alone.
    if (payload.length === 0) return new Uint8Array(1)
    const length = this.#write(this.#tokenize(payload, 1 << windowBits))
    return length > payload.length + 6 ? stored(payload) : this.#out.slice(0, length)
  }

  /** Finds what has been there before; gives the count of tokens. */
  #tokenize(payload: Uint8Array, window: number): number {
    const heads = this.#heads
    const before = this.#before
    const tokens = this.#tokens
    const base = this.#nextBase(payload.length)
    const lastHashed = payload.length - shortest
    let count = 0
    let at = 0
    while (at < payload.length) {
      let best = shortest - 1
      let from = 0
      if (at <= lastHashed) {
        const hash = hashOf(payload, at)
        let candidate = heads[hash]! - base
        heads[hash] = at + base
        before[at] = candidate
        const most = Math.min(longest, payload.length - at)
        for (let tried = 0; candidate >= 0 && at - candidate <= window; tried++) {
          // Only what agrees in the byte behind the best so far can be longer.
          if (payload[candidate + best] === payload[at + best]) {
            const length = alike(payload, candidate, at, most)
            if (length > best) {
              best = length
              from = candidate
            }
          }
          if (tried === mostTried - 1 || best === most) break
          candidate = before[candidate]!
        }
      }
      if (best < shortest) {
        tokens[count++] = payload[at++]!
        continue
      }
      tokens[count++] = ((at - from) << 9) | best
      const end = at + best
      for (at++; at < end && at <= lastHashed; at++) {
        const hash = hashOf(payload, at)
        before[at] = heads[hash]! - base
        heads[hash] = at + base
      }
      at = end
    }
    return count
  }

  #nextBase(length: number): number {
    if (this.#base > this.#mostPlaces) {
      this.#heads.fill(0)
      this.#base = 1
    }
    const base = this.#base
    this.#base += length
    return base
  }

  /** Writes the tokens in the fixed code; gives the length in bytes. */
  #write(count: number): number {
    const tokens = this.#tokens
    const out = this.#out
    // Not the final block (RFC 7692 §7.2.1), and type 1: its three bits, the lowest first.
    let bits = 2
    let have = 3
    let length = 0
    for (let i = 0; i < count; i++) {
      const token = tokens[i]!
      let code = token < 256 ? literals[token]! : lengths[token & 511]!
      bits |= (code & bitMask) << have
      have += code >>> bitCount
      if (token >= 256) {
        // At most 7 bits are left over; 13 come to them for a length, and 13 for a distance.
        for (; have >= 8; have -= 8, bits >>>= 8) out[length++] = bits
        code = distances[token >>> 9]!
        bits |= (code & bitMask) << have
        have += code >>> bitCount
      }
      for (; have >= 8; have -= 8, bits >>>= 8) out[length++] = bits
    }
    // The end of the block is seven bits of 0, the head of an empty stored one three, and then up to the byte.
    for (have += 10; have > 0; have -= 8, bits >>>= 8) out[length++] = bits
    return length
  }
}

/** A stored block (RFC 1951 §3.2.4): its head, its length twice, its bytes; and the start of an empty one. */
function stored(payload: Uint8Array): Uint8Array {
  const { length } = payload
  const block = new Uint8Array(length + 6)
  block.set([0, length & 255, length >> 8, ~length, ~(length >> 8)])
  block.set(payload, 5)
  return block
}

function hashOf(bytes: Uint8Array, at: number): number {
  const three = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16)
  return Math.imul(three, 0x9e3779b1) >>> (32 - hashBits)
}

/** How many bytes from `from` on are those from `at` on, at most `most`. */
function alike(bytes: Uint8Array, from: number, at: number, most: number): number {
  let length = 0
  while (length < most && bytes[from + length] === bytes[at + length]) length++
  return length
}

/** RFC 1951 §3.2.6. Huffman codes go out with their highest bit first (§3.1.1). */
function literalCode(symbol: number): number {
  if (symbol < 144) return outgoing(0x30 + symbol, 8, 0, 0)
  if (symbol < endOfBlock) return outgoing(0x190 + symbol - 144, 9, 0, 0)
  return symbol < 280
    ? outgoing(symbol - endOfBlock, 7, 0, 0)
    : outgoing(0xc0 + symbol - 280, 8, 0, 0)
}

/** RFC 1951 §3.2.5: the longest has a symbol of its own. */
function lengthCode(length: number): number {
  if (length < shortest) return 0
  if (length === longest) return literals[285]!
  const { symbol, extra, rest } = ranged(length - shortest, 2)
  const code = literals[257 + symbol]!
  const bits = code >>> bitCount
  return (code & bitMask) | (rest << bits) | ((bits + extra) << bitCount)
}

function distanceCode(distance: number): number {
  if (distance === 0) return 0
  const { symbol, extra, rest } = ranged(distance - 1, 1)
  return outgoing(symbol, 5, rest, extra)
}

/** RFC 1951 §3.2.5: for each power of two there are 2^`parts` symbols, and the bits below them are extra. */
function ranged(value: number, parts: number): { symbol: number; extra: number; rest: number } {
  const extra = Math.max(0, 31 - Math.clz32(value) - parts)
  return { symbol: (extra << parts) + (value >> extra), extra, rest: value & ((1 << extra) - 1) }
}

function outgoing(code: number, bits: number, rest: number, extra: number): number {
  let reversed = 0
  for (let bit = 0; bit < bits; bit++) reversed |= ((code >> bit) & 1) << (bits - 1 - bit)
  return reversed | (rest << bits) | ((bits + extra) << bitCount)
}

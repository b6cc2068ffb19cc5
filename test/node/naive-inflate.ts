/**
 * DEFLATE (RFC 1951) as its text describes it, bit by bit: what zlib and the core are held against. It
 * also says how far back a stream refers, which zlib does not.
 */

/** What there was in the streams of a payload. */
interface Seen {
  /** The longest distance of any reference. */
  farthest: number
  /** How many streams there were; each but the last ends in a final block. */
  streams: number
  /** Whether there was a final block. */
  final: boolean
}

export interface NaiveInflated extends Readonly<Seen> {
  readonly bytes: Uint8Array
}

/** More came out than was asked for. */
export class TooLarge extends RangeError {
  readonly seen: Readonly<Seen>
  constructor(seen: Readonly<Seen>) {
    super('too large')
    this.seen = seen
  }
}

const lengthBases = [
  3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131,
  163, 195, 227, 258,
]
const lengthExtra = [
  0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
]
const distanceBases = [
  1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049,
  3073, 4097, 6145, 8193, 12_289, 16_385, 24_577,
]
const codeLengthOrder = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]
const tail = [0, 0, 0xff, 0xff]

class Bits {
  readonly #bytes: readonly number[]
  #bit = 0

  constructor(bytes: readonly number[]) {
    this.#bytes = bytes
  }

  take(count: number): number {
    let value = 0
    for (let i = 0; i < count; i++, this.#bit++) {
      const byte = this.#bytes[this.#bit >> 3]
      if (byte === undefined) throw new RangeError('cut off')
      value |= ((byte >> (this.#bit & 7)) & 1) << i
    }
    return value
  }

  get atEnd(): boolean {
    return this.#bit === this.#bytes.length * 8
  }

  /** Goes on to the next whole byte and gives its position. */
  align(): number {
    this.#bit = (this.#bit + 7) & ~7
    return this.#bit >> 3
  }
}

/** The symbols of a Huffman code by their bits, written out as strings of 0 and 1. */
type Code = ReadonlyMap<string, number>

function codeOf(lengths: readonly number[], mayBeIncomplete: boolean): Code {
  const code = new Map<string, number>()
  let next = 0
  for (let length = 1; length <= 15; length++, next <<= 1) {
    for (const [found, its] of lengths.entries()) {
      if (its !== length) continue
      if (next >= 1 << length) throw new RangeError('too many codes')
      code.set(next.toString(2).padStart(length, '0'), found)
      next++
    }
  }
  // As zlib has it: only a code of a single symbol of one bit, or of none at all, may be incomplete.
  const complete = next === 1 << 16
  const single = code.size === 0 || (code.size === 1 && code.has('0'))
  if (!complete && !(mayBeIncomplete && single)) throw new RangeError('an incomplete code')
  return code
}

function symbol(bits: Bits, code: Code): number {
  for (let read = ''; read.length < 15;) {
    read += bits.take(1)
    const found = code.get(read)
    if (found !== undefined) return found
  }
  throw new RangeError('no such code')
}

const fixedLengths = Array.from({ length: 288 }, (_, i) =>
  i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8,
)
const fixed = {
  literals: codeOf(fixedLengths, false),
  distances: codeOf(
    Array.from({ length: 32 }, () => 5),
    false,
  ),
}

function dynamic(bits: Bits): typeof fixed {
  const literalCount = bits.take(5) + 257
  const distanceCount = bits.take(5) + 1
  const orderCount = bits.take(4) + 4
  if (literalCount > 286 || distanceCount > 30) throw new RangeError('too many symbols')
  const order = Array.from({ length: 19 }, () => 0)
  for (const at of codeLengthOrder.slice(0, orderCount)) order[at] = bits.take(3)
  const code = codeOf(order, false)
  const lengths: number[] = []
  while (lengths.length < literalCount + distanceCount) {
    const found = symbol(bits, code)
    if (found < 16) {
      lengths.push(found)
      continue
    }
    const repeated = found === 16 ? lengths.at(-1) : 0
    if (repeated === undefined) throw new RangeError('nothing to repeat')
    const count =
      found === 16 ? 3 + bits.take(2) : found === 17 ? 3 + bits.take(3) : 11 + bits.take(7)
    for (let i = 0; i < count; i++) lengths.push(repeated)
  }
  if (lengths.length > literalCount + distanceCount) throw new RangeError('too many lengths')
  if (lengths[256] === 0) throw new RangeError('no end of block')
  return {
    literals: codeOf(lengths.slice(0, literalCount), true),
    distances: codeOf(lengths.slice(literalCount), true),
  }
}

/**
 * Inflates the payload of a message: any number of streams, the last without an end (RFC 7692 §7.2.2).
 * @throws {RangeError} for what is not one, {@link TooLarge} for more than `limit` bytes.
 */
export function naiveInflate(
  payload: Uint8Array,
  dictionary: Uint8Array = new Uint8Array(0),
  limit = Infinity,
): NaiveInflated {
  const input = [...payload, ...tail]
  const bits = new Bits(input)
  const out = [...dictionary]
  const seen: Seen = { farthest: 0, streams: 0, final: false }
  const put = (byte: number): void => {
    if (out.push(byte) > dictionary.length + limit) throw new TooLarge(seen)
  }
  let inside = false
  while (!bits.atEnd) {
    const final = bits.take(1)
    if (!inside) seen.streams++
    inside = !final
    seen.final ||= final === 1
    const type = bits.take(2)
    if (type === 3) throw new RangeError('no such block')
    if (type === 0) {
      bits.align()
      const length = bits.take(16)
      if ((bits.take(16) ^ length) !== 0xffff) throw new RangeError('a wrong length')
      for (let i = 0; i < length; i++) put(bits.take(8))
    } else {
      readBlock(bits, out, put, seen, type === 1 ? fixed : dynamic(bits))
    }
    // What follows a final block is another stream, in a byte of its own; a message may also end there.
    if (final && bits.align() === payload.length) break
  }
  return { bytes: Uint8Array.from(out.slice(dictionary.length)), ...seen }
}

/** Reads a compressed block to its end. */
function readBlock(
  bits: Bits,
  out: readonly number[],
  put: (byte: number) => void,
  seen: Seen,
  { literals, distances }: typeof fixed,
): void {
  for (let found = symbol(bits, literals); found !== 256; found = symbol(bits, literals)) {
    if (found < 256) {
      put(found)
      continue
    }
    const row = found - 257
    if (row > 28) throw new RangeError('no such length')
    const length = lengthBases[row]! + bits.take(lengthExtra[row]!)
    const far = symbol(bits, distances)
    if (far > 29) throw new RangeError('no such distance')
    const distance = distanceBases[far]! + bits.take(far < 4 ? 0 : (far >> 1) - 1)
    if (distance > out.length || distance > 32_768) throw new RangeError('too far back')
    seen.farthest = Math.max(seen.farthest, distance)
    for (let i = 0; i < length; i++) put(out.at(-distance)!)
  }
}

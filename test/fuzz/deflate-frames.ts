/** Compressed messages in all the forms that RFC 7692 §7.2.3 shows, and at the edges of what they may be. */
import { constants, deflateRawSync, inflateRawSync, type ZlibOptions } from 'node:zlib'
import { concat } from './bytes.ts'
import { referenceBlock, storedBlock } from './deflate-bits.ts'
import { type Frame, makeFrame } from './frames.ts'
import type { Random } from './random.ts'

const tail = Uint8Array.of(0, 0, 0xff, 0xff)

/** RSV1: the message is compressed. */
const compressed = 4

export interface DeflatedOptions {
  readonly masked: boolean
  readonly windowBits: number
  /** The most bytes of a message. */
  readonly limit: number
  /** What came before, where messages may refer to it. */
  readonly history: Uint8Array | undefined
}

/** A whole message in one frame, compressed as most are. */
export function deflatedMessage(opcode: number, text: string): Frame {
  const payload = deflated(new TextEncoder().encode(text))
  return { ...makeFrame(opcode, payload, undefined), rsv: compressed }
}

/** A payload as most are. */
export function deflated(bytes: Uint8Array): Uint8Array {
  return flushed(bytes, {})
}

function flushed(bytes: Uint8Array, options: ZlibOptions): Uint8Array {
  const result = deflateRawSync(bytes, { ...options, finishFlush: constants.Z_SYNC_FLUSH })
  return Uint8Array.from(result.subarray(0, -tail.length))
}

/** The frames of one compressed message, whole or in fragments, perhaps with a ping between. */
export function deflatedPhrase(random: Random, options: DeflatedOptions): Frame[] {
  const mask = (): Uint8Array | undefined => (options.masked ? random.bytes(4) : undefined)
  const payload = deflatedPayload(random, options)
  const opcode = random.pick([1, 2])
  if (random.once(2)) return [{ ...makeFrame(opcode, payload, mask()), rsv: compressed }]
  const cut = random.below(payload.length + 1)
  const first = makeFrame(opcode, payload.slice(0, cut), mask(), false)
  const ping = random.once(2) ? [makeFrame(9, random.bytes(random.below(5)), mask())] : []
  return [{ ...first, rsv: compressed }, ...ping, makeFrame(0, payload.slice(cut), mask())]
}

/** Mostly one to three parts; each begins where the last one left the window. */
function deflatedPayload(random: Random, options: DeflatedOptions): Uint8Array {
  const { windowBits, limit, history } = options
  // No more than 64 streams are taken.
  if (random.once(24)) return manyStreams(random.pick([62, 63, 64]), random)
  const parts: Uint8Array[] = []
  let before = history ?? new Uint8Array(0)
  let left = Math.min(limit, 5000)
  for (let more = random.pick([1, 1, 1, 2, 3]); more > 0; more--) {
    const last = more === 1
    if (random.once(8)) {
      parts.push(oddPart(random, before, windowBits, last))
      continue
    }
    const content = someContent(random, before, left)
    // Now and then a window beyond what was agreed on.
    const window = random.once(16) ? 15 : windowBits
    parts.push(part(random, content, zlibOptions(random, window, before), last))
    before = concat(before, content).slice(-(2 ** window))
    left = Math.max(0, left - content.length)
  }
  return concat(padding(random), ...parts)
}

function manyStreams(count: number, random: Random): Uint8Array {
  const one = Uint8Array.from(deflateRawSync(random.bytes(random.below(3))))
  const end = random.pick([[], [0], [0, ...tail, 0], [3, 0]])
  return concat(...Array.from({ length: count }, () => one), end)
}

/** A reference about as far back as it may go, or a stored block that is longer than the input. */
function oddPart(
  random: Random,
  before: Uint8Array,
  windowBits: number,
  last: boolean,
): Uint8Array {
  const final = random.once(3)
  const end = final || last ? [] : tail
  if (random.once(4)) {
    const content = random.bytes(random.below(4))
    // Tidewire puts 9 bytes behind a payload, or 6.
    const excess = random.pick([random.below(16), 4, 6, 9])
    return concat(storedBlock(content, excess, final), end)
  }
  const edge = random.pick([before.length, 2 ** windowBits, 2 ** windowBits])
  const distance = Math.min(32_768, Math.max(1, edge + random.between(-2, 1)))
  return concat(referenceBlock(random.between(3, 10), distance, final), end)
}

function zlibOptions(random: Random, windowBits: number, before: Uint8Array): ZlibOptions {
  const { Z_DEFAULT_STRATEGY: usual, Z_FIXED, Z_HUFFMAN_ONLY, Z_RLE } = constants
  return {
    windowBits: Math.max(9, windowBits),
    level: random.pick([0, 1, 6, 6, 9]),
    memLevel: random.pick([1, 8]),
    strategy: random.pick([usual, usual, Z_FIXED, Z_HUFFMAN_ONLY, Z_RLE]),
    ...(before.length > 0 && { dictionary: before }),
  }
}

/** Ends in a flush, in a final block, or in the byte that §7.2.3.4 puts behind one. */
function part(
  random: Random,
  content: Uint8Array,
  options: ZlibOptions,
  last: boolean,
): Uint8Array {
  const whole = flushed(content, options)
  if (random.once(4)) {
    const final = Uint8Array.from(deflateRawSync(content, options))
    return last && random.once(2) ? concat(final, [0]) : final
  }
  return last ? whole : concat(whole, tail)
}

const emptyBlock = Uint8Array.of(0, ...tail)

/** Blocks without content: what makes an input so long that it is not inflated at once. */
function padding(random: Random): Uint8Array {
  if (!random.once(12)) return new Uint8Array(0)
  const count = random.pick([1, 2, 820, 820, 6600])
  return concat(...Array.from({ length: count }, () => emptyBlock))
}

const someText = ['', 'a', 'Hello', 'añ😀', '{"n":7919,"tide":"high"}', '€'.repeat(45)]

/** @param left Bytes up to the limit, or to something handier. */
function someContent(random: Random, before: Uint8Array, left: number): Uint8Array {
  switch (random.below(7)) {
    case 0:
      return new Uint8Array(0)
    case 1:
      return random.bytes(random.pick([1, 4, 100, 300]))
    case 2:
      return new Uint8Array(random.pick([1, 1, 99, 258, 300, 20_000]))
    case 3:
      // What was there before, as far back as it goes.
      return before.slice(0, random.pick([3, 30, 300]))
    case 4:
      return new Uint8Array(Math.max(0, left + random.between(-1, 1)))
    default: {
      const text = random.pick(someText) + random.pick(someText)
      return new TextEncoder().encode(text.repeat(random.pick([1, 1, 2, 30])))
    }
  }
}

/** What the compressed messages among `frames` leave in the window, as far as zlib reads them. */
export function historyOf(frames: readonly Frame[], windowBits: number): Uint8Array | undefined {
  let history = new Uint8Array(0)
  let parts: Uint8Array[] | undefined
  for (const { opcode, rsv, fin, payload } of frames) {
    if (opcode > 2) continue
    if (opcode > 0) parts = rsv === compressed ? [] : undefined
    parts?.push(payload)
    if (!fin || !parts) continue
    const before = history
    try {
      const options = { windowBits, ...(before.length > 0 && { dictionary: before }) }
      const inflated = inflateRawSync(concat(...parts, tail), {
        ...options,
        finishFlush: constants.Z_SYNC_FLUSH,
        maxOutputLength: 1 << 20,
      })
      history = concat(before, inflated).slice(-(2 ** windowBits))
    } catch {
      // It is wrong already: what comes behind it is not read.
    }
  }
  return history.length > 0 ? history : undefined
}

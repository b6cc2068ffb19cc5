import { naiveInflate, type NaiveInflated, TooLarge } from '../node/naive-inflate.ts'
import type { DeflateInput } from './deflate-input.ts'
import type { ReferenceDeflate } from './reference-receiver.ts'

/** Above this the naive way takes too long: what makes more of a few bytes is not looked at. */
const mostInflated = 4 << 20

/** zlib makes its output in pieces of this size, and Node counts after each. */
const zlibPiece = 16_384

/** Bytes that Tidewire puts behind a payload where the RFC has four, at most so many more. */
const endingExcess = 5

/** A message may be this many streams (src/node/compression.ts). */
const mostStreams = 64

const corrupt = 'fail 1007'
const tooLarge = 'fail 1009'
const either = `${corrupt} or ${tooLarge}`

/** Nobody can wait for what this input inflates to. */
export class Bomb extends Error {}

type Verdict = NaiveInflated | TooLarge | 'corrupt'

function inflateTo(limit: number, payload: Uint8Array, history: Uint8Array): Verdict {
  try {
    return naiveInflate(payload, history, Math.min(limit, mostInflated))
  } catch (error) {
    if (!(error instanceof TooLarge)) return 'corrupt'
    if (limit > mostInflated) throw new Bomb('too much to look at')
    return error
  }
}

type InflaterInput = Pick<DeflateInput, 'message' | 'windowBits' | 'takeover'>

/** The receiving side of permessage-deflate, with nothing but the naive inflater. */
export class ReferenceInflater implements ReferenceDeflate {
  readonly most: number
  readonly #input: InflaterInput
  #history = new Uint8Array(0)
  #pardons: number

  /**
   * Messages with references beyond the window. They break RFC 7692 §7.1.2, but zlib follows such a
   * reference where it still happens to have the bytes: within the piece of output that it is making.
   */
  beyond = 0
  /** Messages with a final block. */
  finals = 0

  /** @param pardons How many messages with references beyond the window are taken as they are. */
  constructor(input: InflaterInput, pardons: number) {
    this.#input = input
    this.#pardons = pardons
    this.most = mostCompressed(input.message)
  }

  inflate(payload: Uint8Array): Uint8Array | string {
    const { message: limit, windowBits, takeover } = this.#input
    const window = 2 ** windowBits
    const inflated = inflateTo(limit, payload, this.#history)
    if (inflated === 'corrupt') {
      // The last bytes before the fault may be over the limit already.
      const near = inflateTo(limit - endingExcess, payload, this.#history)
      return near instanceof TooLarge ? either : corrupt
    }
    const { farthest, streams, final } = seenIn(inflated)
    if (final) this.finals++
    if (farthest > window) this.beyond++
    if (inflated instanceof TooLarge) {
      // In the piece that goes over the limit there may be something else that is refused.
      const more = inflateTo(limit + zlibPiece, payload, this.#history)
      if (more === 'corrupt') return either
      const there = seenIn(more)
      return there.farthest > window || there.streams > mostStreams ? either : tooLarge
    }
    if (streams > mostStreams) return corrupt
    if (farthest > window && this.#pardons-- <= 0) return corrupt
    const all = Buffer.concat([this.#history, inflated.bytes])
    if (takeover) this.#history = Uint8Array.from(all.subarray(-window))
    return inflated.bytes
  }
}

/** What cannot be compressed grows by so much at the worst (zlib's deflateBound), and that is let in. */
export function mostCompressed(message: number): number {
  return message + Math.floor(message / 8) + Math.floor(message / 64) + 1024
}

function seenIn(verdict: NaiveInflated | TooLarge): TooLarge['seen'] {
  return verdict instanceof TooLarge ? verdict.seen : verdict
}

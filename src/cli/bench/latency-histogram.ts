/** Steps for each doubling are 2 to this power. */
const stepBits = 7
const steps = 1 << stepBits
/** In nanoseconds: 2 to this power are almost five hours. */
const octaves = 44

/** How much a percentile may be above the exact one, as a share of it: 1/128. */
export const percentileError: number = 1 / steps

/** A histogram as it goes from one thread to another. */
export interface HistogramCounts {
  readonly counts: Float64Array
  /** Milliseconds. */
  readonly longest: number
}

/**
 * Durations, counted in log-linear buckets as HdrHistogram does: 128 for each doubling, from a nanosecond
 * to hours, in memory that does not grow.
 */
export class LatencyHistogram {
  count = 0
  /** Milliseconds, exact; 0 when there are none. */
  longest = 0
  readonly #counts = new Float64Array(octaves * steps)
  readonly #double = new DataView(new ArrayBuffer(8))

  /** @param milliseconds Below a nanosecond it counts as one. */
  add(milliseconds: number): void {
    this.#double.setFloat64(0, Math.max(1, milliseconds * 1e6))
    // IEEE 754: the exponent and the first bits of the fraction are just the number of such a bucket.
    const bucket = (this.#double.getUint32(0) >>> (20 - stepBits)) - (1023 << stepBits)
    const at = Math.min(bucket, this.#counts.length - 1)
    this.#counts[at] = this.#counts[at]! + 1
    this.count++
    if (milliseconds > this.longest) this.longest = milliseconds
  }

  merge({ counts, longest }: HistogramCounts): void {
    for (const [at, count] of counts.entries()) {
      this.#counts[at] = this.#counts[at]! + count
      this.count += count
    }
    this.longest = Math.max(this.longest, longest)
  }

  /** What {@link merge} takes. */
  get counts(): HistogramCounts {
    return { counts: this.#counts.slice(), longest: this.longest }
  }

  /**
   * Milliseconds that `share` of all durations did not exceed, by nearest rank: never below the exact
   * value, and above it by {@link percentileError} at most. 0 when there are none.
   */
  percentile(share: number): number {
    let left = Math.max(1, Math.ceil(share * this.count))
    if (left >= this.count) return this.longest
    let at = 0
    for (; left > this.#counts[at]!; at++) left -= this.#counts[at]!
    const upper = 2 ** (at >> stepBits) * (1 + ((at & (steps - 1)) + 1) / steps)
    return Math.min(upper / 1e6, this.longest)
  }
}

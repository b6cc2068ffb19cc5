/** Durations in milliseconds, counted in 64 steps for each doubling: a percentile is exact to 1.6 %. */
export class Histogram {
  count = 0
  longest = 0
  #counts = new Float64Array(64 * 64)

  add(milliseconds) {
    const nanoseconds = Math.max(1, milliseconds * 1e6)
    const octave = Math.floor(Math.log2(nanoseconds))
    const step = Math.floor((nanoseconds / 2 ** octave - 1) * 64)
    this.#counts[octave * 64 + step]++
    this.count++
    if (milliseconds > this.longest) this.longest = milliseconds
  }

  /** Microseconds under which `share` of all durations are; 0 when there are none. */
  microseconds(share) {
    let left = Math.min(Math.floor(share * this.count), this.count - 1)
    if (left < 0) return 0
    let at = 0
    while (left >= this.#counts[at]) left -= this.#counts[at++]
    const step = (at % 64) + 0.5
    return (2 ** Math.floor(at / 64) * (1 + step / 64)) / 1e3
  }
}

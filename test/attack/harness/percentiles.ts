export interface Percentiles {
  readonly p50: number
  readonly p99: number
  readonly max: number
}

/** The middle, the 99th of a hundred and the largest; NaN of nothing. */
export function percentiles(values: readonly number[]): Percentiles {
  const sorted = values.toSorted((one, other) => one - other)
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
  return { p50: at(0.5), p99: at(0.99), max: at(1) }
}

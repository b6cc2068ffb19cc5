/** What is made of the runs. */

export function median(values) {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/** To three significant figures. */
export function round(value) {
  return Number(value.toPrecision(3))
}

/** The least and the greatest. */
export function spread(values) {
  return [round(Math.min(...values)), round(Math.max(...values))]
}

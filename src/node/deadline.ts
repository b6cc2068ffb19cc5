/**
 * Acts once `milliseconds` are over, unless it is called off. Where the process was held up, timers come
 * before the bytes that have arrived: those are read first, then it is said who is late.
 * @returns What calls it off.
 */
export function deadline(milliseconds: number, act: () => void): () => void {
  let reading: NodeJS.Immediate | undefined
  const timer = setTimeout(() => (reading = setImmediate(act)), milliseconds)
  return () => {
    clearTimeout(timer)
    clearImmediate(reading)
  }
}

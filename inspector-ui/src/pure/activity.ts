/** How many seconds a sparkline looks back. */
export const activitySeconds = 30

/** How many messages came in each of the last seconds, by connection. */
export class Activity {
  readonly #counts = new Map<number, { second: number; readonly counts: Uint32Array }>()

  /** @param at Milliseconds since 1970. */
  add(connection: number, at: number): void {
    const second = Math.floor(at / 1000)
    let own = this.#counts.get(connection)
    if (!own) {
      own = { second, counts: new Uint32Array(activitySeconds) }
      this.#counts.set(connection, own)
    }
    advance(own, second)
    if (own.second - second < activitySeconds) own.counts[second % activitySeconds]! += 1
  }

  /** Messages in each second up to `now`, the oldest first; the last second is not over yet. */
  of(connection: number, now: number): readonly number[] {
    const own = this.#counts.get(connection)
    if (!own) return []
    const second = Math.floor(now / 1000)
    return Array.from({ length: activitySeconds }, (_, index) => {
      const wanted = second - activitySeconds + 1 + index
      const kept = wanted <= own.second && wanted > own.second - activitySeconds
      return kept ? own.counts[wanted % activitySeconds]! : 0
    })
  }

  clear(): void {
    this.#counts.clear()
  }
}

/** Seconds in which nothing came are emptied, for what is in their places is old. */
function advance(own: { second: number; readonly counts: Uint32Array }, second: number): void {
  const from = Math.max(own.second + 1, second - activitySeconds + 1)
  for (let at = from; at <= second; at += 1) own.counts[at % activitySeconds] = 0
  own.second = Math.max(own.second, second)
}

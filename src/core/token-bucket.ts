/**
 * A rate with room for bursts: tokens come in evenly, and what happens takes them out. It may be overdrawn
 * by the last thing that was let happen, and what comes after waits until that is paid back; so one large
 * message is never impossible.
 */
export class TokenBucket {
  readonly #perMillisecond: number
  readonly #capacity: number
  #tokens: number
  #filledAt: number

  /** @param capacity How many tokens it holds, one at least, which is also what it starts with. */
  constructor(perSecond: number, capacity: number, now: number) {
    this.#perMillisecond = perSecond / 1000
    this.#capacity = capacity
    this.#tokens = capacity
    this.#filledAt = now
  }

  /** Whether something may happen now: there is a token for it. */
  allows(now: number): boolean {
    this.#fill(now)
    return this.#tokens >= 1
  }

  /** Whether more was taken than there was. */
  get overdrawn(): boolean {
    return this.#tokens < 0
  }

  take(tokens: number, now: number): void {
    this.#fill(now)
    this.#tokens -= tokens
  }

  /** When something may happen again: `now`, or later. */
  allowsAt(now: number): number {
    this.#fill(now)
    const owed = Math.max(0, 1 - this.#tokens)
    return now + Math.ceil(owed / this.#perMillisecond)
  }

  #fill(now: number): void {
    const filled = this.#tokens + (now - this.#filledAt) * this.#perMillisecond
    this.#tokens = Math.min(this.#capacity, filled)
    this.#filledAt = now
  }
}

/** Who is held back while events wait. */
export interface Held {
  hold(): void
  /** Nothing waits any more. */
  release(): void
}

/** Events that each have a turn of the event loop of their own, for `allowSynchronousEvents: false`. */
export class EventTurns {
  readonly #held: Held
  readonly #events: (() => void)[] = []

  constructor(held: Held) {
    this.#held = held
  }

  /** Whether any wait. */
  get waiting(): boolean {
    return this.#events.length > 0
  }

  add(event: () => void): void {
    if (this.#events.push(event) > 1) return
    this.#held.hold()
    setImmediate(() => this.#next())
  }

  #next(): void {
    this.#events[0]!()
    this.#events.shift()
    if (this.waiting) setImmediate(() => this.#next())
    else this.#held.release()
  }
}

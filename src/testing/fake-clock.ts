/** A clock that moves only when told. */
export class FakeClock {
  #now: number

  constructor(start = 0) {
    this.#now = start
  }

  /** Milliseconds; a port, and so not bound to `this`. */
  readonly now = (): number => this.#now

  advance(milliseconds: number): void {
    this.#now += milliseconds
  }
}

import type { Lane } from './lane.ts'

/** Messages of a turn: a rate that is too high must not keep answers from being read. */
const mostPerTurn = 1000

/** Makes the messages of lanes due in turn, at a rate. Pure in the clock. */
export class OpenLoop {
  readonly #lanes: readonly Lane[]
  readonly #firstAt: (lane: number) => number
  readonly #interval: number
  #next = 0

  /**
   * @param firstAt When the first message of a lane is due, in milliseconds, rising from lane to lane.
   * @param interval Milliseconds between two messages of a lane, longer than from the first lane to the last.
   */
  constructor(lanes: readonly Lane[], firstAt: (lane: number) => number, interval: number) {
    this.#lanes = lanes
    this.#firstAt = firstAt
    this.#interval = interval
  }

  /** Sends what is due, as much as a turn takes. @returns Milliseconds until there is more. */
  turn(now: number): number {
    for (let left = mostPerTurn; left > 0; left--) {
      const at = this.#nextAt()
      if (!(at <= now)) return at - now
      this.#lanes[this.#next++ % this.#lanes.length]!.becomeDue(1, now)
    }
    return 0
  }

  /** Milliseconds by which it is late with the next message. */
  behind(now: number): number {
    return Math.max(0, now - this.#nextAt())
  }

  #nextAt(): number {
    const { length } = this.#lanes
    return this.#firstAt(this.#next % length) + Math.floor(this.#next / length) * this.#interval
  }
}

import type { Lane } from './lane.ts'

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

  /** Sends what is due. @returns Milliseconds until there is more. */
  turn(now: number): number {
    for (;;) {
      const lane = this.#next % this.#lanes.length
      const at = this.#firstAt(lane) + Math.floor(this.#next / this.#lanes.length) * this.#interval
      if (!(at <= now)) return at - now
      this.#next++
      this.#lanes[lane]!.becomeDue(1, now)
    }
  }
}

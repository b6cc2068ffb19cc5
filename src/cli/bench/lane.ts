import type { Tally } from './tally.ts'

/** When each message of a connection is to be sent, in milliseconds. */
export interface IntendedTimes {
  at(nth: number): number
  /** Where an answer makes room for another message: message `nth` is due from now on. */
  freed?(nth: number, now: number): void
}

/** An open loop: at a steady rate, whatever the server does. */
export class Paced implements IntendedTimes {
  readonly #first: number
  readonly #interval: number

  constructor(first: number, interval: number) {
    this.#first = first
    this.#interval = interval
  }

  at(nth: number): number {
    return this.#first + nth * this.#interval
  }
}

/** A closed loop: `depth` messages in flight, and another for each answer. */
export class Windowed implements IntendedTimes {
  readonly #times: Float64Array

  constructor(depth: number, begin: number) {
    this.#times = new Float64Array(depth).fill(begin)
  }

  at(nth: number): number {
    return this.#times[nth % this.#times.length]!
  }

  freed(nth: number, now: number): void {
    this.#times[nth % this.#times.length] = now
  }
}

/**
 * The messages of one connection. Latency counts from when a message was to be sent, also where the server
 * kept us from sending it: what it delayed is not left out ("coordinated omission"). Pure in the clock.
 */
export class Lane {
  /** Messages whose time has come, that were sent, and that were answered. */
  due = 0
  sent = 0
  answered = 0
  /** No more become due. */
  stopped = false
  readonly #times: IntendedTimes
  readonly #tally: Tally
  readonly #send: () => boolean
  #blocked = false

  /** @param send Sends one message. @returns Whether the transport takes more before {@link drained}. */
  constructor(times: IntendedTimes, tally: Tally, send: () => boolean) {
    this.#times = times
    this.#tally = tally
    this.#send = send
  }

  /** The time of `count` more messages has come. */
  becomeDue(count: number, now: number): void {
    this.due += count
    while (!this.#blocked && this.sent < this.due) {
      this.#tally.sent(this.#times.at(this.sent), now)
      this.#sendNext()
    }
  }

  /** The transport takes more. What waited for it was not late by our fault. */
  drained(): void {
    this.#blocked = false
    while (!this.#blocked && this.sent < this.due) this.#sendNext()
  }

  /** The oldest message that has no answer has one. @returns `false` when there is none. */
  answer(now: number, bytes: number): boolean {
    if (this.answered === this.sent) return false
    this.#tally.answered(this.#times.at(this.answered++), now, bytes)
    if (this.#times.freed && !this.stopped) {
      this.#times.freed(this.due, now)
      this.becomeDue(1, now)
    }
    return true
  }

  /** Whether all that was due has its answer. */
  get settled(): boolean {
    return this.answered === this.due
  }

  /** Nothing comes any more: what has no answer counts with the time that it has waited. */
  abandon(now: number): void {
    for (; this.answered < this.due; this.answered++) {
      this.#tally.unanswered(this.#times.at(this.answered), now)
    }
  }

  #sendNext(): void {
    this.sent++
    this.#blocked = !this.#send()
  }
}

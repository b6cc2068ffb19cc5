/** Something with a time at which it has to act. */
export interface Timed {
  /** Milliseconds of the clock; `Infinity` for never. */
  due(): number
  /** Acts if its time has come. */
  tick(now: number): void
  /** The slot it stands in, if any: kept by `Deadlines`. */
  slot: number | undefined
}

/**
 * One timer for the deadlines of any number of connections.
 *
 * Time is cut into slots. A connection stands in the slot of its next deadline and stays there while
 * traffic moves the deadline away; when the slot comes up it is asked again and moves on. So a message
 * costs nothing here, and an idle connection one visit per heartbeat.
 */
export class Deadlines {
  readonly #resolution: number
  readonly #now: () => number
  readonly #slots = new Map<number, Set<Timed>>()
  #timer: NodeJS.Timeout | undefined
  #armedFor = Infinity

  /** @param resolution Milliseconds by which a deadline may be late. */
  constructor(resolution: number, now: () => number) {
    this.#resolution = resolution
    this.#now = now
  }

  /** Looks at the deadline of `timed` again: to be called when it may have come nearer. */
  watch(timed: Timed): void {
    const due = timed.due()
    if (due === Infinity) return
    const slot = Math.ceil(due / this.#resolution)
    if (timed.slot !== undefined && slot >= timed.slot) return
    this.forget(timed)
    timed.slot = slot
    const others = this.#slots.get(slot)
    if (others) others.add(timed)
    else this.#slots.set(slot, new Set([timed]))
    if (slot < this.#armedFor) this.#arm(slot)
  }

  forget(timed: Timed): void {
    const { slot } = timed
    if (slot === undefined) return
    timed.slot = undefined
    const others = this.#slots.get(slot)
    if (others?.delete(timed) && others.size === 0) this.#slots.delete(slot)
  }

  #arm(slot: number): void {
    clearTimeout(this.#timer)
    this.#armedFor = slot
    if (slot === Infinity) return
    const wait = Math.max(1, slot * this.#resolution - this.#now())
    // Sockets keep a process alive, their deadlines need not. Where the process was held up, timers come
    // before the bytes that have arrived: those are read first, then it is said who is late.
    this.#timer = setTimeout(() => setImmediate(() => this.#fire()), wait).unref()
  }

  #fire(): void {
    const now = this.#now()
    // Settled beforehand: one whose time has come again already waits for the next turn.
    const due = [...this.#slots].filter(([slot]) => slot * this.#resolution <= now)
    for (const [slot, timed] of due) {
      this.#slots.delete(slot)
      for (const one of timed) {
        one.slot = undefined
        one.tick(now)
        this.watch(one)
      }
    }
    this.#armedFor = Infinity
    this.#arm(Math.min(...this.#slots.keys()))
  }
}

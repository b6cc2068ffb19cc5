import type { Socket as NetSocket } from 'node:net'

type Output = Pick<NetSocket, 'bytesWritten' | 'writableLength'>

/** How much of one write a socket has taken cannot be seen, so a large one has the time for each of these. */
const step = 1 << 20

/**
 * The deadline of output that waits in a socket: it is over when nothing was taken from one look to the next.
 * Whoever reads nothing else, such as a program that has paused, learns so of a peer that does not either.
 */
export class OutputDeadline {
  readonly #socket: Output
  readonly #timeout: number
  #taken!: number
  /** When to look, in milliseconds of the clock. */
  due!: number

  /** @param timeout Milliseconds without progress, for each MiB begun of what waits. */
  constructor(socket: Output, timeout: number, now: number) {
    this.#socket = socket
    this.#timeout = timeout
    this.#begin(now)
  }

  /** Looks, and waits on where there was progress. @returns Whether there was none. */
  isOver(now: number): boolean {
    // Later than that nobody can have looked: the machine was suspended, or the process stopped.
    const overslept = now >= this.due + this.#timeout
    if (this.#taken === this.#takenNow() && !overslept) return true
    this.#begin(now)
    return false
  }

  #begin(now: number): void {
    this.#taken = this.#takenNow()
    this.due = now + this.#timeout * Math.ceil(this.#socket.writableLength / step)
  }

  #takenNow(): number {
    return this.#socket.bytesWritten - this.#socket.writableLength
  }
}

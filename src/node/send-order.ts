import type { Message } from '../core/index.ts'

/**
 * Keeps what is sent in order although the bytes of a Blob have to be waited for: whatever comes
 * behind one waits for it, as does closing.
 */
export class SendOrder {
  readonly #failed: (error: unknown) => void
  #tail: Promise<void> | undefined
  #bytes = 0

  /** @param failed Told when a Blob could not be read, which happens to one that is a changed file. */
  constructor(failed: (error: unknown) => void) {
    this.#failed = failed
  }

  /** Bytes of messages that wait. */
  get bytes(): number {
    return this.#bytes
  }

  /** Calls `act` with the message when its turn has come, which may be now. */
  send(message: Message | Blob, length: number, act: (message: Message) => void): void {
    if (message instanceof Blob) {
      const reading = message.arrayBuffer()
      // Its failure is found when its turn comes.
      reading.catch(() => {})
      return this.#enqueue(length, async () => act(new Uint8Array(await reading)))
    }
    if (!this.#tail) return act(message)
    // The caller's bytes may change while they wait (WebSockets standard: data is sent as it was).
    const copy = typeof message === 'string' ? message : message.slice()
    this.#enqueue(length, () => act(copy))
  }

  /** Calls `act` when all that waits has had its turn. */
  close(act: () => void): void {
    if (this.#tail) this.#enqueue(0, act)
    else act()
  }

  #enqueue(length: number, step: () => void | Promise<void>): void {
    this.#bytes += length
    const tail = this.#turn(this.#tail, length, step).catch(this.#failed)
    this.#tail = tail
    void tail.then(() => {
      if (this.#tail === tail) this.#tail = undefined
    })
  }

  async #turn(
    previous: Promise<void> | undefined,
    length: number,
    step: () => void | Promise<void>,
  ): Promise<void> {
    await previous
    try {
      await step()
    } finally {
      this.#bytes -= length
    }
  }
}

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
    if (message instanceof Blob) this.#enqueue(length, bytesOfBlob(message), act)
    else if (!this.#tail) act(message)
    // The caller's bytes may change while they wait (WebSockets standard: data is sent as it was).
    else this.#enqueue(length, typeof message === 'string' ? message : message.slice(), act)
  }

  /** Calls `act` when all that waits has had its turn. */
  close(act: () => void): void {
    if (this.#tail) this.#enqueue(0, '', act)
    else act()
  }

  #enqueue(
    length: number,
    message: Message | Promise<Message>,
    act: (message: Message) => void,
  ): void {
    this.#bytes += length
    const tail = this.#turn(this.#tail, length, message, act).catch(this.#failed)
    this.#tail = tail
    void tail.then(() => {
      if (this.#tail === tail) this.#tail = undefined
    })
  }

  async #turn(
    previous: Promise<void> | undefined,
    length: number,
    message: Message | Promise<Message>,
    act: (message: Message) => void,
  ): Promise<void> {
    await previous
    try {
      message = await message
    } finally {
      // Whoever it is handed to counts it from here on.
      this.#bytes -= length
    }
    act(message)
  }
}

async function readBlob(blob: Blob): Promise<Uint8Array> {
  return new Uint8Array(await blob.arrayBuffer())
}

/** Its failure is found when its turn comes. */
function bytesOfBlob(blob: Blob): Promise<Uint8Array> {
  const bytes = readBlob(blob)
  bytes.catch(() => {})
  return bytes
}

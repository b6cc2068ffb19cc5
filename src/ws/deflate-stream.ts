import type { DeflateAgreement, DeflateContext, DeflateSettings } from '../core/index.ts'
import { compression } from '../node/transport.ts'

type Done = (result: Uint8Array | Error) => void

/** What RFC 7692 §7.2.1 leaves off at the end of a message, and not between its parts. */
const tail = Uint8Array.of(0, 0, 0xff, 0xff)

/** Compresses and inflates parts of messages in order, for who calls `PerMessageDeflate` directly. */
export class DeflateStream {
  readonly #agreed: DeflateAgreement
  readonly #settings: DeflateSettings
  readonly #limit: number
  #sent: Uint8Array | undefined
  #received: Uint8Array | undefined
  readonly #parts: Uint8Array[] = []
  readonly #waiting = new Set<Done>()
  #last: Promise<void> = Promise.resolve()

  constructor(agreed: DeflateAgreement, settings: DeflateSettings, limit: number) {
    this.#agreed = agreed
    this.#settings = settings
    this.#limit = limit
  }

  compress(bytes: Uint8Array, fin: boolean, done: Done): void {
    this.#enqueue(done, (finished) => {
      const { windowBits } = this.#agreed.send
      const { level, memoryLevel } = this.#settings
      const job = { windowBits, level, memoryLevel, dictionary: this.#sent }
      compression.deflate(bytes, job, (smaller) => {
        this.#sent = windowAfter(this.#sent, bytes, this.#agreed.send, fin)
        finished(fin ? smaller : Buffer.concat([smaller, tail]))
      })
    })
  }

  decompress(bytes: Uint8Array, fin: boolean, done: Done): void {
    this.#enqueue(done, (finished) => {
      this.#parts.push(bytes)
      if (!fin) return finished(new Uint8Array(0))
      const { windowBits } = this.#agreed.receive
      const input = Buffer.concat(this.#parts.splice(0))
      const job = { windowBits, dictionary: this.#received, limit: this.#limit, later: false }
      compression.inflate(input, job, (result) => {
        if (typeof result === 'string') return finished(failure(result))
        this.#received = windowAfter(this.#received, result, this.#agreed.receive, true)
        finished(result)
      })
    })
  }

  close(): void {
    const message = 'The deflate stream was closed while data was being processed'
    for (const done of this.#waiting) done(new Error(message))
    this.#waiting.clear()
  }

  /** One at a time: each goes on from the window that the one before it has left. */
  #enqueue(done: Done, step: (finished: Done) => void): void {
    this.#waiting.add(done)
    this.#last = this.#turn(this.#last, done, step)
  }

  async #turn(before: Promise<void>, done: Done, step: (finished: Done) => void): Promise<void> {
    await before
    const result = await new Promise<Uint8Array | Error>((resolve) => step(resolve))
    // What a callback throws is not to be held up in here.
    if (this.#waiting.delete(done)) setImmediate(done, result)
  }
}

function failure(result: 'too-large' | 'corrupt'): Error {
  return result === 'too-large'
    ? Object.assign(new RangeError('Max payload size exceeded'), {
        code: 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH',
      })
    : Object.assign(new Error('invalid compressed data'), { code: 'Z_DATA_ERROR', errno: -3 })
}

function windowAfter(
  before: Uint8Array | undefined,
  bytes: Uint8Array,
  { takeover, windowBits }: DeflateContext,
  fin: boolean,
): Uint8Array | undefined {
  if (fin && !takeover) return undefined
  return Buffer.concat([before ?? new Uint8Array(0), bytes]).subarray(-(2 ** windowBits))
}

import assert from 'node:assert/strict'
import type { DeflateAgreement, Message } from '../../dist/core/index.js'
import { naiveInflate } from '../node/naive-inflate.ts'
import { concat, hex } from './bytes.ts'
import type { Frame } from './frames.ts'
import type { ReferenceInflater } from './reference-inflate.ts'
import { referenceReceive, type ReferenceOptions } from './reference-receiver.ts'

const encoder = new TextEncoder()

type DeflateContext = DeflateAgreement['send']

/** The messages that a program has sent, to compare with those that a peer would read. */
export class Said {
  readonly #messages: string[] = []
  #kind = ''
  #parts: Uint8Array[] = []

  /** Notes a message, unless `send` throws. A handler may send the next one before `send` is back. */
  whole(message: Message, send: () => void): void {
    const at = this.#messages.push(describe(message)) - 1
    try {
      send()
    } catch (error) {
      this.#messages.splice(at, 1)
      throw error
    }
  }

  /** Notes a fragment that was sent. */
  fragment(part: Message, fin: boolean): void {
    if (this.#parts.length === 0) this.#kind = typeof part === 'string' ? 'text' : 'binary'
    this.#parts.push(typeof part === 'string' ? encoder.encode(part) : part)
    if (!fin) return
    this.#messages.push(`${this.#kind} ${hex(concat(...this.#parts))}`)
    this.#parts = []
  }

  /** All that came through is what was sent, in order. */
  check(frames: readonly Frame[], deflate: DeflateContext | undefined): void {
    const messages = readMessages(frames, deflate)
    assert.deepEqual(messages, this.#messages.slice(0, messages.length), 'other messages than sent')
  }
}

/** The messages in `frames`, as a peer reads them. */
function readMessages(frames: readonly Frame[], deflate: DeflateContext | undefined): string[] {
  const messages: string[] = []
  let history = new Uint8Array(0)
  let [kind, compressed, parts]: [string, boolean, Uint8Array[]] = ['', false, []]
  for (const { opcode, fin, payload, rsv } of frames) {
    if (opcode > 2) continue
    if (opcode > 0) [kind, compressed, parts] = [opcode === 1 ? 'text' : 'binary', rsv !== 0, []]
    parts.push(payload)
    if (!fin) continue
    let bytes = concat(...parts)
    if (compressed && deflate) {
      const inflated = naiveInflate(bytes, history)
      const window = 2 ** deflate.windowBits
      assert.ok(inflated.farthest <= window, 'what was sent refers beyond the window')
      bytes = Uint8Array.from(inflated.bytes)
      if (deflate.takeover) history = concat(history, bytes).slice(-window)
    }
    messages.push(`${kind} ${hex(bytes)}`)
  }
  return messages
}

/** As the reference has it. */
function describe(message: Message): string {
  const text = typeof message === 'string'
  return `${text ? 'text' : 'binary'} ${hex(text ? encoder.encode(message) : message)}`
}

/** The messages that a program was given, to compare with those in the bytes that came. */
export class Heard {
  readonly #messages: string[] = []
  readonly #chunks: Uint8Array[] = []

  /** Notes bytes before the connection has them, and changes them in place. */
  chunk(bytes: Uint8Array): Uint8Array {
    this.#chunks.push(bytes.slice())
    return bytes
  }

  message(message: Message): void {
    this.#messages.push(describe(message))
  }

  /** @param whole Whether nothing but the loss of the transport has ended the reading. */
  check(options: ReferenceOptions, deflate: ReferenceInflater | undefined, whole: boolean): void {
    const stream = concat(...this.#chunks)
    const { events } = referenceReceive(stream, deflate ? { ...options, deflate } : options)
    // Whether such a message is read is up to zlib: see `beyond`.
    if (deflate && deflate.beyond > 0) return
    const due = events.filter((event) => !event.startsWith('p'))
    const seen = this.#messages
    assert.deepEqual(seen, due.slice(0, seen.length), 'other messages than came')
    if (whole) assert.equal(seen.length, due.length, 'a message is missing')
  }
}

import type {
  DeflateContext,
  DeflateSettings,
  EncodedMessage,
  Message,
  MessageExtension,
  PermessageDeflate,
} from '../core/index.ts'
import { compression } from '../node/transport.ts'

type Decode = Parameters<MessageExtension['decode']>

/** RSV1, the bit that marks a compressed message (RFC 7692 §6). */
const compressed = 4

/** Beyond this a message is compressed for each connection, where that is done in the thread pool. */
const sharedAtMost = 131_072

/** The last message that was compressed in this turn of the event loop, and for whom. */
let last:
  | { readonly by: object; readonly payload: Uint8Array; readonly forms: Map<string, Uint8Array> }
  | undefined

/**
 * permessage-deflate for programs that send one message to many by sending it to each, as those for ws do:
 * from the second connection on it is compressed once for all, by itself. What one of them is sent next
 * then refers to nothing before (fan-out to 1,000 of 1 KiB: 83 to 12 µs).
 */
export class BroadcastDeflate implements MessageExtension {
  readonly rsv: number
  readonly #deflate: PermessageDeflate
  readonly #context: DeflateContext
  readonly #settings: DeflateSettings

  constructor(deflate: PermessageDeflate, context: DeflateContext, settings: DeflateSettings) {
    this.rsv = deflate.rsv
    this.#deflate = deflate
    this.#context = context
    this.#settings = settings
  }

  changes(message: Message, bytes: number): boolean {
    return this.#deflate.changes(message, bytes)
  }

  encode(payload: Uint8Array, done: (payload: Uint8Array, rsv: number) => void): void {
    const others = last !== undefined && last.by !== this && equal(last.payload, payload)
    if (!others || payload.length > sharedAtMost) {
      this.#note(payload)
      return this.#deflate.encode(payload, done)
    }
    const smaller = this.#form(payload)
    if (smaller.length >= payload.length) return done(payload, 0)
    this.#deflate.forget()
    done(smaller, compressed)
  }

  /** For no longer than this turn. */
  #note(payload: Uint8Array): void {
    if (!last) setImmediate(() => (last = undefined))
    last = { by: this, payload, forms: new Map() }
  }

  #form(payload: Uint8Array): Uint8Array {
    const { windowBits } = this.#context
    const { level, memoryLevel } = this.#settings
    const { forms } = last!
    const name = `${windowBits} ${level} ${memoryLevel}`
    let form = forms.get(name)
    if (!form) {
      form = compression.deflateNow(payload, {
        windowBits,
        level,
        memoryLevel,
        dictionary: undefined,
      })
      forms.set(name, form)
    }
    return form
  }

  share(): EncodedMessage | undefined {
    return undefined
  }

  decode(...args: Decode): void {
    this.#deflate.decode(...args)
  }
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && Buffer.compare(a, b) === 0
}

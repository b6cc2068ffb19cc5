import { LocalProtocolError } from '../errors/index.ts'
import { type EncodedMessage, encodeFrame, encodeMessage, HeldMessage } from './encoded-message.ts'
import { headerSize } from './frame-header.ts'
import type { Message } from './message-assembler.ts'
import type { MessageExtension } from './message-extension.ts'
import { Opcode } from './opcode.ts'
import { Output, shortText, type Slab } from './output.ts'
import type { Ports } from './ports.ts'
import { SharedMessage } from './shared-message.ts'

/** What waits is changed by an extension at once up to this size: 0.5 ms, and less memory for longer. */
const framedAtOnce = 16_384

/** How a message is sent where its type does not say it. */
export interface SendAs {
  /** Whether it is text: bytes may be, which then are UTF-8, and a string may go as binary. */
  readonly text?: boolean
  /** `false`: the extension leaves it as it is. */
  readonly compress?: boolean
}

/** Makes frames of what is sent: opcodes, fragments, masks, and how many pongs. */
export class FrameSender {
  readonly output: Output
  readonly #ports: Ports
  readonly #masks: boolean
  #extension: MessageExtension | undefined
  /** Called when a message that its extension took its time for has been put out. */
  #onEncoded: (() => void) | undefined
  #fragmenting = false
  #congested = false
  /** While the transport is congested only the latest pong is kept (RFC 6455 §5.5.3). */
  #pongOwed: Uint8Array | undefined

  /** What follows a message that its extension is still at work on, in order, already framed. */
  #behind: Uint8Array[] | undefined
  /** Bytes of that message and of what follows it. */
  #pending = 0
  /** The close frame among what follows. */
  #close: Uint8Array | undefined

  /** @param masks A client masks all its frames (RFC 6455 §5.3). */
  constructor(slab: Slab, ports: Ports, masks: boolean) {
    this.output = new Output(slab)
    this.#ports = ports
    this.#masks = masks
  }

  extend(extension: MessageExtension, onEncoded: () => void): void {
    this.#extension = extension
    this.#onEncoded = onEncoded
  }

  /** Whether there is nothing that has to be kept for what is sent next. */
  get idle(): boolean {
    return !this.#fragmenting && !this.#congested && !this.#extension && this.output.length === 0
  }

  /** Whether a message has begun and its last fragment has not been sent yet. */
  get fragmenting(): boolean {
    return this.#fragmenting
  }

  /** Whether an extension is at work on a message: those that follow wait for it. */
  get encoding(): boolean {
    return this.#behind !== undefined
  }

  /** Bytes that wait for the extension. */
  get pending(): number {
    return this.#behind ? this.#pending : 0
  }

  message(message: Message, as?: SendAs): void {
    this.#checkWhole()
    const text = typeof message === 'string'
    const opcode = (as?.text ?? text) ? Opcode.text : Opcode.binary
    const { writeUtf8 } = this.#ports
    if (text && writeUtf8 && !this.#extension && message.length <= shortText) {
      return this.output.text(message, this.#key(), writeUtf8, opcode)
    }
    const payload = text ? this.#ports.encodeUtf8(message) : message
    const extension = as?.compress === false ? undefined : this.#extension
    if (!this.encoding && extension?.changes(message, payload.length)) {
      // Until a later end the program may change its bytes, and what is compressed must be what is
      // remembered.
      this.#extend(opcode, text ? payload : new Uint8Array(payload))
    } else {
      this.#frame(opcode, payload)
    }
  }

  /** The extension may have the payload at once, or take its time. */
  #extend(opcode: Opcode, payload: Uint8Array): void {
    const behind: Uint8Array[] = (this.#behind = [])
    this.#pending = payload.length
    let later = false
    this.#extension!.encode(payload, (changed, rsv) => {
      // Nothing is put out any more once the connection has failed.
      if (this.#behind !== behind) return
      this.#behind = undefined
      this.#frame(opcode, changed, true, rsv)
      for (const frame of behind) this.output.append(frame)
      if (later) this.#onEncoded!()
    })
    later = true
  }

  /**
   * The connection has failed: what is being encoded will not be sent, nor what follows it.
   * @returns The close frame among that.
   */
  abandon(): Uint8Array | undefined {
    const close = this.encoding ? this.#close : undefined
    this.#behind = undefined
    return close
  }

  /** Frames a message of this connection without sending it yet, or keeps it for its extension. */
  encode(message: Message): EncodedMessage | HeldMessage {
    const extension = this.#extension
    if (!extension) return encodeMessage(message, this.#ports, this.#key())
    const shared = new SharedMessage(message, this.#ports)
    const { payload, opcode } = shared
    const { length } = payload
    const atOnce = !this.#masks && length <= framedAtOnce
    const frame = atOnce ? extension.share(shared) : undefined
    if (frame) return frame
    if (!extension.changes(message, length)) {
      return encodeFrame(opcode, true, 0, payload, this.#key())
    }
    // The program may change its bytes from here on.
    const kept = typeof message === 'string' ? message : new Uint8Array(message)
    return new HeldMessage(kept, headerSize(length, this.#masks) + length)
  }

  /** The form in which this connection takes a message that others get as well. */
  share(message: SharedMessage): EncodedMessage {
    return this.#extension?.share(message) ?? message.plain
  }

  encoded(ready: EncodedMessage | HeldMessage): void {
    if (ready instanceof HeldMessage) return this.message(ready.message)
    this.#checkWhole()
    this.#put(ready)
  }

  fragment(part: Message, fin: boolean, as?: SendAs): void {
    const text = typeof part === 'string'
    const first = (as?.text ?? text) ? Opcode.text : Opcode.binary
    const payload = text ? this.#ports.encodeUtf8(part) : part
    this.#frame(this.#fragmenting ? Opcode.continuation : first, payload, fin)
    this.#fragmenting = !fin
  }

  /** A control frame, which may go between the fragments of a message (RFC 6455 §5.4). */
  control(opcode: Opcode, payload: Uint8Array): void {
    this.output.frame(opcode, true, 0, payload, this.#key())
  }

  /** Answers a ping, at once or when the transport takes something again. */
  answer(payload: Uint8Array): void {
    if (this.#congested) this.#pongOwed = payload.slice()
    else this.control(Opcode.pong, payload)
  }

  /** Whether the transport takes nothing more for now. */
  set congested(congested: boolean) {
    this.#congested = congested
    if (congested || !this.#pongOwed) return
    this.control(Opcode.pong, this.#pongOwed)
    this.#pongOwed = undefined
  }

  /** Nothing may follow a close frame (RFC 6455 §5.5.1), so no pong is owed after it. */
  close(payload: Uint8Array): void {
    this.#pongOwed = undefined
    this.#frame(Opcode.close, payload)
    this.#close = this.#behind?.at(-1)
  }

  #frame(opcode: Opcode, payload: Uint8Array, fin = true, rsv = 0): void {
    if (this.encoding) this.#put(encodeFrame(opcode, fin, rsv, payload, this.#key()))
    else this.output.frame(opcode, fin, rsv, payload, this.#key())
  }

  /** Puts a frame out, or behind the message that is being encoded. */
  #put(frame: Uint8Array): void {
    if (!this.#behind) return this.output.append(frame)
    this.#behind.push(frame)
    this.#pending += frame.length
  }

  /** A new unpredictable key for every frame of a client (RFC 6455 §5.3). */
  #key(): number | undefined {
    if (!this.#masks) return undefined
    const key = this.#ports.random(4)
    return ((key[0]! << 24) | (key[1]! << 16) | (key[2]! << 8) | key[3]!) >>> 0
  }

  #checkWhole(): void {
    if (!this.#fragmenting) return
    throw new LocalProtocolError(
      'ERR_FRAGMENTING',
      'a fragmented message is being sent: finish it before the next message',
    )
  }
}

import { LocalProtocolError } from '../errors/index.ts'
import { type EncodedMessage, encodeMessage } from './encoded-message.ts'
import type { Message } from './message-assembler.ts'
import { Opcode } from './opcode.ts'
import { Output, type Slab } from './output.ts'
import type { Ports } from './ports.ts'

/** Makes frames of what is sent: opcodes, fragments, masks, and how many pongs. */
export class FrameSender {
  readonly output: Output
  readonly #ports: Ports
  readonly #masks: boolean
  #fragmenting = false
  #congested = false
  /** While the transport is congested only the latest pong is kept (RFC 6455 §5.5.3). */
  #pongOwed: Uint8Array | undefined

  /** @param masks A client masks all its frames (RFC 6455 §5.3). */
  constructor(slab: Slab, ports: Ports, masks: boolean) {
    this.output = new Output(slab)
    this.#ports = ports
    this.#masks = masks
  }

  /** Whether a message has begun and its last fragment has not been sent yet. */
  get fragmenting(): boolean {
    return this.#fragmenting
  }

  message(message: Message): void {
    this.#checkWhole()
    if (typeof message === 'string') this.#frame(Opcode.text, this.#ports.encodeUtf8(message))
    else this.#frame(Opcode.binary, message)
  }

  /** Frames a message of this connection without sending it yet. */
  encode(message: Message): EncodedMessage {
    return encodeMessage(message, this.#ports, this.#key())
  }

  encoded(frame: EncodedMessage): void {
    this.#checkWhole()
    this.output.append(frame)
  }

  fragment(part: Message, fin: boolean): void {
    const text = typeof part === 'string'
    const first = text ? Opcode.text : Opcode.binary
    const payload = text ? this.#ports.encodeUtf8(part) : part
    this.#frame(this.#fragmenting ? Opcode.continuation : first, payload, fin)
    this.#fragmenting = !fin
  }

  /** A control frame, which may go between the fragments of a message (RFC 6455 §5.4). */
  control(opcode: Opcode, payload: Uint8Array): void {
    this.#frame(opcode, payload)
  }

  /** Answers a ping, at once or when the transport takes something again. */
  answer(payload: Uint8Array): void {
    if (this.#congested) this.#pongOwed = payload.slice()
    else this.#frame(Opcode.pong, payload)
  }

  /** Whether the transport takes nothing more for now. */
  set congested(congested: boolean) {
    this.#congested = congested
    if (congested || !this.#pongOwed) return
    this.#frame(Opcode.pong, this.#pongOwed)
    this.#pongOwed = undefined
  }

  /** Nothing may follow a close frame (RFC 6455 §5.5.1), so no pong is owed after it. */
  close(payload: Uint8Array): void {
    this.#pongOwed = undefined
    this.#frame(Opcode.close, payload)
  }

  #frame(opcode: Opcode, payload: Uint8Array, fin = true): void {
    this.output.frame(opcode, fin, 0, payload, this.#key())
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

import { LocalProtocolError } from '../../errors/index.ts'
import type { EncodedMessage } from '../encoded-message.ts'
import type { MessageSender } from '../framing.ts'
import type { Message } from '../message-assembler.ts'
import { Output, type Slab } from '../output.ts'
import type { Ports } from '../ports.ts'
import { SharedMessage } from '../shared-message.ts'

/** Nothing but the type and the empty length of a close frame. */
const closeFrame = Uint8Array.of(0xff, 0x00)

/**
 * Makes the frames of hixie-75 and hixie-76 of what is sent: text between 0x00 and 0xFF. The fragments of
 * a message are the pieces of one frame. There is no other data, and there are no pings.
 */
export class HixieSender implements MessageSender {
  readonly output: Output
  readonly encoding = false
  readonly pending = 0
  readonly #ports: Ports
  readonly #closes: boolean
  #fragmenting = false

  /** @param closes Whether there is a close frame, as from hixie-76 on. */
  constructor(slab: Slab, ports: Ports, closes: boolean) {
    this.output = new Output(slab)
    this.#ports = ports
    this.#closes = closes
  }

  get idle(): boolean {
    return !this.#fragmenting && this.output.length === 0
  }

  get fragmenting(): boolean {
    return this.#fragmenting
  }

  message(message: Message): void {
    this.encoded(this.encode(message))
  }

  encode(message: Message): EncodedMessage {
    return this.share(new SharedMessage(message, this.#ports)) ?? refuseBinary()
  }

  /** @returns `undefined` for what cannot be said in this draft. */
  share(message: SharedMessage): EncodedMessage | undefined {
    if (typeof message.message !== 'string') return undefined
    return message.form('hixie', () => framed(message.payload, true, true))
  }

  encoded(frame: EncodedMessage): void {
    if (this.#fragmenting) {
      const message = 'a message is being sent in pieces: finish it before the next message'
      throw new LocalProtocolError('ERR_FRAGMENTING', message)
    }
    this.output.append(frame)
  }

  fragment(part: Message, fin: boolean): void {
    if (typeof part !== 'string') refuseBinary()
    this.output.append(framed(this.#ports.encodeUtf8(part), !this.#fragmenting, fin))
    this.#fragmenting = !fin
  }

  close(): void {
    // To end what has begun would pass a piece of a message for the whole.
    if (this.#closes && !this.#fragmenting) this.output.append(closeFrame)
  }

  /** Nothing is ever in the hands of an extension. */
  abandon(): undefined {}
  extend(): void {}

  // No ping comes that could be answered, and `Connection` sends none.
  control(): void {}
  answer(): void {}
  set congested(_: boolean) {}
}

function framed(text: Uint8Array, first: boolean, last: boolean): Uint8Array {
  const start = first ? 1 : 0
  const frame = new Uint8Array(start + text.length + (last ? 1 : 0))
  frame.set(text, start)
  if (last) frame[frame.length - 1] = 0xff
  return frame
}

function refuseBinary(): never {
  const message = 'the peer speaks a draft that has text only: send a string, or nothing'
  throw new LocalProtocolError('ERR_DRAFT', message)
}

import { type EncodedMessage, encodeFrame } from './encoded-message.ts'
import type { Message } from './message-assembler.ts'
import { Opcode } from './opcode.ts'
import type { Ports } from './ports.ts'

/** A message for many receivers: framed once in each form that they can take, and not before one does. */
export class SharedMessage {
  readonly message: Message
  readonly #ports: Pick<Ports, 'encodeUtf8'>
  readonly #forms = new Map<string, EncodedMessage>()
  #payload: Uint8Array | undefined

  constructor(message: Message, ports: Pick<Ports, 'encodeUtf8'>) {
    this.message = message
    this.#ports = ports
  }

  /** The bytes of the message. */
  get payload(): Uint8Array {
    const { message } = this
    this.#payload ??= typeof message === 'string' ? this.#ports.encodeUtf8(message) : message
    return this.#payload
  }

  get opcode(): Opcode {
    return typeof this.message === 'string' ? Opcode.text : Opcode.binary
  }

  /** The message as it is. */
  get plain(): EncodedMessage {
    return this.form('plain', () => encodeFrame(this.opcode, true, 0, this.payload, undefined))
  }

  /** The form called `name`; made by the first receiver that asks for it. */
  form(name: string, make: () => EncodedMessage): EncodedMessage {
    let frame = this.#forms.get(name)
    if (!frame) this.#forms.set(name, (frame = make()))
    return frame
  }
}

import { RemoteProtocolError } from '../errors/index.ts'
import type { FrameHeader } from './frame-header.ts'
import type { FrameSink } from './frame-parser.ts'
import type { Limits } from './limits.ts'
import { type Message, MessageAssembler } from './message-assembler.ts'
import { isControl } from './opcode.ts'
import { PayloadBuffer } from './payload-buffer.ts'
import type { Ports } from './ports.ts'

/** Whom the receiver reports to. An error returned from a call fails the connection. */
export interface Reception {
  /** A message is whole. */
  deliver(message: Message): void
  /** A control frame is whole. */
  control(opcode: number, payload: Uint8Array): RemoteProtocolError | undefined
}

const noBytes = new Uint8Array(0)

/** Sorts frames: data goes to the assembler, control frames may come between fragments (RFC 6455 §5.4). */
export class FrameReceiver implements FrameSink {
  readonly #assembler: MessageAssembler
  readonly #reception: Reception
  /** The payload of a control frame when one chunk holds it, `#gathered` otherwise. */
  #whole: Uint8Array = noBytes
  #gathered: PayloadBuffer | undefined

  /** The last frame that began: its opcode, -1 before the first, and the length of its payload. */
  opcode = -1
  length = 0

  constructor(limits: Limits, ports: Ports, reception: Reception) {
    this.#assembler = new MessageAssembler(limits, ports)
    this.#reception = reception
  }

  frameStart(header: FrameHeader): RemoteProtocolError | undefined {
    this.opcode = header.opcode
    this.length = header.length
    return isControl(header.opcode) ? undefined : this.#assembler.start(header)
  }

  framePayload(bytes: Uint8Array): RemoteProtocolError | undefined {
    if (!isControl(this.opcode)) return this.#assembler.payload(bytes)
    if (bytes.length === this.length) {
      this.#whole = bytes
    } else {
      this.#gathered ??= new PayloadBuffer()
      this.#gathered.append(bytes, this.length)
    }
    return undefined
  }

  frameEnd(): RemoteProtocolError | undefined {
    if (isControl(this.opcode)) return this.#control()
    const message = this.#assembler.end()
    if (message instanceof RemoteProtocolError) return message
    if (message !== undefined) this.#reception.deliver(message)
    return undefined
  }

  #control(): RemoteProtocolError | undefined {
    const payload = this.#gathered?.take() ?? this.#whole
    this.#gathered = undefined
    this.#whole = noBytes
    return this.#reception.control(this.opcode, payload)
  }
}

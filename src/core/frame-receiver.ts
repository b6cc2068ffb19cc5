import { RemoteProtocolError } from '../errors/index.ts'
import type { Conduct } from './conduct.ts'
import type { FrameHeader } from './frame-header.ts'
import type { FrameSink } from './frame-parser.ts'
import type { Limits } from './limits.ts'
import { type Assembled, type Message, MessageAssembler, messageOf } from './message-assembler.ts'
import type { MessageExtension } from './message-extension.ts'
import { isControl } from './opcode.ts'
import { PayloadBuffer } from './payload-buffer.ts'
import type { Ports } from './ports.ts'

/** Whom the receiver reports to. An error returned from a call fails the connection. */
export interface Reception {
  /** A message is whole. @param ends Where its fragments ended, when they are marked. */
  deliver(message: Message, text: boolean, ends: readonly number[] | undefined): void
  /** A control frame is whole. */
  control(opcode: number, payload: Uint8Array): RemoteProtocolError | undefined
  /** An extension is done with a message that it took its time for: reading can go on. */
  decoded(): void
}

/**
 * So many messages of one chunk are decoded at once, the next one later: a compressed byte takes 6 µs, and
 * there can be 8,000 of them in 64 KiB, while nobody else has a turn.
 */
const decodedAtOnce = 64

const noBytes = new Uint8Array(0)

/** Sorts frames: data goes to the assembler, control frames may come between fragments (RFC 6455 §5.4). */
export class FrameReceiver implements FrameSink {
  readonly #assembler: MessageAssembler
  readonly #ports: Ports
  readonly #conduct: Conduct
  readonly #reception: Reception
  extension: MessageExtension | undefined
  /** Whether the chunk that is read is not ours: what outlives this call is copied. */
  lent = false
  /** Whether an extension is at work on a message: the next frame has to wait. */
  decoding = false
  /** Messages that were decoded since reading began. */
  #inARow = 0
  /** What came of it, or its error, until the reader wants it. */
  #decoded: Message | RemoteProtocolError | undefined
  #decodedText = false
  /** The payload of a control frame when one chunk holds it, `#gathered` otherwise. */
  #whole: Uint8Array = noBytes
  #gathered: PayloadBuffer | undefined

  /** The last frame that began: its opcode, -1 before the first, and the length of its payload. */
  opcode = -1
  length = 0

  constructor(limits: Limits, ports: Ports, conduct: Conduct, reception: Reception) {
    this.#assembler = new MessageAssembler(limits, ports, conduct)
    this.#ports = ports
    this.#conduct = conduct
    this.#reception = reception
  }

  /** Reading begins, or goes on. */
  begin(): void {
    this.#inARow = 0
  }

  frameStart(header: FrameHeader): RemoteProtocolError | undefined {
    this.opcode = header.opcode
    this.length = header.length
    return isControl(header.opcode) ? undefined : this.#assembler.start(header)
  }

  framePayload(bytes: Uint8Array): RemoteProtocolError | undefined {
    if (!isControl(this.opcode)) return this.#assembler.payload(bytes, this.lent)
    if (bytes.length === this.length) {
      this.#whole = this.lent ? bytes.slice() : bytes
    } else {
      this.#gathered ??= new PayloadBuffer()
      this.#gathered.append(bytes, this.length)
    }
    return undefined
  }

  frameEnd(): RemoteProtocolError | undefined {
    if (isControl(this.opcode)) return this.#control()
    const assembled = this.#assembler.end()
    if (!assembled) return undefined
    if (assembled.extended) return this.#decode(assembled)
    const { text, payload, ends } = assembled
    return this.#deliver(messageOf(text, payload, this.#ports, this.#conduct), text, ends)
  }

  /** Whether a message has begun and has not been delivered yet. */
  get midMessage(): boolean {
    return this.decoding || this.holds || this.#assembler.midMessage
  }

  /** Whether a message that an extension took its time for is there. */
  get holds(): boolean {
    return this.#decoded !== undefined
  }

  /** Delivers that message. */
  release(): RemoteProtocolError | undefined {
    const result = this.#decoded!
    this.#decoded = undefined
    return this.#deliver(result, this.#decodedText)
  }

  #deliver(
    message: Message | RemoteProtocolError,
    text: boolean,
    ends?: readonly number[],
  ): RemoteProtocolError | undefined {
    if (message instanceof RemoteProtocolError) return message
    this.#reception.deliver(message, text, ends)
    return undefined
  }

  /** The extension may have the message at once, or take its time. */
  #decode({ text, payload }: Assembled): RemoteProtocolError | undefined {
    const results: (Message | RemoteProtocolError)[] = []
    this.extension!.decode(payload, ++this.#inARow > decodedAtOnce, (decoded) => {
      const failed = decoded instanceof RemoteProtocolError
      const result = failed ? decoded : messageOf(text, decoded, this.#ports, this.#conduct)
      if (!this.decoding) return void results.push(result)
      this.decoding = false
      this.#decoded = result
      this.#decodedText = text
      this.#reception.decoded()
    })
    const [result] = results
    this.decoding = result === undefined
    return result === undefined ? undefined : this.#deliver(result, text)
  }

  #control(): RemoteProtocolError | undefined {
    const payload = this.#gathered?.take() ?? this.#whole
    this.#gathered = undefined
    this.#whole = noBytes
    return this.#reception.control(this.opcode, payload)
  }
}

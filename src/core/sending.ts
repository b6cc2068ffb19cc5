import { LocalProtocolError } from '../errors/index.ts'
import type { ConnectionSettings } from './connection-settings.ts'
import type { ConnectionState } from './connection-state.ts'
import type { EncodedMessage, HeldMessage } from './encoded-message.ts'
import type { SendAs } from './frame-sender.ts'
import { type Framing, type MessageSender, rfc6455 } from './framing.ts'
import type { Message } from './message-assembler.ts'
import { Opcode } from './opcode.ts'
import type { Output } from './output.ts'
import { checkPing, PingLog, type PingReply } from './ping-log.ts'
import type { SharedMessage } from './shared-message.ts'

const noBytes = new Uint8Array(0)

/** The half of a connection that sends. */
export abstract class Sending {
  protected readonly settings: ConnectionSettings
  protected readonly sender: MessageSender
  /** Made for the first ping: most of a fleet's connections are idle. */
  protected pings: PingLog | undefined
  /** Changed by the other half, as the table of transitions allows. */
  protected current: ConnectionState = 'connecting'
  /** Nothing more will be sent. */
  protected finished = false

  constructor(settings: ConnectionSettings) {
    const { role, ports, slab } = settings
    this.settings = settings
    this.sender = this.framing.sender(slab, ports, role === 'client')
  }

  protected get framing(): Framing {
    return this.settings.framing ?? rfc6455
  }

  get state(): ConnectionState {
    return this.current
  }

  /** Bytes for the transport. */
  get output(): Output {
    return this.sender.output
  }

  /** Milliseconds that the latest answered ping took; `undefined` before the first. */
  get rtt(): number | undefined {
    return this.pings?.rtt
  }

  /** Whether a fragmented message of ours is unfinished, so that no other may be sent. */
  get fragmenting(): boolean {
    return this.sender.fragmenting
  }

  /** Whether an extension is at work on a message to send: those that follow wait for it. */
  get encoding(): boolean {
    return this.sender.encoding
  }

  /** Bytes that wait for that, and are not in the output yet. */
  get pending(): number {
    return this.sender.pending
  }

  /**
   * Sends a message in one frame.
   * @throws {LocalProtocolError} `ERR_NOT_OPEN`, or `ERR_FRAGMENTING` inside a fragmented message.
   */
  send(message: Message, as?: SendAs): void {
    this.checkOpen()
    this.sender.message(message, as)
  }

  /**
   * Makes a message ready for `sendEncoded` of this connection, later and once: framed, or held as it is
   * where its extension would take long or can only change it in its turn.
   */
  encode(message: Message): EncodedMessage | HeldMessage {
    return this.sender.encode(message)
  }

  /**
   * The form in which a server's connection takes a message that others get as well; `undefined` when its
   * framing has none.
   */
  share(message: SharedMessage): EncodedMessage | undefined {
    return this.sender.share(message)
  }

  /**
   * Sends what `encode` or `share` has made ready.
   * @throws {LocalProtocolError} as `send` does.
   */
  sendEncoded(ready: EncodedMessage | HeldMessage): void {
    this.checkOpen()
    this.sender.encoded(ready)
  }

  /**
   * Sends the next fragment of a message (RFC 6455 §5.4); the first one decides its type. Strings are
   * encoded one by one, so a fragment must not end inside a surrogate pair.
   * @throws {LocalProtocolError} `ERR_NOT_OPEN`.
   */
  sendFragment(part: Message, fin: boolean, as?: SendAs): void {
    this.checkOpen()
    this.sender.fragment(part, fin, as)
  }

  /**
   * Sends a ping. `reply` is called with the round-trip time in milliseconds, or with `undefined` when
   * the connection closed first.
   * @throws {LocalProtocolError} `ERR_NOT_OPEN`, `ERR_PING_PAYLOAD` over 125 bytes,
   * `ERR_PINGS_UNANSWERED` when 64 are still waiting, or `ERR_DRAFT` where there are none.
   */
  ping(payload?: Uint8Array, reply?: PingReply): void {
    this.checkOpen()
    this.checkPings()
    this.pings ??= new PingLog()
    this.sender.control(Opcode.ping, this.pings.sent(this.settings.ports.now(), payload, reply))
  }

  /**
   * Sends a ping whose answer is only told to `onPong`: it is neither waited for nor timed, and there may
   * be any number of them.
   * @throws {LocalProtocolError} as `ping` does, but for `ERR_PINGS_UNANSWERED`.
   */
  pingBlindly(payload: Uint8Array): void {
    this.checkOpen()
    this.checkPings()
    checkPing(payload)
    this.sender.control(Opcode.ping, payload)
  }

  /**
   * Sends a pong that nobody asked for (RFC 6455 §5.5.3).
   * @throws {LocalProtocolError} `ERR_NOT_OPEN`, `ERR_PING_PAYLOAD` over 125 bytes, or `ERR_DRAFT`.
   */
  pong(payload: Uint8Array = noBytes): void {
    this.checkOpen()
    this.checkPings()
    checkPing(payload)
    this.sender.control(Opcode.pong, payload)
  }

  /** Whether the transport takes nothing more for now: pongs then wait, and only the latest is kept. */
  set congested(congested: boolean) {
    if (!this.finished) this.sender.congested = congested
  }

  private checkOpen(): void {
    if (this.state === 'open') return
    throw new LocalProtocolError('ERR_NOT_OPEN', `the connection is ${this.state}, not open`)
  }

  private checkPings(): void {
    if (this.framing.pings) return
    const message = `the peer speaks ${this.framing.name}, which has no pings and pongs`
    throw new LocalProtocolError('ERR_DRAFT', message)
  }
}

import { type Message, ReadyState } from '../core/index.ts'
import { CloseEvent } from './close-event.ts'
import { checkCloseInfo } from './close-info.ts'
import { checkOptionNames } from './connection-options.ts'
import { defineEventHandlers, EventHandlers } from './event-handlers.ts'
import { toMessage, byteLength, ownBuffer } from './message-data.ts'
import { SendOrder } from './send-order.ts'
import { type Ended, type Opened, StandardConnection } from './standard-connection.ts'
import { type StandardOptions, standardOptionNames } from './standard-request.ts'
import {
  checkArguments,
  defineInterface,
  isIterable,
  toClampedUnsignedShort,
  toDomString,
  toStrings,
} from './web-idl.ts'
import { WebSocketTarget } from './websocket-target.ts'

/** What Node can be told about a connection, and browsers cannot. */
export type WebSocketOptions = StandardOptions

export type BinaryType = 'blob' | 'arraybuffer'

/**
 * The `WebSocket` of the WebSockets standard (https://websockets.spec.whatwg.org/). In place of the
 * subprotocols it also takes options, and its `CloseEvent` has a `cause`.
 */
export class WebSocket extends WebSocketTarget {
  declare static readonly CONNECTING: 0
  declare static readonly OPEN: 1
  declare static readonly CLOSING: 2
  declare static readonly CLOSED: 3
  declare readonly CONNECTING: 0
  declare readonly OPEN: 1
  declare readonly CLOSING: 2
  declare readonly CLOSED: 3

  readonly #connection: StandardConnection
  readonly #handlers: EventHandlers = new EventHandlers(this)
  readonly #order: SendOrder = new SendOrder(() => this.#connection.terminate())
  #origin = ''
  #protocol = ''
  #extensions = ''
  #binaryType: BinaryType = 'blob'

  /**
   * @param url `ws:`, `wss:`, `http:` or `https:`.
   * @param protocols Subprotocols to offer, or options.
   * @throws {DOMException} `SyntaxError` when the URL or a subprotocol is not one, or one is there twice.
   * @throws {OptionError} when an option is unknown or outside its range.
   */
  constructor(url: string | URL, protocols: string | readonly string[] | WebSocketOptions = []) {
    super()
    checkArguments(arguments.length, 1, 'WebSocket')
    const handler = {
      opened: (agreed: Opened) => this.#opened(agreed),
      received: (message: Message) => this.#received(message),
      ended: (end: Ended) => this.#ended(end),
    }
    this.#connection = new StandardConnection(this, handler, url, asOptions(protocols))
    void this.#connection.open()
  }

  get url(): string {
    return this.#connection.url
  }

  get readyState(): ReadyState {
    return this.#connection.readyState
  }

  /**
   * Bytes of messages that the system had not taken when the current task began; those that cannot be
   * sent any more stay.
   */
  get bufferedAmount(): number {
    return this.#order.bytes + this.#connection.bufferedAmount
  }

  /** The extensions in use; `''` for none, and until the connection is open. */
  get extensions(): string {
    return this.#extensions
  }

  /** The subprotocol in use; `''` for none, and until the connection is open. */
  get protocol(): string {
    return this.#protocol
  }

  /** What binary messages come as. Default `blob`. */
  get binaryType(): BinaryType {
    return this.#binaryType
  }

  set binaryType(type: BinaryType) {
    const name = toDomString(type)
    // Web IDL §3.3.22: an attribute ignores what is not in its enumeration.
    this.#binaryType = name === 'blob' || name === 'arraybuffer' ? name : this.#binaryType
  }

  /**
   * Starts the closing handshake, after what waits to be sent; gives up connecting.
   * @param code 1000 or 3000-4999.
   * @param reason At most 123 bytes in UTF-8.
   * @throws {DOMException} `InvalidAccessError` for another code, `SyntaxError` for a longer reason.
   */
  close(...[code, reason]: [code?: number, reason?: string]): void {
    const connection = this.#connection
    const given = code === undefined ? undefined : toClampedUnsignedShort(code)
    const text = reason === undefined ? '' : toDomString(reason)
    checkCloseInfo(given, text)
    connection.close(given, text, (act) => this.#order.close(act))
  }

  /**
   * Sends a message: what `data` is at this moment. Once closing, it only adds to `bufferedAmount`.
   * @throws {DOMException} `InvalidStateError` while connecting.
   */
  send(data: string | ArrayBuffer | ArrayBufferView | Blob): void {
    const connection = this.#connection
    checkArguments(arguments.length, 1, 'send')
    const message = data instanceof Blob ? data : toMessage(data)
    if (connection.readyState === ReadyState.CONNECTING) {
      throw new DOMException('the WebSocket is still connecting', 'InvalidStateError')
    }
    const length = message instanceof Blob ? message.size : byteLength(message)
    if (connection.readyState !== ReadyState.OPEN) return connection.waste(length)
    this.#order.send(message, length, (turned) => connection.send(turned, length))
  }

  #opened({ protocol, extensions }: Opened): void {
    this.#origin = new URL(this.#connection.url).origin
    this.#protocol = protocol
    this.#extensions = extensions
    this.dispatchEvent(new Event('open'))
  }

  #received(message: Message): void {
    const init = { data: this.#dataOf(message), origin: this.#origin }
    this.dispatchEvent(new MessageEvent('message', init))
  }

  #dataOf(message: Message): string | ArrayBuffer | Blob {
    if (typeof message === 'string') return message
    return this.#binaryType === 'blob' ? new Blob([message]) : ownBuffer(message)
  }

  #ended({ failed, ...init }: Ended): void {
    if (failed) this.dispatchEvent(new Event('error'))
    this.dispatchEvent(new CloseEvent('close', init))
  }

  static {
    const states = Object.entries(ReadyState)
    const constants = states.map(([name, value]) => [name, { value, enumerable: true }] as const)
    defineInterface('WebSocket', this.prototype)
    Object.defineProperties(this, Object.fromEntries(constants))
    Object.defineProperties(this.prototype, Object.fromEntries(constants))
    const types = ['open', 'error', 'close', 'message']
    defineEventHandlers(this.prototype, types, (socket) => socket.#handlers)
  }
}

function asOptions(given: string | readonly string[] | WebSocketOptions): WebSocketOptions {
  if (typeof given !== 'object' || given === null) return { protocols: [toDomString(given)] }
  if (isIterable(given)) return { protocols: toStrings(given, 'protocols') }
  checkOptionNames(given, standardOptionNames)
  return given
}

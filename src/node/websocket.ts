import {
  CloseCode,
  type CloseOutcome,
  formatExtensions,
  maxReasonBytes,
  type Message,
  ReadyState,
} from '../core/index.ts'
import { OptionError, TidewireError } from '../errors/index.ts'
import type { Dialled } from './attempt.ts'
import { CloseEvent, type CloseEventInit } from './close-event.ts'
import { ConnectError } from './connect-error.ts'
import { checkOptionNames, type ConnectionOptions, pumpSettings } from './connection-options.ts'
import { dialOptionNames, type DialOptions } from './dial-options.ts'
import { type DialRequest, dialRequest } from './dial-request.ts'
import { dial } from './dial.ts'
import { defineEventHandlers } from './event-handlers.ts'
import { asMessage, byteLength, ownBuffer } from './message-data.ts'
import { ports } from './ports.ts'
import type { PumpEvents, PumpSettings } from './pump-settings.ts'
import { Pump } from './pump.ts'
import { SendOrder } from './send-order.ts'
import { WebSocketTarget } from './websocket-target.ts'

/** What Node can be told about a connection, and browsers cannot. */
export type WebSocketOptions = DialOptions & Pick<ConnectionOptions, 'limits' | 'heartbeat'>

export type BinaryType = 'blob' | 'arraybuffer'

const optionNames = [...dialOptionNames, 'limits', 'heartbeat']

/** The interface has no way to say "not now": what is sent is kept until there is this much of it. */
const buffered = 64 << 20

/** What a pump tells its WebSocket; set by the class, so that it is not part of its face. */
let events: PumpEvents<WebSocket>

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

  readonly #request: DialRequest
  readonly #dialling: AbortController = new AbortController()
  readonly #order: SendOrder = new SendOrder(() => this.#pump?.terminate())
  #pump: Pump<WebSocket> | undefined
  #readyState: ReadyState = ReadyState.CONNECTING
  #protocol = ''
  #extensions = ''
  #binaryType: BinaryType = 'blob'
  /** Bytes handed to the pump since it last had none left. */
  #handed = 0
  /** Bytes that came too late to be sent: they stay in `bufferedAmount`, as the standard asks. */
  #unsendable = 0

  /**
   * @param url `ws:`, `wss:`, `http:` or `https:`.
   * @param protocols Subprotocols to offer, or options.
   * @throws {DOMException} `SyntaxError` when the URL or a subprotocol is not one, or one is there twice.
   * @throws {OptionError} when an option is unknown or outside its range.
   */
  constructor(url: string | URL, protocols: string | readonly string[] | WebSocketOptions = []) {
    super()
    const options = asOptions(protocols)
    const limits = { buffered, ...options.limits }
    const settings = pumpSettings('client', { ...options, limits }, events)
    this.#request = requestFor(url, options, settings)
    void this.#open(settings)
  }

  get url(): string {
    return this.#request.url.href
  }

  get readyState(): ReadyState {
    return this.#readyState
  }

  /** The subprotocol in use; `''` for none, and until the connection is open. */
  get protocol(): string {
    return this.#protocol
  }

  /** The extensions in use; `''` for none, and until the connection is open. */
  get extensions(): string {
    return this.#extensions
  }

  /** What binary messages come as. Default `blob`. */
  get binaryType(): BinaryType {
    return this.#binaryType
  }

  set binaryType(type: BinaryType) {
    // Web IDL §3.3.22: an attribute ignores what is not in its enumeration.
    if (type === 'blob' || type === 'arraybuffer') this.#binaryType = type
  }

  /** Bytes of messages that the system has not taken yet; they do not vanish when the connection closes. */
  get bufferedAmount(): number {
    const waiting = this.#pump?.bufferedAmount ?? 0
    if (waiting === 0) this.#handed = 0
    // The pump counts frame headers as well, which the standard leaves out.
    return this.#unsendable + this.#order.bytes + Math.min(this.#handed, waiting)
  }

  /**
   * Sends a message: what `data` is at this moment. Once closing, it only adds to `bufferedAmount`.
   * @throws {DOMException} `InvalidStateError` while connecting.
   */
  send(data: string | ArrayBufferLike | ArrayBufferView | Blob): void {
    if (this.#readyState === ReadyState.CONNECTING) {
      throw new DOMException('the WebSocket is still connecting', 'InvalidStateError')
    }
    const closing = this.#readyState !== ReadyState.OPEN
    if (data instanceof Blob) {
      if (closing) this.#unsendable += data.size
      else this.#order.blob(data, (message) => this.#transmit(message, data.size))
      return
    }
    const message = asMessage(data)
    const length = byteLength(message)
    if (closing) this.#unsendable += length
    else this.#order.message(message, length, (turned) => this.#transmit(turned, length))
  }

  /**
   * Starts the closing handshake, after what waits to be sent; gives up connecting.
   * @param code 1000 or 3000-4999.
   * @param reason At most 123 bytes in UTF-8.
   * @throws {DOMException} `InvalidAccessError` for another code, `SyntaxError` for a longer reason.
   */
  close(code?: number, reason?: string): void {
    checkClose(code, reason)
    if (this.#readyState > ReadyState.OPEN) return
    const connecting = this.#readyState === ReadyState.CONNECTING
    this.#readyState = ReadyState.CLOSING
    if (connecting) {
      const message = 'the program closed the WebSocket before it was open'
      this.#dialling.abort(new TidewireError('ERR_CLOSED', message))
    } else {
      this.#order.close(() => this.#pump?.close(code, reason))
    }
  }

  async #open(settings: PumpSettings<WebSocket>): Promise<void> {
    let dialled: Dialled
    try {
      dialled = await dial(this.#request, this.#dialling.signal)
    } catch (error) {
      const cause = error as TidewireError
      setImmediate(() => this.#ended(true, { code: CloseCode.abnormal, cause }))
      return
    }
    this.#pump = new Pump(dialled.socket, settings)
    this.#pump.open(this, dialled.extension)
    // The program may have closed just when the response had come.
    if (this.#readyState !== ReadyState.CONNECTING) return this.#pump.terminate()
    this.#readyState = ReadyState.OPEN
    this.#protocol = dialled.protocol
    this.#extensions = formatExtensions(dialled.extensions)
    this.dispatchEvent(new Event('open'))
    this.#pump.start(dialled.rest)
  }

  #transmit(message: Message, length: number): void {
    const { bufferedAmount } = this.#pump!
    const handed = bufferedAmount === 0 ? 0 : this.#handed
    if (this.#pump!.send(message) === 'dropped') this.#unsendable += length
    else this.#handed = handed + length
  }

  #received(message: Message): void {
    if (this.#readyState !== ReadyState.OPEN) return
    const { origin } = new URL(this.url)
    this.dispatchEvent(new MessageEvent('message', { data: this.#dataOf(message), origin }))
  }

  #dataOf(message: Message): string | ArrayBuffer | Blob {
    if (typeof message === 'string') return message
    return this.#binaryType === 'blob' ? new Blob([message]) : ownBuffer(message)
  }

  #closed({ wasClean, cause }: CloseOutcome): void {
    const { received, trigger } = cause
    // A close frame of ours that was not answered is no failure; all else is (RFC 6455 §7.1.7).
    const failed = trigger !== 'close-frame'
    const { code, reason } = received ?? { code: CloseCode.abnormal, reason: '' }
    this.#ended(failed, { code, reason, wasClean, cause })
  }

  #ended(failed: boolean, init: CloseEventInit): void {
    this.#readyState = ReadyState.CLOSED
    if (failed) this.dispatchEvent(new Event('error'))
    this.dispatchEvent(new CloseEvent('close', init))
  }

  static {
    const states = Object.entries(ReadyState)
    const constants = states.map(([name, value]) => [name, { value, enumerable: true }] as const)
    Object.defineProperties(this, Object.fromEntries(constants))
    Object.defineProperties(this.prototype, Object.fromEntries(constants))
    defineEventHandlers(this.prototype, ['open', 'message', 'error', 'close'])

    // The standard queues a task for each event: promises that one settles are seen to before the next.
    events = {
      message: (socket, message) => void setImmediate(() => socket.#received(message)),
      closed: (socket, outcome) => void setImmediate(() => socket.#closed(outcome)),
      ping() {},
      pong() {},
      drain() {},
    }
  }
}

function asOptions(given: string | readonly string[] | WebSocketOptions): WebSocketOptions {
  if (typeof given === 'string') return { protocols: [given] }
  if (isIterable(given)) return { protocols: [...given] }
  checkOptionNames(given, optionNames)
  return given
}

function isIterable(given: readonly string[] | WebSocketOptions): given is readonly string[] {
  return Symbol.iterator in given
}

/** What the standard knows of comes as the standard's exception. */
function requestFor(
  url: string | URL,
  options: WebSocketOptions,
  settings: PumpSettings<WebSocket>,
): DialRequest {
  try {
    return dialRequest(url, options, settings.connection.limits, settings.deflate)
  } catch (error) {
    const ofStandard =
      error instanceof ConnectError ||
      (error instanceof OptionError && error.option === 'protocols')
    throw ofStandard ? new DOMException(error.message, 'SyntaxError') : error
  }
}

/** The first steps of `close` in the standard. */
function checkClose(code: number | undefined, reason = ''): void {
  if (code !== undefined && code !== 1000 && !(code >= 3000 && code <= 4999)) {
    throw new DOMException(`close code ${code} is not 1000 or 3000-4999`, 'InvalidAccessError')
  }
  if (ports.encodeUtf8(reason).length > maxReasonBytes) {
    throw new DOMException(
      `the close reason has more than ${maxReasonBytes} bytes in UTF-8`,
      'SyntaxError',
    )
  }
}

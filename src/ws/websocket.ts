import { EventEmitter } from 'node:events'
import type { ClientRequest } from 'node:http'
import type { Socket as NetSocket } from 'node:net'
import type { Duplex } from 'node:stream'
import { type CloseOutcome, type Message, ReadyState } from '../core/index.ts'
import { Pump, type PumpEvents, type Written } from '../node/transport.ts'
import { asBuffer, isBlob, type Sendable, toBytes } from './bytes.ts'
import { ClientOpening } from './client-opening.ts'
import type { ClientOptions } from './client-options.ts'
import { type BinaryType, binaryTypes, emptyBuffer } from './constants.ts'
import {
  addEventListener,
  attributeHandler,
  type CloseEvent,
  type ErrorEvent,
  type Event,
  type MessageEvent,
  removeEventListener,
  setAttributeHandler,
} from './event-target.ts'
import { frameError } from './frame-error.ts'
import { messageData } from './message-data.ts'
import { Outgoing, type SendOptions } from './outgoing.ts'
import type { PerMessageDeflate } from './permessage-deflate.ts'
import { closePayload } from './sender.ts'
import { settingsFor, type TransportOptions } from './pump-settings.ts'
import type {
  AnyArguments,
  ControlCallback,
  EventHandler,
  EventListenerOptions,
  SendCallback,
  SocketEvents,
  WebSocketEventMap,
} from './typing.ts'

/** What a connection is made with, besides what its transport is told. */
export interface SocketOptions extends TransportOptions {
  allowSynchronousEvents?: boolean | undefined
  autoPong?: boolean | undefined
  maxPendingAutoPongs?: number | undefined
}

/** The extensions in use, by their names. */
export type Extensions = Record<string, PerMessageDeflate>

const stateNames = ['CONNECTING', 'OPEN', 'CLOSING', 'CLOSED'] as const
const abandoned = 'WebSocket was closed before the connection was established'

/** What a pump tells its WebSocket; set by the class, so that it is not part of its face. */
let events: PumpEvents<WebSocket>

/**
 * The `WebSocket` of ws: an emitter of `open`, `message`, `ping`, `pong`, `error` and `close`, and of
 * `upgrade`, `redirect` and `unexpected-response` while a client opens.
 */
export class WebSocket extends EventEmitter {
  declare static readonly CONNECTING: 0
  declare static readonly OPEN: 1
  declare static readonly CLOSING: 2
  declare static readonly CLOSED: 3
  declare readonly CONNECTING: 0
  declare readonly OPEN: 1
  declare readonly CLOSING: 2
  declare readonly CLOSED: 3

  declare onopen: ((event: Event) => void) | null
  declare onmessage: ((event: MessageEvent) => void) | null
  declare onerror: ((event: ErrorEvent) => void) | null
  declare onclose: ((event: CloseEvent) => void) | null

  // What programs are known to look at although it has no documentation.
  /** @internal */
  _isServer: boolean
  /** @internal */
  _protocol = ''
  /** @internal */
  _extensions: Extensions = {}

  #options: SocketOptions
  /** Whether several events may come in one turn of the event loop. */
  #synchronous = true
  #opening: ClientOpening | undefined
  #pump: Pump<WebSocket> | undefined
  #outgoing: Outgoing | undefined
  #binaryType: BinaryType = 'nodebuffer'
  #paused = false
  /** The end has begun, in a way of which the connection does not know yet. */
  #closing = false
  #closed = false
  #errorEmitted = false
  #pendingPongs = 0
  /** Bytes that came too late to be sent. */
  #unsent = 0
  #outcome: CloseOutcome | undefined
  /** Events that wait for a turn of the event loop of their own. */
  #deferred: (() => void)[] = []

  /**
   * @param address Where to connect to; `null` for a server's end of a connection, before `setSocket`.
   * @throws {SyntaxError} for a URL or a subprotocol that is none.
   */
  constructor(
    address: string | URL | null,
    protocols?: string | readonly string[] | ClientOptions,
    options?: ClientOptions,
  ) {
    super()
    this._isServer = address === null
    this.#options = options ?? {}
    if (address === null) return
    this.#opening = new ClientOpening(this, address, protocols, options, {
      opened: (socket, head) => this.setSocket(socket, head, this.#options),
      failing: () => void (this.#closing = true),
      failed: (error) => this.#failed(error),
    })
    this.#options = this.#opening.options
    this.#opening.begin()
  }

  get binaryType(): BinaryType {
    return this.#binaryType
  }

  set binaryType(type: BinaryType) {
    if (binaryTypes.includes(type)) this.#binaryType = type
  }

  /** Bytes that the operating system has not taken yet. */
  get bufferedAmount(): number {
    return this.#unsent + (this.#pump?.bufferedAmount ?? 0) + (this.#outgoing?.bytes ?? 0)
  }

  /** The names of the extensions in use. */
  get extensions(): string {
    return Object.keys(this._extensions).join()
  }

  get isPaused(): boolean {
    return this.#paused
  }

  /** The subprotocol in use, `''` for none. */
  get protocol(): string {
    return this._protocol
  }

  get readyState(): ReadyState {
    if (this.#closed) return ReadyState.CLOSED
    if (this.#closing) return ReadyState.CLOSING
    if (!this.#pump) return ReadyState.CONNECTING
    return this.#pump.connection.readyState === ReadyState.OPEN
      ? ReadyState.OPEN
      : ReadyState.CLOSING
  }

  get url(): string {
    return this.#opening?.url as string
  }

  /** @internal */
  get _socket(): Duplex | null {
    return this.#pump?.socket ?? null
  }

  /** @internal */
  get _sender(): Outgoing | null {
    return this.#outgoing ?? null
  }

  /** @internal */
  get _req(): ClientRequest | null {
    return this.#opening?.request ?? null
  }

  /** @internal Whether both sides have sent a close frame. */
  get closedCleanly(): boolean {
    return this.#outcome?.wasClean ?? false
  }

  /**
   * Takes over a socket on which the opening handshake is done.
   * @param head What was read behind the handshake.
   */
  setSocket(socket: Duplex, head: Uint8Array, options: SocketOptions): void {
    this.#synchronous = options.allowSynchronousEvents ?? true
    const settings = settingsFor(options, this._isServer, events)
    // It may flow already, and nobody listens until this turn is over.
    if (socket.readableFlowing) socket.pause()
    // What a program hands over may be any Duplex; the pump asks no more of it.
    const pump = new Pump(socket as NetSocket, settings)
    this.#pump = pump
    this.#outgoing = new Outgoing(pump, (error) => this.#cannotSend(error))
    const [extension] = Object.values(this._extensions)
    pump.open(this, extension?.messageExtension())
    this.emit('open')
    // Whoever is told of the connection has the rest of this turn to listen.
    process.nextTick(() => pump.start(new Uint8Array(head.buffer, head.byteOffset, head.length)))
  }

  /**
   * Starts the closing handshake.
   * @throws {TypeError} for a code that may not be sent, or a reason that is not text.
   * @throws {RangeError} for a reason of more than 123 bytes.
   */
  close(code?: number, data?: string | Buffer): void {
    const state = this.readyState
    if (state === ReadyState.CONNECTING) return this.#opening?.abort(abandoned)
    if (state !== ReadyState.OPEN) return
    const reason = asBuffer(closePayload(code, data)).subarray(2).toString()
    this.#closing = true
    this.#outgoing!.close(code, reason)
  }

  /** Stops reading; what has been read already is kept. */
  pause(): void {
    const state = this.readyState
    if (state === ReadyState.CONNECTING || state === ReadyState.CLOSED) return
    this.#paused = true
    this.#pump?.pause()
  }

  resume(): void {
    const state = this.readyState
    if (state === ReadyState.CONNECTING || state === ReadyState.CLOSED) return
    this.#paused = false
    if (this.#deferred.length === 0) this.#pump?.resume()
  }

  /** @throws {RangeError} for more than 125 bytes. */
  ping(data?: unknown, mask?: boolean | ControlCallback, written?: ControlCallback): void {
    const [payload, done] = controlArguments(data, mask, written)
    if (this.#isOpen(payload, done)) this.#outgoing!.ping(payload || emptyBuffer, done)
  }

  /** @throws {RangeError} for more than 125 bytes. */
  pong(data?: unknown, mask?: boolean | ControlCallback, written?: ControlCallback): void {
    const [payload, done] = controlArguments(data, mask, written)
    if (this.#isOpen(payload, done)) this.#outgoing!.pong(payload || emptyBuffer, done)
  }

  /** @param written Told when the system has taken the message, or will not. */
  send(data: Sendable, written?: SendCallback): void
  send(data: Sendable, options: SendOptions | undefined, written?: SendCallback): void
  send(data: unknown, options?: SendOptions | SendCallback, written?: SendCallback): void {
    const done = (typeof options === 'function' ? options : written) as Written | undefined
    const settings = typeof options === 'function' ? undefined : options
    const payload = typeof data === 'number' ? String(data) : data
    if (!this.#isOpen(payload, done)) return
    this.#outgoing!.send(payload || (payload === '' ? '' : emptyBuffer), settings, done)
  }

  /** Destroys the connection, after what has been sent already. */
  terminate(): void {
    const state = this.readyState
    if (state === ReadyState.CONNECTING) return this.#opening?.abort(abandoned)
    if (state === ReadyState.CLOSED) return
    this.#pump?.flushTurn()
    this.#pump?.terminate()
  }

  addEventListener<Type extends keyof WebSocketEventMap>(
    type: Type,
    handler: EventHandler<WebSocketEventMap[Type]>,
    options?: EventListenerOptions,
  ): void {
    addEventListener(this, type, handler, { once: options?.once })
  }

  removeEventListener<Type extends keyof WebSocketEventMap>(
    type: Type,
    handler: EventHandler<WebSocketEventMap[Type]>,
  ): void {
    removeEventListener(this, type, handler)
  }

  /** Whether data may be sent; else it is counted, and `done` told. */
  #isOpen(data: unknown, done: Written | undefined): boolean {
    const state = this.readyState
    if (state === ReadyState.OPEN) return true
    const error = new Error(`WebSocket is not open: readyState ${state} (${stateNames[state]})`)
    if (state === ReadyState.CONNECTING) throw error
    if (data) this.#unsent += isBlob(data) ? data.size : toBytes(data).length
    if (done) process.nextTick(done, error)
    return false
  }

  #message(bytes: Uint8Array, text: boolean, ends: readonly number[] | undefined): void {
    this.#tell(
      'message',
      text ? asBuffer(bytes) : messageData(bytes, this.#binaryType, ends),
      !text,
    )
  }

  #ping(payload: Uint8Array): void {
    const { autoPong, maxPendingAutoPongs = 0 } = this.#options
    if (autoPong && this.readyState === ReadyState.OPEN) {
      if (maxPendingAutoPongs > 0 && this.#pendingPongs >= maxPendingAutoPongs) {
        this.terminate()
      } else {
        this.#pendingPongs++
        this.pong(payload, undefined, () => this.#pendingPongs--)
      }
    }
    this.#tell('ping', asBuffer(payload))
  }

  /** Tells the program. What it throws is its own, as if nobody had called it, and harms no connection. */
  #tell(event: string, ...args: unknown[]): void {
    try {
      this.emit(event, ...args)
    } catch (error) {
      process.nextTick(() => {
        throw error
      })
    }
  }

  /** Whether an event may be told at once. */
  get #inOrder(): boolean {
    return this.#synchronous && this.#deferred.length === 0
  }

  /** Lets `act` happen at once, or in a turn of its own where the options ask for that. */
  #inTurn(act: () => void): void {
    if (this.#inOrder) return act()
    if (this.#deferred.push(act) > 1) return
    this.#pump!.pause()
    setImmediate(() => this.#nextDeferred())
  }

  #nextDeferred(): void {
    this.#deferred[0]!()
    this.#deferred.shift()
    if (this.#deferred.length > 0) setImmediate(() => this.#nextDeferred())
    else if (!this.#paused) this.#pump!.resume()
  }

  #failed(error: Error): void {
    this.#closing = true
    if (!this.#errorEmitted) {
      this.#errorEmitted = true
      this.emit('error', error)
    }
    if (!this.#pump) this.#ended(1006, emptyBuffer)
  }

  #cannotSend(error: Error): void {
    if (this.#closed) return
    this.#pump!.close(1011)
    this.#failed(error)
  }

  #ended(code: number, reason: Buffer): void {
    this.#closed = true
    this.#tell('close', code, reason)
  }

  #lost(outcome: CloseOutcome): void {
    const { received } = outcome.cause
    this.#outcome = outcome
    this.#outgoing?.abandon()
    for (const extension of Object.values(this._extensions)) extension.cleanup()
    const reason = received?.reason ? Buffer.from(received.reason) : emptyBuffer
    this.#ended(received?.code ?? 1006, reason)
  }

  static {
    for (const [name, value] of Object.entries(ReadyState)) {
      Object.defineProperty(this, name, { value, enumerable: true })
      Object.defineProperty(this.prototype, name, { value, enumerable: true })
    }
    const shown = ['binaryType', 'bufferedAmount', 'extensions', 'isPaused', 'protocol']
    for (const name of [...shown, 'readyState', 'url']) {
      Object.defineProperty(this.prototype, name, { enumerable: true })
    }
    for (const type of ['open', 'error', 'close', 'message']) {
      Object.defineProperty(this.prototype, `on${type}`, {
        enumerable: true,
        get(this: WebSocket) {
          return attributeHandler(this, type)
        },
        set(this: WebSocket, handler: unknown) {
          setAttributeHandler(this, type, handler)
        },
      })
    }

    events = {
      message: (websocket, message: Message, text, ends) => {
        const bytes = message as Uint8Array
        // Most messages come at once, and need no closure.
        if (websocket.#inOrder) websocket.#message(bytes, text, ends)
        else websocket.#inTurn(() => websocket.#message(bytes, text, ends))
      },
      ping: (websocket, payload) => websocket.#inTurn(() => websocket.#ping(payload)),
      pong: (websocket, payload) =>
        websocket.#inTurn(() => websocket.#tell('pong', asBuffer(payload))),
      drain: (websocket) => websocket.#outgoing!.proceed(),
      failed: (websocket, fault, opcode) => {
        const error = frameError(fault, opcode)
        process.nextTick(() => websocket.#inTurn(() => websocket.#failed(error)))
      },
      closed: (websocket, outcome) => {
        if (websocket.#deferred.length === 0) websocket.#lost(outcome)
        else websocket.#deferred.push(() => websocket.#lost(outcome))
      },
    }
  }
}

/** Its listeners, typed. */
export interface WebSocket {
  on<Name extends keyof SocketEvents>(
    event: Name,
    listener: (this: WebSocket, ...args: SocketEvents[Name]) => void,
  ): this
  on(event: string | symbol, listener: (this: WebSocket, ...args: AnyArguments) => void): this
  once<Name extends keyof SocketEvents>(
    event: Name,
    listener: (this: WebSocket, ...args: SocketEvents[Name]) => void,
  ): this
  once(event: string | symbol, listener: (this: WebSocket, ...args: AnyArguments) => void): this
  off<Name extends keyof SocketEvents>(
    event: Name,
    listener: (this: WebSocket, ...args: SocketEvents[Name]) => void,
  ): this
  off(event: string | symbol, listener: (this: WebSocket, ...args: AnyArguments) => void): this
  addListener<Name extends keyof SocketEvents>(
    event: Name,
    listener: (this: WebSocket, ...args: SocketEvents[Name]) => void,
  ): this
  addListener(
    event: string | symbol,
    listener: (this: WebSocket, ...args: AnyArguments) => void,
  ): this
  removeListener<Name extends keyof SocketEvents>(
    event: Name,
    listener: (this: WebSocket, ...args: SocketEvents[Name]) => void,
  ): this
  removeListener(
    event: string | symbol,
    listener: (this: WebSocket, ...args: AnyArguments) => void,
  ): this
}

/** What `ping` and `pong` are given, any of which may be left out. */
function controlArguments(
  data: unknown,
  mask: boolean | ControlCallback | undefined,
  written: ControlCallback | undefined,
): [data: unknown, written: Written | undefined] {
  if (typeof data === 'function') return [undefined, data as Written]
  const payload = typeof data === 'number' ? String(data) : data
  return [payload, (typeof mask === 'function' ? mask : written) as Written | undefined]
}

import {
  CloseCode,
  type CloseOutcome,
  formatExtensions,
  type Message,
  ReadyState,
} from '../core/index.ts'
import { RemoteProtocolError, TidewireError } from '../errors/index.ts'
import type { CloseEventInit } from './close-event.ts'
import type { DialRequest } from './dial-request.ts'
import type { Dialled } from './attempt.ts'
import { establish } from './establish.ts'
import type { PumpEvents, PumpSettings } from './pump-settings.ts'
import { Pump } from './pump.ts'
import { type StandardOptions, standardRequest, standardSettings } from './standard-request.ts'

/** The standard queues a task for each event: promises that one settles are seen to before the next. */
const queueTask = setImmediate

/** What the opening handshake has settled. */
export interface Opened {
  /** `''` for none. */
  readonly protocol: string
  /** `''` for none. */
  readonly extensions: string
}

/** How a connection of the standard is over. */
export type Ended = Required<Pick<CloseEventInit, 'code' | 'reason' | 'wasClean' | 'cause'>> & {
  /** Whether it failed (RFC 6455 §7.1.7), rather than being closed. */
  readonly failed: boolean
}

/** What is told of a connection of the standard, each in a task of its own. */
export interface StandardHandler {
  opened(agreed: Opened): void
  received(message: Message): void
  /** Nothing more can be sent. It may be told more than once. */
  closing?(): void
  ended(end: Ended): void
}

/** A connection as the WebSockets standard sees it, beneath its WebSocket and its WebSocketStream. */
export class StandardConnection {
  /** What the program knows it as. */
  readonly #owner: object
  readonly #handler: StandardHandler
  readonly #settings: PumpSettings<object>
  readonly #request: DialRequest
  readonly #dialling: AbortController = new AbortController()
  #pump: Pump<object> | undefined
  #readyState: ReadyState = ReadyState.CONNECTING
  /** Whether reading stops after each message, until `proceed`. */
  readonly #stepwise: boolean
  #bufferedAmount = 0
  /** Bytes that the system has taken, but not yet in a task that may know of it. */
  #taken = 0
  /** Messages that the system has not taken yet. */
  #unwritten = 0

  /**
   * Nothing is opened yet.
   * @throws as `standardRequest` does.
   */
  constructor(
    owner: object,
    handler: StandardHandler,
    url: string | URL,
    options: StandardOptions,
    stepwise = false,
  ) {
    this.#owner = owner
    this.#handler = handler
    this.#settings = standardSettings(options, this.#events())
    this.#request = standardRequest(url, options, this.#settings)
    this.#stepwise = stepwise
  }

  get url(): string {
    return this.#request.url.href
  }

  get readyState(): ReadyState {
    return this.#readyState
  }

  /** Bytes of messages that had not gone out when the current task began, and of those that came too late. */
  get bufferedAmount(): number {
    return this.#bufferedAmount
  }

  async open(): Promise<void> {
    let dialled: Dialled
    try {
      dialled = await establish(this.#request, this.#dialling.signal)
    } catch (error) {
      const cause = error as TidewireError
      const code = CloseCode.abnormal
      queueTask(() => this.#ended({ failed: true, code, reason: '', wasClean: false, cause }))
      return
    }
    this.#pump = new Pump(dialled.socket, this.#settings)
    this.#pump.open(this.#owner, dialled.extension)
    // The program may have closed just when the response had come.
    if (this.#readyState !== ReadyState.CONNECTING) return this.#pump.terminate()
    this.#readyState = ReadyState.OPEN
    const { protocol, extensions } = dialled
    this.#handler.opened({ protocol, extensions: formatExtensions(extensions) })
    this.#pump.start(dialled.rest)
  }

  /** Adds what comes too late to be sent: it stays in `bufferedAmount`. */
  waste(length: number): void {
    this.#bufferedAmount += length
  }

  /** @param length Bytes of the message. @param written Called when the system has taken it. */
  send(message: Message, length: number, written?: () => void): void {
    const waiting = this.#bufferedAmount
    this.#bufferedAmount += length
    const pump = this.#pump
    if (pump?.connection.state !== 'open') return
    this.#unwritten++
    pump.sendDirect(message, undefined, (error) => {
      if (error) return
      this.#unwritten--
      this.#wasTaken(length)
      written?.()
    })
    const { buffered } = this.#settings.connection.limits
    if (waiting <= buffered) return
    const text = `more than ${buffered} bytes waited to be sent`
    pump.fail(new RemoteProtocolError('ERR_LIMIT_BUFFERED', CloseCode.tryAgainLater, text))
  }

  #wasTaken(length: number): void {
    if (this.#taken === 0) {
      queueTask(() => {
        this.#bufferedAmount -= this.#taken
        this.#taken = 0
      })
    }
    this.#taken += length
  }

  /**
   * The standard's "close the WebSocket", with what has been checked.
   * @param inTurn Calls its argument when all that the program has sent before has been sent.
   */
  close(code?: number, reason?: string, inTurn: (act: () => void) => void = now): void {
    if (this.#readyState > ReadyState.OPEN) return
    if (this.#readyState === ReadyState.CONNECTING) {
      const message = 'the program closed the WebSocket before it was open'
      this.#dialling.abort(new TidewireError('ERR_CLOSED', message))
    }
    this.#readyState = ReadyState.CLOSING
    inTurn(() => this.#pump?.close(code, reason))
  }

  terminate(): void {
    this.#pump?.terminate()
  }

  /** Reads on to the next message. */
  proceed(): void {
    this.#pump?.resume()
  }

  #received(message: Message): void {
    if (this.#readyState === ReadyState.OPEN) this.#handler.received(message)
  }

  #ending(): void {
    if (this.#readyState === ReadyState.CLOSED) return
    this.#readyState = ReadyState.CLOSING
    this.#handler.closing?.()
  }

  #closed({ wasClean, cause }: CloseOutcome): void {
    const { received, trigger } = cause
    const { code, reason } = received ?? { code: CloseCode.abnormal, reason: '' }
    this.#ended({
      // A close frame of ours that was not answered is no failure; all else is (RFC 6455 §7.1.7).
      failed: trigger !== 'close-frame',
      code,
      reason,
      // Our close frame is behind what has not gone out.
      wasClean: wasClean && this.#unwritten === 0,
      cause,
    })
  }

  #ended(end: Ended): void {
    this.#readyState = ReadyState.CLOSED
    this.#handler.ended(end)
  }

  #events(): PumpEvents<object> {
    return {
      message: (_owner, message) => {
        if (this.#stepwise) this.#pump!.pause()
        queueTask(() => this.#received(message))
      },
      ending: () => void queueTask(() => this.#ending()),
      closed: (_owner, outcome) => void queueTask(() => this.#closed(outcome)),
      ping() {},
      pong() {},
      drain() {},
    }
  }
}

function now(act: () => void): void {
  act()
}

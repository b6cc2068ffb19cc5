import {
  ReadableStream,
  type ReadableStreamDefaultController,
  WritableStream,
  type WritableStreamDefaultController,
} from 'node:stream/web'
import { type Message, ReadyState } from '../core/index.ts'
import { readCloseInfo, type WebSocketCloseInfo } from './close-info.ts'
import { checkOptionNames } from './connection-options.ts'
import { type Deferred, deferred } from './deferred.ts'
import { toMessage, byteLength, ownBuffer } from './message-data.ts'
import { type Ended, type Opened, StandardConnection } from './standard-connection.ts'
import { type StandardOptions, standardOptionNames } from './standard-request.ts'
import { checkArguments, defineInterface, toDictionary, toStrings } from './web-idl.ts'
import { closedWith, WebSocketError } from './websocket-error.ts'

export interface WebSocketStreamOptions extends StandardOptions {
  /** Gives up connecting; once connected it means nothing any more. */
  signal?: AbortSignal | undefined
}

/** What a `WebSocketStream` is once it is open. */
export interface WebSocketOpenInfo {
  /** The extensions in use; `''` for none. */
  extensions: string
  /** The subprotocol in use; `''` for none. */
  protocol: string
  /** A chunk for each message. While it is not read, its peer is held back. */
  readable: ReadableStream<string | Uint8Array>
  /** Each chunk is a message: bytes, or anything else as a string. A write is done when the system has it. */
  writable: WritableStream<string | ArrayBuffer | ArrayBufferView>
}

/** The `WebSocketStream` of the WebSockets standard: a WebSocket as streams, with backpressure both ways. */
export class WebSocketStream {
  readonly #connection: StandardConnection
  readonly #opened: Deferred<WebSocketOpenInfo> = deferred()
  readonly #closed: Deferred<WebSocketCloseInfo> = deferred()
  #reading: ReadableStreamDefaultController<string | Uint8Array> | undefined
  #writing: WritableStreamDefaultController | undefined
  /** The message that the system has not taken yet. */
  #write: Deferred<void> | undefined
  /** Whether the peer closed while there was one: it may never have been for anybody. */
  #cutOff = false
  #cancelled = false
  #aborted = false

  /**
   * @param url `ws:`, `wss:`, `http:` or `https:`.
   * @throws {DOMException} `SyntaxError` when the URL or a subprotocol is not one, or one is there twice.
   * @throws {OptionError} when an option is unknown or outside its range.
   */
  constructor(url: string | URL, options: WebSocketStreamOptions = {}) {
    checkArguments(arguments.length, 1, 'WebSocketStream')
    const { signal, ...others } = toDictionary(options, 'options')
    checkOptionNames(others, standardOptionNames)
    if (signal !== undefined && !(signal instanceof AbortSignal)) {
      throw new TypeError('signal is no AbortSignal')
    }
    const protocols = toStrings(others.protocols ?? [], 'protocols')
    const handler = {
      opened: (agreed: Opened) => this.#open(agreed),
      received: (message: Message) => this.#received(message),
      closing: () => this.#closing(),
      ended: (end: Ended) => this.#ended(end),
    }
    this.#connection = new StandardConnection(this, handler, url, { ...others, protocols }, true)
    this.#abortBy(signal)
    // Whoever looks at one of them need not look at the other.
    this.#closed.promise.catch(() => {})
    if (!this.#aborted) void this.#connection.open()
  }

  get url(): string {
    return this.#connection.url
  }

  /** Rejects when there is no connection; the `cause` of its `WebSocketError` says why. */
  get opened(): Promise<WebSocketOpenInfo> {
    return this.#opened.promise
  }

  /** What the peer closed it with. Rejects when it was not closed cleanly. */
  get closed(): Promise<WebSocketCloseInfo> {
    return this.#closed.promise
  }

  /**
   * Starts the closing handshake, after what is being written; gives up connecting.
   * @param closeInfo `closeCode`: 1000 or 3000-4999; `reason`: at most 123 bytes in UTF-8.
   * @throws {DOMException} `InvalidAccessError` for another code, `SyntaxError` for a longer reason.
   */
  close(closeInfo: WebSocketCloseInfo = {}): void {
    const connection = this.#connection
    const { code, reason } = readCloseInfo(closeInfo)
    connection.close(code, reason)
  }

  #abortBy(signal: AbortSignal | undefined): void {
    const abort = (): void => {
      if (this.#connection.readyState !== ReadyState.CONNECTING) return
      this.#aborted = true
      this.#connection.close()
      this.#opened.reject(signal!.reason)
      this.#closed.reject(signal!.reason)
    }
    const forget = (): void => signal?.removeEventListener('abort', abort)
    this.#opened.promise.then(forget, forget)
    if (signal?.aborted) abort()
    else signal?.addEventListener('abort', abort)
  }

  #open({ protocol, extensions }: Opened): void {
    const readable = new ReadableStream<string | Uint8Array>({
      start: (controller) => void (this.#reading = controller),
      pull: () => this.#connection.proceed(),
      cancel: (reason) => {
        this.#cancelled = true
        this.#closeUsing(reason)
      },
    })
    const writable = new WritableStream<string | ArrayBuffer | ArrayBufferView>({
      start: (controller) => void (this.#writing = controller),
      write: (chunk) => this.#send(chunk),
      // A closing handshake is over when both sides have closed.
      close: async () => {
        this.#connection.close()
        await this.#closed.promise
      },
      abort: (reason) => this.#closeUsing(reason),
    })
    this.#opened.resolve({ extensions, protocol, readable, writable })
  }

  #received(message: Message): void {
    this.#reading!.enqueue(
      typeof message === 'string' ? message : new Uint8Array(ownBuffer(message)),
    )
  }

  async #send(chunk: unknown): Promise<void> {
    const message = toMessage(chunk)
    if (this.#connection.readyState !== ReadyState.OPEN) throw closedState()
    const write = deferred<void>()
    this.#write = write
    this.#connection.send(message, byteLength(message), write.resolve)
    await write.promise
    this.#write = undefined
  }

  #closing(): void {
    this.#cutOff ||= this.#write !== undefined
    this.#write?.reject(closedState())
  }

  /** Closes with what a `WebSocketError` says, if it may be sent, or else with nothing. */
  #closeUsing(reason: unknown): void {
    if (!(reason instanceof WebSocketError)) return this.#connection.close()
    try {
      const { closeCode, reason: text } = reason
      this.close(closeCode === null ? {} : { closeCode, reason: text })
    } catch {
      this.#connection.close()
    }
  }

  #ended({ code, reason, wasClean, cause }: Ended): void {
    if (this.#aborted) return
    if (wasClean && !this.#cutOff) {
      if (!this.#cancelled) this.#reading!.close()
      this.#writing!.error(closedState())
      return this.#closed.resolve({ closeCode: code, reason })
    }
    const failure = (cause as { text?: string } & Error).text ?? (cause as Error).message
    const error = closedWith(failure, code, reason, cause)
    this.#opened.reject(closedWith(failure, code, reason, cause))
    this.#write?.reject(error)
    this.#reading?.error(error)
    this.#writing?.error(error)
    this.#closed.reject(error)
  }

  static {
    defineInterface('WebSocketStream', this.prototype)
  }
}

function closedState(): DOMException {
  return new DOMException(
    'nothing can be written to a WebSocketStream that is closed',
    'InvalidStateError',
  )
}

import type { Duplex, DuplexOptions } from 'node:stream'
import type { ReadableStream, WritableStream } from 'node:stream/web'
import {
  CloseCode,
  type CloseOutcome,
  type Message,
  ReadyState,
  type Version,
} from '../core/index.ts'
import type { SendResult } from '../hub/index.ts'
import { asMessage } from './as-message.ts'
import { closedError, failureOf } from './closed-error.ts'
import { type Deferred, deferred } from './deferred.ts'
import { Inbox } from './inbox.ts'
import type { Pump } from './pump.ts'
import { duplexOf, readableOf, writableOf } from './socket-streams.ts'
import { unlessAborted } from './unless-aborted.ts'

/** What the opening handshake settled. */
export interface Agreed {
  readonly version: Version
  /** The subprotocol, `''` for none. */
  readonly protocol: string
  /** The extensions in use as the server answered them, `''` for none. */
  readonly extensions: string
  /** The client's address, where proxies tell it. */
  readonly remoteAddress?: string | undefined
}

// What the pump's events do to a socket: set by the class, so that they are not part of its face.

/** Puts a message where `for await` finds it. */
export let enqueue: (socket: Socket, message: Message) => void
/** Wakes who waits to send. @returns Whether nothing waits any more. */
export let nowWritable: (socket: Socket) => boolean
/** The connection has closed. */
export let settle: (socket: Socket, outcome: CloseOutcome) => void

/**
 * One open WebSocket connection, at either end. Messages go to the `message` handler; where there is
 * none they wait for `for await`, and the peer is held back while they do.
 */
export class Socket<Data = unknown> implements AsyncIterable<Message>, AsyncDisposable {
  /** Yours: on a server, what `upgrade` returned. */
  data: Data
  /**
   * The version of the protocol: 13 is RFC 6455. Any other comes only where `legacy` allows it; those of
   * `'hixie-75'` and `'hixie-76'` have text, and neither bytes nor pings.
   */
  readonly version: Version
  /** The subprotocol both sides speak, `''` for none. */
  readonly protocol: string
  /** The extensions in use, `''` for none. */
  readonly extensions: string

  readonly #pump: Pump<Socket<Data>>
  readonly #remoteAddress: string | undefined
  #inbox: Inbox | undefined
  /** The program has asked for a pause; the inbox may ask for one as well. */
  #paused = false
  #outcome: CloseOutcome | undefined
  #closed: Deferred<CloseOutcome> | undefined
  /** Settled when the transport takes more again, or the connection has closed. */
  #writable: Deferred<void> | undefined

  /** @internal */
  constructor(pump: Pump<Socket<Data>>, data: Data, agreed: Agreed) {
    const { version, protocol, extensions, remoteAddress } = agreed
    this.#pump = pump
    this.data = data
    this.version = version
    this.protocol = protocol
    this.extensions = extensions
    this.#remoteAddress = remoteAddress
  }

  /** 0 CONNECTING, 1 OPEN, 2 CLOSING, 3 CLOSED, as in the WebSocket standard. */
  get readyState(): ReadyState {
    return this.#pump.connection.readyState
  }

  /** Bytes given to `send` that the operating system has not taken yet, frame headers included. */
  get bufferedAmount(): number {
    return this.#pump.bufferedAmount
  }

  /**
   * The peer's IP address: on a server with the option `proxies`, as they tell it; else `undefined` on a
   * Unix socket or when it is gone.
   */
  get remoteAddress(): string | undefined {
    return this.#remoteAddress ?? this.#pump.socket.remoteAddress
  }

  /** Milliseconds of the latest ping and its pong; `undefined` before the first. */
  get rtt(): number | undefined {
    return this.#pump.connection.rtt
  }

  /** Resolves when the connection has closed; never rejects. */
  get closed(): Promise<CloseOutcome> {
    if (this.#outcome) return Promise.resolve(this.#outcome)
    this.#closed ??= deferred()
    return this.#closed.promise
  }

  /**
   * Sends a message: a string as text, bytes as binary. Bytes must not change until they are sent.
   * @param options.key With the `keep-latest` policy, a message that waits is replaced by a newer one
   * with the same key.
   * @returns `sent`; `buffered` when it waits because the peer reads slowly; `dropped` when the socket
   * is not open or the slow-consumer policy says so.
   */
  send(message: Message | ArrayBuffer, options?: { key?: string }): SendResult {
    return this.#pump.send(asMessage(message), options?.key)
  }

  /**
   * Sends one message in fragments as `parts` gives them, at the speed the peer reads. Other messages
   * wait until it is whole. If `parts` throws, the connection is closed with 1011: a message that has
   * begun cannot be taken back.
   * @throws {TidewireError} `ERR_CLOSED` when the connection closes before the end.
   */
  async sendFragments(parts: AsyncIterable<Message> | Iterable<Message>): Promise<void> {
    let begun = false
    const sendFragment = async (part: Message, fin: boolean): Promise<void> => {
      if (!begun) {
        // Not before what waits already. Nothing may come between this look and the first fragment.
        while (this.#pump.congested) await this.#becomesWritable()
      }
      if (this.readyState !== ReadyState.OPEN) throw closedError(this.#outcome)
      begun = true
      this.#pump.sendFragment(asMessage(part), fin)
      if (this.#pump.blocked) await this.#becomesWritable()
    }
    let held: Message | undefined
    try {
      for await (const part of parts) {
        if (held !== undefined) await sendFragment(held, false)
        held = part
      }
    } catch (error) {
      if (begun) void this.close(CloseCode.internalError)
      throw error
    }
    if (held !== undefined) await sendFragment(held, true)
  }

  /**
   * Resolves when nothing waits any more: at once, unless the peer reads slowly.
   * @throws {TidewireError} `ERR_CLOSED` when the connection closes first; the signal's reason when it
   * is aborted.
   */
  async drained(options?: { signal?: AbortSignal }): Promise<void> {
    while (this.#pump.congested) await unlessAborted(this.#becomesWritable(), options?.signal)
  }

  #becomesWritable(): Promise<void> {
    if (this.#outcome) return Promise.reject(closedError(this.#outcome))
    this.#writable ??= deferred()
    return this.#writable.promise
  }

  /**
   * Sends a ping and resolves to the round-trip time in milliseconds. It is fine not to wait for it. While
   * the socket is paused, or messages before the pong wait for `for await`, the pong waits as well.
   * @param payload Up to 125 bytes; without it, one that can be told from all others.
   * @throws {TidewireError} `ERR_CLOSED` when the connection closes before the answer.
   * @throws {LocalProtocolError} `ERR_NOT_OPEN`, `ERR_PING_PAYLOAD` or `ERR_PINGS_UNANSWERED`.
   */
  ping(payload?: Uint8Array): Promise<number> {
    const { promise, resolve, reject } = deferred<number>()
    // Whoever does not wait for the answer need not handle its failure either.
    promise.catch(() => {})
    this.#pump.ping(payload, (rtt) =>
      rtt === undefined ? reject(closedError(this.#outcome)) : resolve(rtt),
    )
    return promise
  }

  /**
   * Stops reading: no more messages come, and the peer is held back by TCP. While paused, the peer's
   * silence closes nothing; that it has vanished is left to TCP's keepalive to find.
   */
  pause(): void {
    this.#paused = true
    this.#pump.pause()
  }

  resume(): void {
    this.#paused = false
    if (!this.#inbox?.full) this.#pump.resume()
  }

  /**
   * Starts the closing handshake, after what waits to be sent.
   * @param code 1000 (the default), 1001-1003, 1007-1014, or 3000-4999 for codes of your own.
   * @param reason Up to 123 bytes in UTF-8.
   * @returns How the connection ended; never rejects.
   * @throws {LocalProtocolError} `ERR_CLOSE_CODE` or `ERR_CLOSE_REASON`.
   */
  close(code: number = CloseCode.normal, reason?: string): Promise<CloseOutcome> {
    this.#pump.close(code, reason)
    return this.closed
  }

  /** Destroys the connection at once; the peer sees 1006. */
  terminate(): void {
    this.#pump.terminate()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  /**
   * The messages in order, for a socket without a `message` handler. Ends when the connection closes
   * with 1000, 1001 or no code; leaving the loop early leaves the socket open.
   * @throws {TidewireError} `ERR_CLOSED` when it closes in any other way.
   */
  [Symbol.asyncIterator](): AsyncIterableIterator<Message> {
    const inbox = this.#openInbox()
    return {
      next: () => {
        const taken = inbox.take()
        if (inbox.empty && !this.#paused) this.#pump.resume()
        return taken
      },
      return: () => Promise.resolve({ done: true, value: undefined }),
      [Symbol.asyncIterator]() {
        return this
      },
    }
  }

  /** The messages, for a socket without a `message` handler. Cancelling it closes the connection. */
  get readable(): ReadableStream<Message> {
    return readableOf(this)
  }

  /**
   * A stream of messages to send. A write is done when the system has the message; closing the stream closes
   * the connection, and is done when the peer has closed as well.
   */
  get writable(): WritableStream<Message> {
    return writableOf(this, (message) => this.#write(message))
  }

  /**
   * A stream of Node, for a socket without a `message` handler: of bytes, or in object mode of messages.
   * Ending it closes the connection, destroying it terminates that.
   */
  duplex(options?: DuplexOptions): Duplex {
    return duplexOf(this, (message) => this.#write(message), options)
  }

  /** @throws {TidewireError} `ERR_CLOSED` when the connection closes first. */
  async #write(given: Message): Promise<void> {
    const message = asMessage(given)
    while (this.#pump.congested) await this.#becomesWritable()
    if (this.readyState !== ReadyState.OPEN) throw closedError(this.#outcome)
    const written = deferred<boolean>()
    this.#pump.sendDirect(message, undefined, (error) => written.resolve(!error))
    if (!(await written.promise)) throw closedError(await this.closed)
  }

  /** Made when the first message comes or is asked for, which may be after the end. */
  #openInbox(): Inbox {
    if (!this.#inbox) {
      this.#inbox = new Inbox()
      if (this.#outcome) this.#inbox.end(failureOf(this.#outcome))
    }
    return this.#inbox
  }

  static {
    enqueue = (socket, message) => {
      const inbox = socket.#openInbox()
      // A closing connection is not paused, or the peer's close frame would not be found: what does not
      // fit is discarded then, and so is all that follows: what is kept has no gaps.
      if (inbox.full && socket.readyState !== ReadyState.OPEN) inbox.shut = true
      if (inbox.shut) return
      inbox.push(message)
      if (inbox.full) socket.#pump.pause()
    }
    nowWritable = (socket) => {
      socket.#writable?.resolve()
      socket.#writable = undefined
      return !socket.#pump.congested
    }
    settle = (socket, outcome) => {
      socket.#outcome = outcome
      socket.#writable?.promise.catch(() => {})
      socket.#writable?.reject(closedError(outcome))
      socket.#inbox?.end(failureOf(outcome))
      socket.#closed?.resolve(outcome)
    }
  }
}

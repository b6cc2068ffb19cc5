import type { IncomingMessage } from 'node:http'
import type { Socket as NetSocket } from 'node:net'
import {
  checkClose,
  checkInteger,
  CloseCode,
  deflateNegotiator,
  draining,
  encodeReason,
  type HostPolicy,
  type Limits,
  type Message,
  type RequestHead,
  type Version,
} from '../core/index.ts'
import { type PublishResult, Topics } from '../hub/index.ts'
import { resolveProxies } from './client-address.ts'
import { checkOptionNames, hixieSettings, pumpSettings } from './connection-options.ts'
import type { Counters } from './counters.ts'
import { deadline } from './deadline.ts'
import { type Deferred, deferred, isThenable } from './deferred.ts'
import { requestHead } from './http-request.ts'
import { serverExtension } from './message-extensions.ts'
import { Metrics } from './metrics.ts'
import { ports } from './ports.ts'
import { resolveRate } from './rate-limit.ts'
import type { PumpSettings } from './pump-settings.ts'
import { Pump } from './pump.ts'
import { checkServerOptions, serverOptionNames, type ServerOptions } from './server-options.ts'
import { publish, ServerSocket } from './server-socket.ts'
import { call, report, socketEvents } from './socket-events.ts'
import { type Accepted, UpgradeGate } from './upgrade-gate.ts'

/** How `close` ends a server. */
export interface CloseOptions {
  /** The close code for every connection. Default 1001, going away. */
  code?: number
  /** Up to 123 bytes in UTF-8. */
  reason?: string
  /** Milliseconds until what is left is destroyed. Default 10,000. */
  timeout?: number
  /** Destroys what is left when it is aborted. */
  signal?: AbortSignal
}

/** Where a server's upgrades come from. */
export interface Host {
  /** Whether only this machine can connect, over the network stack. */
  readonly loopback: boolean
  /** No connection is open any more: let nothing new come, and wait for what is left. */
  release(): Promise<void> | void
  /** A connection has become a WebSocket, which the server looks after from here on. */
  leave(socket: NetSocket): void
  /** Destroy what is still open. */
  destroyRest(): void
}

/** The WebSocket connections of an HTTP server, and the topics they share. */
export class Server<Data = unknown> implements AsyncDisposable {
  /** The path that is served; `undefined` for every path. */
  readonly path: string | undefined
  /** @internal */
  readonly proxies: ReturnType<typeof resolveProxies>
  /** @internal What is closed behind it. */
  readonly companions: Set<AsyncDisposable> = new Set()

  readonly #options: ServerOptions<Data>
  readonly #pumps: PumpSettings<ServerSocket<Data>>
  readonly #hixiePumps: ReturnType<typeof hixieSettings<ServerSocket<Data>>>
  readonly #gate: UpgradeGate<Data, ServerSocket<Data>>
  readonly #host: Host
  readonly #sockets = new Set<ServerSocket<Data>>()
  readonly #topics = new Topics()
  #closing: Deferred<void> | undefined
  /** Resolved when a connection has gone, while closing. */
  #departure: Deferred<void> | undefined

  /**
   * @internal `serve` and `attach` make servers.
   * @throws {OptionError}
   */
  constructor(
    options: ServerOptions<Data>,
    host: Host,
    optionNames: readonly string[] = serverOptionNames,
  ) {
    checkOptionNames(options, optionNames)
    checkServerOptions(options)
    const events = socketEvents<ServerSocket<Data>>(options, (socket, pump) => {
      this.#topics.leave(pump)
      this.#sockets.delete(socket)
      this.#departure?.resolve()
    })
    this.path = options.path
    this.proxies = resolveProxies(options.proxies)
    this.#options = options
    this.#host = host
    const rate = resolveRate(options.rate)
    this.#pumps = { ...pumpSettings('server', options, events), rate }
    this.#hixiePumps = hixieSettings(this.#pumps)
    const { deflate } = this.#pumps
    const extensions = deflate ? [deflateNegotiator(deflate.settings)] : []
    this.#gate = new UpgradeGate(options, this, extensions, {
      accepted: (accepted) => this.#open(accepted),
      left: () => this.#departure?.resolve(),
    })
  }

  /** The open connections, those in their closing handshake included. */
  get sockets(): ReadonlySet<ServerSocket<Data>> {
    return this.#sockets
  }

  /** Every topic that has members, with their number. */
  get topics(): { readonly name: string; readonly members: number }[] {
    return [...this.#topics]
  }

  /** @internal The names it may be called by. */
  get hosts(): HostPolicy {
    return this.#options.hosts ?? (this.#host.loopback ? [] : '*')
  }

  /** What has been counted so far. */
  get metrics(): Metrics {
    return new Metrics(this.counters, this.#sockets.size)
  }

  /** @internal */
  get counters(): Counters {
    return this.#pumps.counters
  }

  /** The limits in force. */
  get limits(): Limits {
    return this.#pumps.connection.limits
  }

  /** How many sockets are members of a topic. */
  subscriberCount(topic: string): number {
    return this.#topics.count(topic)
  }

  /**
   * Sends a message to every member of a topic. It is framed once.
   * @throws {LocalProtocolError} `ERR_TOPIC_NAME`.
   */
  publish(topic: string, message: Message | ArrayBuffer): PublishResult {
    return publish(this.#topics, topic, message)
  }

  /**
   * Answers an upgrade request: for frameworks that route upgrades themselves. The path is not looked
   * at. Takes what an `http.Server` gives its `upgrade` listeners.
   * @returns The open socket; `undefined` when the request was refused or the client has gone.
   * @throws {LocalProtocolError} `ERR_UPGRADED` when this socket was upgraded before.
   */
  async handleUpgrade(
    request: IncomingMessage,
    socket: NetSocket,
    head: Uint8Array,
  ): Promise<ServerSocket<Data> | undefined> {
    return this.#gate.enter(requestHead(request), socket, head, request)
  }

  /** @internal An upgrade that nobody waits for. @param rest What came behind its head. */
  route(head: RequestHead, socket: NetSocket, rest: Uint8Array, incoming?: IncomingMessage): void {
    try {
      const entering = this.#gate.enter(head, socket, rest, incoming)
      if (isThenable(entering)) entering.then(undefined, (error: unknown) => this.report(error))
    } catch (error) {
      this.report(error)
    }
  }

  /** @internal Whether a response to an earlier request on `socket` is unfinished, as far as is known. */
  isAnswering(_socket: NetSocket): boolean {
    return false
  }

  /** @internal Tells the program of a failure that belongs to no socket. */
  report(error: unknown): void {
    report(this.#options, error)
  }

  #open(accepted: Accepted<Data>): ServerSocket<Data> {
    const { socket, data, agreed, extensions, handshake, rest } = accepted
    const pump = new Pump(socket, this.#pumpsFor(agreed.version, socket))
    const opened = new ServerSocket(pump, data, agreed, this.#topics)
    this.#sockets.add(opened)
    this.#host.leave(socket)
    const extension = serverExtension(extensions, this.#pumps.deflate)
    pump.open(opened, extension, handshake.request)
    call(this.#options, 'open', opened, handshake)
    pump.start(new Uint8Array(rest))
    return opened
  }

  #pumpsFor(version: Version, socket: NetSocket): PumpSettings<ServerSocket<Data>> {
    if (version !== 'hixie-75' && version !== 'hixie-76') return this.#pumps
    // Without pings it is TCP's to find out whether the peer is still there.
    const { heartbeat } = this.#pumps.connection
    if (heartbeat) socket.setKeepAlive?.(true, heartbeat.interval)
    return this.#hixiePumps[version]
  }

  /**
   * Ends the server: refuses upgrades with 503, closes every connection, and destroys what is left at
   * the deadline. Resolves when nothing is open any more.
   * @throws {LocalProtocolError} `ERR_CLOSE_CODE` or `ERR_CLOSE_REASON`.
   * @throws {OptionError} for a `timeout` that is none.
   */
  close(options: CloseOptions = {}): Promise<void> {
    const { code = CloseCode.goingAway, reason = '', timeout = 10_000, signal } = options
    checkClose(code, encodeReason(reason, ports))
    checkInteger('timeout', timeout, 0, 2 ** 31 - 1)
    if (!this.#closing) {
      // Kept first, for handlers that are called on the way may close the server as well.
      this.#closing = deferred()
      this.#closing.resolve(this.#close(code, reason, timeout, signal))
    }
    return this.#closing.promise
  }

  async #close(
    code: number,
    reason: string,
    timeout: number,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    this.#gate.shut(draining(Math.ceil(timeout / 1000)))
    for (const socket of this.#sockets) void socket.close(code, reason)
    let late = false
    const destroyRest = (): void => {
      late = true
      for (const socket of this.#sockets) socket.terminate()
      this.#gate.destroyRest()
      this.#host.destroyRest()
    }
    const stopWaiting = deadline(timeout, destroyRest)
    signal?.addEventListener('abort', destroyRest)
    if (signal?.aborted) destroyRest()
    // Clients that come back at once are refused meanwhile; they must not keep us here for ever.
    await this.#until(() => this.#sockets.size === 0 && this.#gate.idle)
    const released = this.#host.release()
    if (late) destroyRest()
    await released
    await this.#until(() => this.#gate.empty)
    stopWaiting()
    signal?.removeEventListener('abort', destroyRest)
    for (const companion of this.companions) await companion[Symbol.asyncDispose]()
  }

  async #until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      this.#departure = deferred()
      await this.#departure.promise
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }
}

import { EventEmitter } from 'node:events'
import http, { type IncomingMessage, type Server as HttpServer, STATUS_CODES } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { acceptFor } from '../core/index.ts'
import { claimSocket, isRecording, noteHandshake, ports, requestHead } from '../node/transport.ts'
import { connectionDefaults } from './constants.ts'
import { extension } from './extension.ts'
import { refuse } from './refusal.ts'
import type { ServerOptions } from './server-options.ts'
import type { AnyArguments, ServerEvents } from './typing.ts'
import { readRequest, type Upgrade } from './upgrade.ts'
import { type Extensions, WebSocket } from './websocket.ts'

type Listeners = Readonly<Record<string, (...args: never[]) => void>>

/** The `WebSocketServer` of ws: an emitter of `connection`, `headers`, `wsClientError`, `listening`, `error`, `close`. */
export class WebSocketServer<
  Socket extends typeof WebSocket = typeof WebSocket,
  Request extends typeof IncomingMessage = typeof IncomingMessage,
> extends EventEmitter {
  options: ServerOptions<Socket, Request>
  declare path: string
  /** The open connections; there is no set when `clientTracking` is `false`. */
  declare clients: Set<InstanceType<Socket>>
  #server: HttpServer | undefined
  #stopListening: (() => void) | undefined
  #state: 'running' | 'closing' | 'closed' = 'running'
  #closesWithLastClient = false
  /** One listener for all connections: one of its own would cost each 100 bytes. */
  readonly #forget: (this: WebSocket) => void

  /**
   * @param callback Called when the server of `port` listens.
   * @throws {TypeError} unless there is one of `port`, `server` and `noServer`.
   */
  constructor(options: ServerOptions<Socket, Request> = {}, callback?: () => void) {
    super()
    this.options = withDefaults(options)
    const { port, host, backlog, server, noServer, clientTracking } = this.options
    if ([port != null, !!server, !!noServer].filter(Boolean).length !== 1) {
      throw new TypeError(
        'One and only one of the "port", "server", or "noServer" options must be specified',
      )
    }
    if (port != null) {
      this.#server = http.createServer(upgradeRequired)
      this.#server.listen(port, host, backlog, callback)
    } else if (server) {
      this.#server = server
    }
    if (clientTracking) this.clients = new Set()
    const departed = (websocket: InstanceType<Socket>): void => this.#departed(websocket)
    this.#forget = function () {
      departed(this as InstanceType<Socket>)
    }
    if (this.#server) {
      const accept = (websocket: InstanceType<Socket>, request: InstanceType<Request>): void =>
        void this.emit('connection', websocket, request)
      this.#stopListening = listen(this.#server, {
        listening: () => this.emit('listening'),
        error: (error: Error) => this.emit('error', error),
        upgrade: (request: InstanceType<Request>, socket: Duplex, head: Buffer) =>
          this.handleUpgrade(request, socket, head, accept),
      })
    }
  }

  /** @internal What programs are known to look at although it has no documentation. */
  get _server(): HttpServer | null {
    return this.#server ?? null
  }

  /** @throws {Error} when there is no server. */
  address(): AddressInfo | string | null {
    if (this.options.noServer) throw new Error('The server is operating in "noServer" mode')
    return this.#server?.address() ?? null
  }

  /** Takes no more connections; `close` comes when those that there are have ended. */
  close(callback?: (error?: Error) => void): void {
    if (this.#state === 'closed') {
      if (callback) this.once('close', () => callback(new Error('The server is not running')))
      process.nextTick(() => this.#emitClose())
      return
    }
    if (callback) this.once('close', callback)
    if (this.#state === 'closing') return
    this.#state = 'closing'
    const server = this.#server
    this.#stopListening?.()
    this.#server = this.#stopListening = undefined
    if (server && !this.options.server) server.close(() => this.#emitClose())
    else if (this.clients?.size) this.#closesWithLastClient = true
    else process.nextTick(() => this.#emitClose())
  }

  /** Whether a request is one for this server; to be overridden. */
  shouldHandle(request: InstanceType<Request>): boolean | Promise<boolean> {
    const { path } = this.options
    return !path || request.url!.split('?', 1)[0] === path
  }

  /**
   * Answers a request for an upgrade, and makes a WebSocket of its socket.
   * @param head What was read behind the request.
   */
  handleUpgrade(
    request: InstanceType<Request>,
    socket: Duplex,
    head: Buffer,
    callback: (websocket: InstanceType<Socket>, request: InstanceType<Request>) => void,
  ): void {
    socket.on('error', destroy)
    const upgrade = readRequest(request, this.options, () => this.shouldHandle(request))
    if ('status' in upgrade) {
      const { status, message, headers } = upgrade
      if (!upgrade.tells || this.listenerCount('wsClientError') === 0) {
        return refuse(socket, status, message, headers)
      }
      this.emit('wsClientError', new Error(message), socket, request)
      return
    }
    const complete = (): void => this.#complete(upgrade, request, socket, head, callback)
    this.#verify(upgrade, request, socket, complete)
  }

  #verify(
    { version }: Upgrade,
    request: InstanceType<Request>,
    socket: Duplex,
    complete: () => void,
  ): void {
    const { verifyClient } = this.options
    if (!verifyClient) return complete()
    const { encrypted, authorized } = request.socket as { encrypted?: true; authorized?: boolean }
    const info = {
      origin: request.headers[version === 8 ? 'sec-websocket-origin' : 'origin'] as string,
      secure: !!(authorized || encrypted),
      req: request,
    }
    if (verifyClient.length === 2) {
      verifyClient(info, (verified, code = 401, message, headers) => {
        if (verified) complete()
        else refuse(socket, code || 401, message || undefined, headers)
      })
    } else if ((verifyClient as (one: typeof info) => boolean)(info)) {
      complete()
    } else {
      refuse(socket, 401)
    }
  }

  #complete(
    { key, protocols, extensions }: Upgrade,
    request: InstanceType<Request>,
    socket: Duplex,
    head: Buffer,
    callback: (websocket: InstanceType<Socket>, request: InstanceType<Request>) => void,
  ): void {
    // The client has gone already.
    if (!socket.readable || !socket.writable) return void socket.destroy()
    if (!claimSocket(socket)) {
      throw new Error(
        'server.handleUpgrade() was called more than once with the same socket, ' +
          'possibly due to a misconfiguration',
      )
    }
    if (this.#state !== 'running') return refuse(socket, 503)
    const Class = this.options.WebSocket as unknown as typeof WebSocket
    const websocket = new Class(null, undefined, this.options)
    const lines = [
      'HTTP/1.1 101 Switching Protocols',
      'Upgrade: websocket',
      'Connection: Upgrade',
      `Sec-WebSocket-Accept: ${acceptFor(key, ports)}`,
    ]
    const protocol = this.#chooseProtocol(protocols, request)
    if (protocol) {
      lines.push(`Sec-WebSocket-Protocol: ${protocol}`)
      websocket._protocol = protocol
    }
    if (Object.keys(extensions).length > 0) {
      lines.push(`Sec-WebSocket-Extensions: ${formatAnswer(extensions)}`)
      websocket._extensions = extensions
    }
    this.emit('headers', lines, request)
    if (isRecording()) noteHandshake(socket, requestHead(request), lines.join('\r\n'))
    socket.write(`${lines.join('\r\n')}\r\n\r\n`)
    socket.removeListener('error', destroy)
    websocket.setSocket(socket, head, this.options)
    if (this.clients) this.#track(websocket as InstanceType<Socket>)
    callback(websocket as InstanceType<Socket>, request)
  }

  #chooseProtocol(protocols: Set<string>, request: InstanceType<Request>): string | false {
    const [first] = protocols
    if (first === undefined) return false
    const { handleProtocols } = this.options
    return handleProtocols ? handleProtocols(protocols, request) : first
  }

  #track(websocket: InstanceType<Socket>): void {
    this.clients.add(websocket)
    websocket.on('close', this.#forget)
  }

  #departed(websocket: InstanceType<Socket>): void {
    this.clients.delete(websocket)
    if (this.#closesWithLastClient && this.clients.size === 0) {
      process.nextTick(() => this.#emitClose())
    }
  }

  #emitClose(): void {
    this.#state = 'closed'
    this.emit('close')
  }
}

/** Its listeners, typed. */
export interface WebSocketServer<
  Socket extends typeof WebSocket = typeof WebSocket,
  Request extends typeof IncomingMessage = typeof IncomingMessage,
> {
  on<Name extends keyof Told<Socket, Request>>(
    event: Name,
    listener: (
      this: WebSocketServer<Socket, Request>,
      ...args: Told<Socket, Request>[Name]
    ) => void,
  ): this
  on(
    event: string | symbol,
    listener: (this: WebSocketServer<Socket, Request>, ...args: AnyArguments) => void,
  ): this
  once<Name extends keyof Told<Socket, Request>>(
    event: Name,
    listener: (
      this: WebSocketServer<Socket, Request>,
      ...args: Told<Socket, Request>[Name]
    ) => void,
  ): this
  once(
    event: string | symbol,
    listener: (this: WebSocketServer<Socket, Request>, ...args: AnyArguments) => void,
  ): this
  off<Name extends keyof Told<Socket, Request>>(
    event: Name,
    listener: (
      this: WebSocketServer<Socket, Request>,
      ...args: Told<Socket, Request>[Name]
    ) => void,
  ): this
  off(
    event: string | symbol,
    listener: (this: WebSocketServer<Socket, Request>, ...args: AnyArguments) => void,
  ): this
  addListener<Name extends keyof Told<Socket, Request>>(
    event: Name,
    listener: (
      this: WebSocketServer<Socket, Request>,
      ...args: Told<Socket, Request>[Name]
    ) => void,
  ): this
  addListener(
    event: string | symbol,
    listener: (this: WebSocketServer<Socket, Request>, ...args: AnyArguments) => void,
  ): this
  removeListener<Name extends keyof Told<Socket, Request>>(
    event: Name,
    listener: (
      this: WebSocketServer<Socket, Request>,
      ...args: Told<Socket, Request>[Name]
    ) => void,
  ): this
  removeListener(
    event: string | symbol,
    listener: (this: WebSocketServer<Socket, Request>, ...args: AnyArguments) => void,
  ): this
}

type Told<Socket extends typeof WebSocket, Request extends typeof IncomingMessage> = ServerEvents<
  InstanceType<Socket>,
  InstanceType<Request>
>

function withDefaults<Options extends object>(
  options: Options & Pick<ServerOptions, 'perMessageDeflate'>,
): Options {
  const { perMessageDeflate = false } = options
  return {
    ...connectionDefaults,
    handleProtocols: null,
    clientTracking: true,
    verifyClient: null,
    noServer: false,
    backlog: null,
    server: null,
    host: null,
    path: null,
    port: null,
    WebSocket,
    ...options,
    perMessageDeflate: perMessageDeflate === true ? {} : perMessageDeflate,
  }
}

function listen(server: HttpServer, listeners: Listeners): () => void {
  const all = Object.entries(listeners) as [string, (...args: unknown[]) => void][]
  for (const [event, listener] of all) server.on(event, listener)
  return () => {
    for (const [event, listener] of all) server.removeListener(event, listener)
  }
}

/** Ordinary HTTP has no answer here but this. */
function upgradeRequired(
  ...[, response]: Parameters<Parameters<typeof http.createServer>[1] & object>
): void {
  const body = STATUS_CODES[426]!
  response.writeHead(426, { 'Content-Length': body.length, 'Content-Type': 'text/plain' })
  response.end(body)
}

function formatAnswer(extensions: Extensions): string {
  const answers = Object.entries(extensions).map(([name, { params }]) => [name, params])
  return extension.format(Object.fromEntries(answers) as never)
}

function destroy(this: Duplex): void {
  this.destroy()
}

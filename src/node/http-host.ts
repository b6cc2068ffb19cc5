import {
  createServer as createHttpServer,
  type IncomingMessage,
  type Server as HttpServer,
  type ServerOptions as HttpOptions,
  type ServerResponse,
} from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { Socket as NetSocket } from 'node:net'
import { Server as TlsServer, type SecureContextOptions, type TlsOptions } from 'node:tls'
import { formatRefusal, isUpgradeRequest, type Limits, type Refusal } from '../core/index.ts'
import { type ErrorCode, OptionError, TidewireError } from '../errors/index.ts'
import { deferred } from './deferred.ts'
import { isOn } from './fast-paths.ts'
import { FirstRequests, patience, readsSockets, type TakeUpgrade } from './first-request.ts'
import { endSocket } from './http-response.ts'
import { listensOnLoopback } from './loopback.ts'
import { expectProxyHeaders } from './proxy-protocol.ts'
import type { Host } from './server.ts'
import { requestHead } from './http-request.ts'

/** Where to listen: a TCP port, or the path of a Unix socket. */
export type ListenAddress =
  | { readonly port: number; readonly host: string }
  | { readonly path: string }

/** Milliseconds for a whole ordinary request, as Node has it by default. */
const requestTimeout = 300_000

/** An HTTP server of our own, with the limits of limits.md on what comes before a WebSocket. */
export class HttpHost implements Host {
  readonly http: HttpServer
  /** The address or the path of the Unix socket; known once it listens, and kept when it has stopped. */
  hostname = ''
  /** The TCP port; 0 on a Unix socket. */
  port = 0
  /** Takes the WebSocket server off the HTTP server. */
  detach: () => void = () => {}
  /** Told of a request that was refused before anyone else saw it. */
  refused: (code: ErrorCode) => void = () => {}
  /** Takes an upgrade that a connection began with. */
  upgrade: TakeUpgrade = () => {}
  readonly #secure: boolean
  readonly #limits: Limits
  /** Every connection, those in a TLS handshake as well, which `http.closeAllConnections` forgets. */
  readonly #transports = new Set<NetSocket>()
  /** The connections that HTTP is spoken on: over TLS, what is inside of it. */
  readonly #clients = new Set<NetSocket>()
  /** One listener for all of them: one of its own would cost each 0.4 KiB. */
  readonly #forget: (this: NetSocket) => void
  /** The latest response on a connection: they go out in order, so it is the last to be done. */
  readonly #responses = new WeakMap<NetSocket, ServerResponse>()
  #releasing = false

  /** @throws {OptionError} */
  constructor(tls: TlsOptions | undefined, limits: Limits, proxyProtocol: boolean) {
    this.#secure = tls !== undefined
    this.#limits = limits
    this.http = tls
      ? createSecure(tls, httpOptions(limits), limits)
      : createHttpServer(httpOptions(limits))
    const event = tls ? 'secureConnection' : 'connection'
    if (isOn('first-request') && readsSockets) {
      new FirstRequests(this.http, event, limits, (...upgrade) => this.upgrade(...upgrade)).begin()
    }
    if (proxyProtocol) expectProxyHeaders(this.http, limits.handshakeTimeout)
    // One more than is allowed, so that it shows when there are too many.
    this.http.maxHeadersCount = limits.headFields + 1
    this.http.on('clientError', (error, socket) => this.#refuse(error, socket as NetSocket))
    const sets = [this.#transports, this.#clients]
    this.#forget = function () {
      for (const set of sets) set.delete(this)
    }
    this.http.on('connection', (socket: NetSocket) => this.#keep(this.#transports, socket))
    this.http.on(event, (socket: NetSocket) => this.#keep(this.#clients, socket))
    this.http.on('request', ({ socket }, response) => {
      this.#responses.set(socket, response)
      response.on('close', () => this.#releasing && this.#closeUnused())
    })
  }

  /** @throws {TidewireError} `ERR_LISTEN`. */
  listen(address: ListenAddress): Promise<void> {
    const { promise, resolve, reject } = deferred<void>()
    const onError = (cause: NodeJS.ErrnoException): void =>
      reject(new TidewireError('ERR_LISTEN', listenFault(address, cause), { cause }))
    this.http.once('error', onError)
    this.http.listen(address, () => {
      this.http.off('error', onError)
      const bound = this.http.address()
      this.port = typeof bound === 'object' ? (bound?.port ?? 0) : 0
      this.hostname = 'path' in address ? address.path : address.host
      resolve()
    })
    return promise
  }

  /** @throws {OptionError} */
  renewCertificate(tls: SecureContextOptions): void {
    if (!(this.http instanceof TlsServer)) {
      throw new OptionError('tls', tls, 'nothing: this server was started without TLS')
    }
    try {
      this.http.setSecureContext(tls)
    } catch (error) {
      throw badCertificate(tls, error)
    }
  }

  #keep(sockets: Set<NetSocket>, socket: NetSocket): void {
    // One that was given back to HTTP comes a second time.
    if (sockets.has(socket)) return
    if (!this.#transports.has(socket)) socket.on('close', this.#forget)
    sockets.add(socket)
  }

  get loopback(): boolean {
    return listensOnLoopback(this.http)
  }

  get url(): string {
    const scheme = this.#secure ? 'https' : 'http'
    if (this.port === 0) return `${scheme}+unix:${this.hostname}`
    const host = this.hostname.includes(':') ? `[${this.hostname}]` : this.hostname
    return `${scheme}://${host}:${this.port}/`
  }

  /** Whether a response on `socket` is not finished, so that no other bytes may be written there. */
  isAnswering(socket: NetSocket): boolean {
    return this.#responses.get(socket)?.writableFinished === false
  }

  release(): Promise<void> {
    this.detach()
    const { promise, resolve } = deferred<void>()
    this.http.close(() => resolve())
    this.#releasing = true
    this.#closeUnused()
    return promise
  }

  destroyRest(): void {
    for (const socket of this.#transports) socket.destroy()
  }

  /**
   * Ends the connections without a request in progress. Node's `closeIdleConnections` leaves those that
   * never had one, as browsers open them ahead of need.
   */
  #closeUnused(): void {
    for (const socket of this.#clients) {
      // What has been ended already has an answer under way that its client should see.
      if (!this.isAnswering(socket) && !socket.writableEnded) socket.destroySoon()
    }
  }

  /** A request that Node's parser does not let through. */
  #refuse(error: NodeJS.ErrnoException, socket: NetSocket): void {
    // Of what follows a refused head every chunk is another error.
    if (socket.writableEnded && !socket.destroyed) return
    const begun = this.#responses.get(socket)?.headersSent && this.isAnswering(socket)
    const fault = refusalOf(error)
    if (begun || !fault || !socket.writable) return void socket.destroy()
    this.refused(fault.code)
    endSocket(socket, formatRefusal(fault), this.#limits.closeTimeout)
  }
}

interface NewerOptions extends HttpOptions {
  /** In newer versions of Node: whether an offer to upgrade is taken up. Before, every offer comes as one. */
  shouldUpgradeCallback: (request: IncomingMessage) => boolean
}

function httpOptions(limits: Limits): NewerOptions {
  // Node looks for late requests this often, and may get a connection that late.
  const interval = Math.max(1, Math.min(1000, Math.floor(limits.handshakeTimeout / 10)))
  const late = interval + 2 * patience(limits)
  const headersTimeout = Math.max(1, limits.handshakeTimeout - late)
  return {
    maxHeaderSize: limits.head,
    headersTimeout,
    requestTimeout: Math.max(requestTimeout, headersTimeout),
    connectionsCheckingInterval: interval,
    shouldUpgradeCallback: (request) => isUpgradeRequest(requestHead(request).fields),
  }
}

function createSecure(tls: TlsOptions, options: HttpOptions, limits: Limits): HttpServer {
  const own = { handshakeTimeout: limits.handshakeTimeout, ALPNProtocols: ['http/1.1'] }
  try {
    return createHttpsServer({ ...own, ...tls, ...options })
  } catch (error) {
    throw badCertificate(tls, error)
  }
}

function badCertificate(tls: object, error: unknown): OptionError {
  return new OptionError('tls', tls, `a certificate and its key (${(error as Error).message})`)
}

/** The answer to what Node's parser does not let through; `undefined` where there is none. */
function refusalOf({ code = '', message }: NodeJS.ErrnoException): Refusal | undefined {
  if (code === 'HPE_HEADER_OVERFLOW') {
    const body = 'the request head is over the limit'
    return { code: 'ERR_HANDSHAKE_HEAD_SIZE', status: 431, fields: [], body }
  }
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    const body = 'the request was not complete in time'
    return { code: 'ERR_HANDSHAKE_TIMEOUT', status: 408, fields: [], body }
  }
  if (!code.startsWith('HPE_')) return undefined
  const body = `this is not an HTTP request that can be read: ${message}`
  return { code: 'ERR_HANDSHAKE_HEAD', status: 400, fields: [], body }
}

/** Why a server cannot listen, in words. */
export function listenFault(
  address: ListenAddress,
  { code, message }: NodeJS.ErrnoException,
): string {
  const where = 'path' in address ? address.path : `${address.host} port ${address.port}`
  if (code === 'EADDRINUSE') return `cannot listen on ${where}: it is in use by another program`
  if (code === 'EACCES') return `cannot listen on ${where}: this user may not`
  if (code === 'EADDRNOTAVAIL') return `cannot listen on ${where}: this machine has no such address`
  return `cannot listen on ${where}: ${message}`
}

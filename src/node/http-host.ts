import {
  createServer as createHttpServer,
  type Server as HttpServer,
  type ServerOptions as HttpOptions,
} from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { Socket as NetSocket } from 'node:net'
import type { TlsOptions } from 'node:tls'
import { formatRefusal, type Limits, type Refusal } from '../core/index.ts'
import { TidewireError } from '../errors/index.ts'
import { deferred } from './deferred.ts'
import { endSocket } from './http-response.ts'
import type { Host } from './server.ts'

/** Where to listen: a TCP port, or the path of a Unix socket. */
export type ListenAddress =
  | { readonly port: number; readonly host: string }
  | { readonly path: string }

/** An HTTP server of our own, with the limits of limits.md on what comes before a WebSocket. */
export class HttpHost implements Host {
  readonly http: HttpServer
  /** The address or the path of the Unix socket; known once it listens, and kept when it has stopped. */
  hostname = ''
  /** The TCP port; 0 on a Unix socket. */
  port = 0
  /** Takes the WebSocket server off the HTTP server. */
  detach: () => void = () => {}
  readonly #secure: boolean
  readonly #limits: Limits
  /** Every connection, those in a TLS handshake as well, which `http.closeAllConnections` forgets. */
  readonly #sockets = new Set<NetSocket>()

  constructor(tls: TlsOptions | undefined, limits: Limits) {
    // Node looks for late requests this often, so the deadline is that much earlier.
    const interval = Math.max(1, Math.min(1000, Math.floor(limits.handshakeTimeout / 10)))
    const options: HttpOptions = {
      maxHeaderSize: limits.head,
      headersTimeout: limits.handshakeTimeout - interval,
      connectionsCheckingInterval: interval,
    }
    this.http = tls
      ? createHttpsServer({
          handshakeTimeout: limits.handshakeTimeout,
          ALPNProtocols: ['http/1.1'],
          ...tls,
          ...options,
        })
      : createHttpServer(options)
    // One more than is allowed, so that it shows when there are too many.
    this.http.maxHeadersCount = limits.headFields + 1
    this.#secure = tls !== undefined
    this.#limits = limits
    this.http.on('clientError', (error, socket) => this.#refuse(error, socket as NetSocket))
    this.http.on('connection', (socket: NetSocket) => {
      this.#sockets.add(socket)
      socket.once('close', () => this.#sockets.delete(socket))
    })
  }

  /** @throws {TidewireError} `ERR_LISTEN`. */
  listen(address: ListenAddress): Promise<void> {
    const { promise, resolve, reject } = deferred<void>()
    this.http.once('error', (cause: NodeJS.ErrnoException) =>
      reject(new TidewireError('ERR_LISTEN', listenFault(address, cause), { cause })),
    )
    this.http.listen(address, () => {
      const bound = this.http.address()
      this.port = typeof bound === 'object' ? (bound?.port ?? 0) : 0
      this.hostname = 'path' in address ? address.path : address.host
      resolve()
    })
    return promise
  }

  get url(): string {
    const scheme = this.#secure ? 'https' : 'http'
    if (this.port === 0) return `${scheme}+unix:${this.hostname}`
    const host = this.hostname.includes(':') ? `[${this.hostname}]` : this.hostname
    return `${scheme}://${host}:${this.port}/`
  }

  release(): Promise<void> {
    this.detach()
    const { promise, resolve } = deferred<void>()
    this.http.close(() => resolve())
    this.http.closeIdleConnections()
    return promise
  }

  destroyRest(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  /** A request that Node's parser does not let through. */
  #refuse(error: NodeJS.ErrnoException, socket: NetSocket): void {
    if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy()
    const refusal = refusals[error.code ?? ''] ?? {
      ...malformed,
      body: `${malformed.body}: ${error.message}`,
    }
    endSocket(socket, formatRefusal(refusal), this.#limits.closeTimeout)
  }
}

const malformed: Refusal = {
  code: 'ERR_HANDSHAKE_HEAD',
  status: 400,
  fields: [],
  body: 'this is not an HTTP request that can be read',
}

const refusals: Readonly<Record<string, Refusal>> = {
  HPE_HEADER_OVERFLOW: {
    code: 'ERR_HANDSHAKE_HEAD_SIZE',
    status: 431,
    fields: [],
    body: 'the request head is over the limit',
  },
  ERR_HTTP_REQUEST_TIMEOUT: {
    code: 'ERR_HANDSHAKE_TIMEOUT',
    status: 408,
    fields: [],
    body: 'the request was not complete in time',
  },
}

function listenFault(address: ListenAddress, { code, message }: NodeJS.ErrnoException): string {
  const where = 'path' in address ? address.path : `${address.host} port ${address.port}`
  if (code === 'EADDRINUSE') return `cannot listen on ${where}: it is in use by another program`
  if (code === 'EACCES') return `cannot listen on ${where}: this user may not`
  if (code === 'EADDRNOTAVAIL') return `cannot listen on ${where}: this machine has no such address`
  return `cannot listen on ${where}: ${message}`
}

import type { IncomingMessage, ServerResponse } from 'node:http'
import type { TlsOptions } from 'node:tls'
import { checkInteger, type Limits, resolveLimits } from '../core/index.ts'
import { TidewireError } from '../errors/index.ts'
import { join } from './attach.ts'
import { HttpHost } from './http-host.ts'
import { HttpRequest, pathOf } from './http-request.ts'
import { sendResponse } from './http-response.ts'
import { Server, serverOptionNames, type ServerOptions } from './server.ts'

export interface ServeOptions<Data = unknown> extends ServerOptions<Data> {
  /** TCP port; 0, the default, picks a free one. */
  port?: number
  /** Address to listen on. Default `127.0.0.1`: nothing but this machine can connect. */
  hostname?: string
  /** Path of a Unix socket to listen on, in place of `port` and `hostname`. */
  unix?: string
  /** Certificate, key and so on: serves `https:` and `wss:`. */
  tls?: TlsOptions
  /**
   * Answers ordinary HTTP. Without it a request is told that WebSockets are served here (426), or that
   * there is nothing at its path (404).
   */
  request?(request: HttpRequest): Response | Promise<Response>
}

const serveOptionNames = [...serverOptionNames, 'port', 'hostname', 'unix', 'tls', 'request']

/** A server with an address of its own. */
export class ListeningServer<Data = unknown> extends Server<Data> {
  readonly #host: HttpHost

  /** @internal `serve` makes these. */
  constructor(options: ServeOptions<Data>, host: HttpHost) {
    super(options, host, serveOptionNames)
    this.#host = host
  }

  /** The address it listens on; the path of a Unix socket. */
  get hostname(): string {
    return this.#host.hostname
  }

  /** The TCP port; 0 on a Unix socket. */
  get port(): number {
    return this.#host.port
  }

  /** Where ordinary HTTP is answered; with `ws` in place of `http`, where WebSockets are. */
  get url(): string {
    return this.#host.url
  }
}

/**
 * Starts a server that speaks WebSocket and ordinary HTTP on one port.
 * @returns The server, once it accepts connections.
 * @throws {OptionError} for an option outside its range.
 * @throws {TidewireError} `ERR_LISTEN` when the address cannot be listened on.
 */
export async function serve<Data = unknown>(
  options: ServeOptions<Data> = {},
): Promise<ListeningServer<Data>> {
  const { port = 0, hostname = '127.0.0.1', unix, tls, limits } = options
  checkInteger('port', port, 0, 65_535)
  const host = new HttpHost(tls, resolveLimits(limits))
  const server = new ListeningServer(options, host)
  host.detach = join(host.http, server)
  host.http.on('request', (request, response) => void answer(server, options, request, response))
  await host.listen(unix === undefined ? { port, host: hostname } : { path: unix })
  return server
}

/** Answers an ordinary request. Whatever the program throws becomes a 500 and is reported. */
async function answer<Data>(
  server: ListeningServer<Data>,
  options: ServeOptions<Data>,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  try {
    const early = tooLarge(incoming, server.limits)
    const response = early ?? (await options.request?.(new HttpRequest(incoming)))
    await sendResponse(outgoing, response ?? noHandler(server.path, incoming))
  } catch (error) {
    // The client has gone: there is nobody to answer, and nothing went wrong here.
    if (incoming.socket.destroyed) return
    const status = error instanceof TidewireError && error.code === 'ERR_BODY_TOO_LARGE' ? 413 : 500
    if (status === 500) server.report(error)
    if (outgoing.headersSent) return void outgoing.destroy()
    await sendResponse(outgoing, new Response(`${failures[status]}\n`, { status }))
  }
}

const failures = {
  413: 'the request body is too large',
  500: 'the server failed while it answered this request',
}

/** The limits on heads hold for ordinary requests too. */
function tooLarge({ url = '', rawHeaders }: IncomingMessage, limits: Limits): Response | undefined {
  if (url.length > limits.target) {
    return new Response(`the request target is over ${limits.target} bytes\n`, { status: 414 })
  }
  if (rawHeaders.length / 2 > limits.headFields) {
    return new Response(`the request has over ${limits.headFields} fields\n`, { status: 431 })
  }
  return undefined
}

function noHandler(path: string | undefined, incoming: IncomingMessage): Response {
  if (path !== undefined && path !== pathOf(incoming)) {
    return new Response('there is nothing at this path\n', { status: 404 })
  }
  // RFC 9110 §15.5.22.
  const headers = { Connection: 'Upgrade', Upgrade: 'websocket', 'Sec-WebSocket-Version': '13' }
  return new Response('a WebSocket is served here: ask for an upgrade\n', { status: 426, headers })
}

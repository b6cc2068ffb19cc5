import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket as NetSocket } from 'node:net'
import type { SecureContextOptions, TlsOptions } from 'node:tls'
import { checkHost, checkInteger, type RequestHead } from '../core/index.ts'
import { OptionError, TidewireError } from '../errors/index.ts'
import { join, turnAway } from './attach.ts'
import { checkInspectOptions, inspect, type InspectOptions } from './inspect.ts'
import type { Inspector } from './inspector/inspector.ts'
import { checkFunctions, connectionLimits } from './connection-options.ts'
import { readsSockets } from './first-request.ts'
import { HttpHost } from './http-host.ts'
import { HttpRequest, pathOf, requestHead } from './http-request.ts'
import { sendResponse } from './http-response.ts'
import { serverOptionNames, type ServerOptions } from './server-options.ts'
import { Server } from './server.ts'

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
   * Whether a proxy in front begins each connection with a PROXY header (version 1 or 2), as HAProxy,
   * nginx and the load balancers of clouds can. A connection without one is destroyed. Default `false`. Not for
   * TLS on a Unix socket.
   */
  proxyProtocol?: boolean
  /**
   * Inspects the server from its start, and prints the URL of the inspector's page to stderr, unless `print`
   * is `false`; see `inspect`.
   * Default `false`.
   */
  inspect?: InspectOptions | boolean
  /**
   * Answers ordinary HTTP. Without it a request is told that WebSockets are served here (426), or that
   * there is nothing at its path (404).
   */
  request?(request: HttpRequest): Response | Promise<Response>
}

const serveOptionNames = [
  ...serverOptionNames,
  'port',
  'hostname',
  'unix',
  'tls',
  'proxyProtocol',
  'inspect',
  'request',
]

/** A server with an address of its own. */
export class ListeningServer<Data = unknown> extends Server<Data> {
  readonly #host: HttpHost
  /** @internal */
  inspected: Inspector | undefined

  /** @internal `serve` makes these. */
  constructor(options: ServeOptions<Data>, host: HttpHost) {
    super(options, host, serveOptionNames)
    checkFunctions(options, ['request'])
    this.#host = host
  }

  /** With the option `inspect`: its inspector. */
  get inspector(): Inspector | undefined {
    return this.inspected
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

  /**
   * Has another certificate and key from here on, as when they were renewed. Connections that are open go
   * on with the one they have.
   * @throws {OptionError} when they cannot be used; then nothing has changed.
   */
  renewCertificate(tls: SecureContextOptions): void {
    this.#host.renewCertificate(tls)
  }

  /** @internal */
  override isAnswering(socket: NetSocket): boolean {
    return this.#host.isAnswering(socket)
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
  const { port = 0, hostname = '127.0.0.1', unix, tls, proxyProtocol = false } = options
  checkInteger('port', port, 0, 65_535)
  checkText('hostname', hostname, 'a host name or an address')
  if (unix !== undefined) checkText('unix', unix, 'the path of a Unix socket')
  if (typeof proxyProtocol !== 'boolean') {
    throw new OptionError('proxyProtocol', proxyProtocol, 'true or false')
  }
  if (proxyProtocol && !readsSockets) {
    const reason = 'false on Bun, whose HTTP server does not read through sockets of node:net'
    throw new OptionError('proxyProtocol', proxyProtocol, reason)
  }
  if (proxyProtocol && tls && unix !== undefined) {
    const reason =
      'false for TLS on a Unix socket, where nothing tells which connection a header was of'
    throw new OptionError('proxyProtocol', proxyProtocol, reason)
  }
  const inspected = checkInspectOptions(options.inspect === true ? {} : options.inspect || {})
  const host = new HttpHost(tls, connectionLimits(options), proxyProtocol)
  const server = new ListeningServer(options, host)
  host.detach = join(host.http, server)
  host.upgrade = (head, socket, rest) => {
    const { path = pathOf(head.target) } = server
    if (path === pathOf(head.target)) server.route(head, socket, rest)
    else turnAway(socket)
  }
  host.refused = (code) => server.counters.refused(code)
  host.http.on('request', (request, response) => void answer(server, options, request, response))
  if (options.inspect) server.inspected = await inspect(server, inspected)
  try {
    await host.listen(unix === undefined ? { port, host: hostname } : { path: unix })
  } catch (error) {
    await server.inspector?.close()
    throw error
  }
  // Such as EMFILE while accepting, after which Node goes on to listen.
  host.http.on('error', (error) => server.report(error))
  if (server.inspector && inspected.print !== false) {
    process.stderr.write(`tidewire inspector: ${server.inspector.url}\n`)
  }
  return server
}

function checkText(option: string, value: unknown, expected: string): void {
  if (typeof value !== 'string' || value === '') throw new OptionError(option, value, expected)
}

/** Answers an ordinary request. Whatever the program throws becomes a 500 and is reported. */
async function answer<Data>(
  server: ListeningServer<Data>,
  options: ServeOptions<Data>,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const head = requestHead(incoming)
  const request = new HttpRequest(head, incoming.socket, server.proxies, incoming)
  try {
    const early = refusal(head, server)
    const response = early ?? (await options.request?.(request))
    await sendResponse(outgoing, response ?? noHandler(server.path, head))
  } catch (error) {
    fail(server, error, outgoing)
  }
  request.answered()
}

/** The program could not answer, or not to the end. */
function fail<Data>(server: ListeningServer<Data>, error: unknown, outgoing: ServerResponse): void {
  if (outgoing.headersSent) {
    server.report(error)
    return void outgoing.destroy()
  }
  // The client has gone: there is nobody to answer, and nothing went wrong here.
  if (outgoing.destroyed) return
  const tooLarge = error instanceof TidewireError && error.code === 'ERR_BODY_TOO_LARGE'
  if (!tooLarge) server.report(error)
  outgoing.statusCode = tooLarge ? 413 : 500
  outgoing.setHeader('Content-Type', 'text/plain; charset=utf-8')
  const wrong = tooLarge ? error.message : 'the server failed while it answered this request'
  outgoing.end(`${wrong}\n`)
}

/** The limits on heads hold for ordinary requests too, and so do the names of the server. */
function refusal(
  { target, fields }: RequestHead,
  { limits, hosts }: Pick<Server, 'limits' | 'hosts'>,
): Response | undefined {
  const refuse = (status: number, wrong: string): Response =>
    new Response(`${wrong}\n`, { status, headers: { Connection: 'close' } })
  if (target.length > limits.target) {
    return refuse(414, `the request target is over ${limits.target} bytes`)
  }
  if (fields.size > limits.headFields) {
    return refuse(431, `the request has over ${limits.headFields} fields`)
  }
  // RFC 9112 §3.2. It becomes part of `request.url`, whose path a slash in here would change.
  const host = fields.get('host')
  if (/[/?#@\\\s]/.test(host ?? '')) return refuse(400, 'Host is not a host and its port')
  const wrong = host === undefined ? undefined : checkHost(host, hosts)
  return wrong === undefined ? undefined : refuse(421, wrong)
}

function noHandler(path: string | undefined, { target }: RequestHead): Response {
  if (path !== undefined && path !== pathOf(target)) {
    return new Response('there is nothing at this path\n', { status: 404 })
  }
  // RFC 9110 §15.5.22.
  const headers = { Connection: 'Upgrade', Upgrade: 'websocket', 'Sec-WebSocket-Version': '13' }
  return new Response('a WebSocket is served here: ask for an upgrade\n', { status: 426, headers })
}

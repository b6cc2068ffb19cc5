import { type IncomingMessage, Server as HttpServer, ServerResponse } from 'node:http'
import { Server as NetServer, type Socket as NetSocket } from 'node:net'
import { formatRefusal, isUpgradeRequest, type Refusal } from '../core/index.ts'
import { OptionError } from '../errors/index.ts'
import { pathOf } from './http-request.ts'
import { endSocket } from './http-response.ts'
import { listensOnLoopback } from './loopback.ts'
import type { ServerOptions } from './server-options.ts'
import { Server } from './server.ts'
import { requestHead } from './http-request.ts'

/** A server as its HTTP server needs it. */
type Attached = Pick<Server, 'path' | 'route' | 'isAnswering'>

/** The servers that share an HTTP server, each with its path. */
const attached = new WeakMap<HttpServer, Set<Attached>>()

const refusalTimeout = 10_000

/**
 * Serves WebSockets on an HTTP server that exists: Express, Fastify, a bare `http.Server` or
 * `https.Server`. Several can share one, each with a `path` of its own, and so can other upgrade
 * listeners: what none of ours has the path for is left to them, or answered with 404 when there are
 * none. Ordinary requests are not touched.
 * @param httpServer `null` for none: upgrades are then given to `server.handleUpgrade`.
 * @throws {OptionError} for an option outside its range, or a path that is served already.
 */
export function attach<Data = unknown>(
  httpServer: HttpServer | null,
  options: ServerOptions<Data> = {},
): Server<Data> {
  // An Express app would pass for one: it has `on`, but never an upgrade.
  if (httpServer !== null && !isServer(httpServer)) {
    throw new OptionError('httpServer', httpServer, 'an http.Server or https.Server, or null')
  }
  const host = {
    get loopback() {
      return httpServer !== null && listensOnLoopback(httpServer)
    },
    release: () => {},
    leave: () => {},
    destroyRest: () => {},
  }
  const server = new Server(options, host)
  if (httpServer) host.release = join(httpServer, server)
  return server
}

/** An `https.Server` of Node is no `http.Server`, and an `http.Server` of Bun no `net.Server`. */
function isServer(value: object): boolean {
  return value instanceof NetServer || value instanceof HttpServer
}

/** Sends the upgrades of `httpServer` to `server`. @returns How to stop that. */
export function join(httpServer: HttpServer, server: Attached): () => void {
  const servers = attached.get(httpServer) ?? new Set()
  for (const { path } of servers) {
    if (path === server.path) {
      throw new OptionError('path', path, 'a path that no other server attached here has')
    }
  }
  servers.add(server)
  if (servers.size === 1) {
    attached.set(httpServer, servers)
    httpServer.on('upgrade', route)
  }
  return () => {
    servers.delete(server)
    if (servers.size > 0) return
    httpServer.off('upgrade', route)
    attached.delete(httpServer)
  }
}

/** The one upgrade listener that all attached servers share. */
function route(this: HttpServer, request: IncomingMessage, socket: NetSocket, head: Buffer): void {
  const asked = requestHead(request)
  const wanted = pathOf(asked.target)
  const servers = [...(attached.get(this) ?? [])]
  // What is still to be answered on this connection would land among the frames.
  if (servers.some((server) => server.isAnswering(socket))) return void socket.destroy()
  const server =
    servers.find(({ path }) => path === wanted) ?? servers.find(({ path }) => path === undefined)
  // Another upgrade listener may know what to do with what is not ours.
  const alone = this.listenerCount('upgrade') === 1
  if (!isUpgradeRequest(asked.fields)) {
    if (alone) giveBack(this, request, socket, head)
  } else if (server) {
    server.route(asked, socket, head, request)
  } else if (alone) {
    turnAway(socket)
  }
}

/** Nothing is served at the path that was asked for. */
export function turnAway(socket: NetSocket): void {
  socket.on('error', () => {})
  endSocket(socket, formatRefusal(notFound), refusalTimeout)
}

const notFound: Refusal = {
  code: 'ERR_HANDSHAKE_PATH',
  status: 404,
  fields: [],
  body: 'no WebSocket is served at this path',
}

/**
 * A request to upgrade to something else, such as `Upgrade: h2c` from curl, is ordinary HTTP to a server
 * that does not have it (RFC 9110 §7.8). Node has taken its parser off the socket by now: the request
 * is put back without the offer, and the socket is given to the HTTP server as if it were new.
 *
 * Newer versions of Node read the content of such a request themselves. One that has any is answered
 * here and now, and the connection ends behind it.
 */
function giveBack(
  httpServer: HttpServer,
  request: IncomingMessage,
  socket: NetSocket,
  head: Buffer,
): void {
  const { method, target, version, fields } = requestHead(request)
  const nodeReadsOn = !request.complete || request.readableLength > 0
  if (nodeReadsOn) return answerLast(httpServer, request, socket)
  const lines = [`${method} ${target} HTTP/${version}`]
  for (const [name, value] of fields) {
    const lower = name.toLowerCase()
    if (lower === 'connection') lines.push(`Connection: ${withoutOffer(value)}`)
    else if (lower !== 'upgrade') lines.push(`${name}: ${value}`)
  }
  socket.unshift(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), head]))
  httpServer.emit('encrypted' in socket ? 'secureConnection' : 'connection', socket)
}

function answerLast(httpServer: HttpServer, request: IncomingMessage, socket: NetSocket): void {
  const response = new ServerResponse(request)
  response.shouldKeepAlive = false
  response.assignSocket(socket)
  response.on('finish', () => socket.end())
  socket.on('error', () => {})
  httpServer.emit('request', request, response)
}

/** Connection without what belongs to the upgrade; `close`, for one, still counts. */
function withoutOffer(connection: string): string {
  const options = connection.split(',').map((option) => option.trim())
  return options.filter((option) => !/^(upgrade|http2-settings)$/i.test(option)).join(', ')
}

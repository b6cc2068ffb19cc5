import { type HttpRequest, type ListeningServer, serve, type ServeOptions } from '../node/index.ts'
import { PageFiles } from '../node/inspector/index.ts'
import { foreignOrigin, preflight, readableBy } from './cross-origin.ts'
import { Peers } from './peers.ts'
import { publishOverHttp } from './publish-over-http.ts'
import { json, methods, plain, webSocketOnly } from './responses.ts'
import { routeOf } from './routes.ts'
import type { ServerEvents } from './server-events.ts'

/** What the ready server keeps with a connection. */
export interface Peer {
  /** The topic it is a member of; `undefined` for an echo. */
  readonly topic: string | undefined
  /** The id that the live page chose, to ask about its connection by. */
  readonly id: string | undefined
}

export type ReadyServer = ListeningServer<Peer>

export type ReadyServerOptions = Pick<
  ServeOptions<Peer>,
  'port' | 'hostname' | 'tls' | 'hosts' | 'origins' | 'limits' | 'inspect'
>

/**
 * Starts the server that `tidewire serve` runs: topics over WebSocket, publishing over HTTP, an echo,
 * and the live page.
 * @param events Are told what happens to it, its errors as well, which are printed to stderr otherwise.
 */
export async function startReadyServer(
  options: ReadyServerOptions,
  events?: ServerEvents,
): Promise<ReadyServer> {
  const page = PageFiles.built()
  const peers = new Peers()
  const startedAt = Date.now()
  const { origins = 'same-origin' } = options
  const server: ReadyServer = await serve<Peer>({
    ...options,
    upgrade(request) {
      const route = routeOf(request.path)
      if (route?.kind === 'topic') return { topic: route.name, id: peerId(request) }
      if (route?.kind === 'echo') return { topic: undefined, id: peerId(request) }
      if (route?.kind === 'no-topic') return plain(400, route.fault)
      return plain(404, 'WebSockets are served at /topics/:name and /echo')
    },
    open(socket, handshake) {
      const { topic, id } = socket.data
      if (topic !== undefined) socket.subscribe(topic)
      if (id !== undefined) peers.add(id, socket, handshake)
      events?.opened(socket, handshake)
    },
    message(socket, message) {
      const { topic } = socket.data
      if (topic !== undefined) socket.publish(topic, message)
      // An echo to a peer that does not read would grow without end: it is not read either.
      else if (socket.send(message) === 'buffered') socket.pause()
    },
    drain: (socket) => socket.resume(),
    close(socket, outcome) {
      peers.remove(socket.data.id, socket)
      events?.closed(socket, outcome)
    },
    ...(events && { error: (socket, error) => events.failed(socket, error) }),
    request: async (request) => readableBy(request, origins, await answer(request)),
  })
  return server

  async function answer(request: HttpRequest): Promise<Response> {
    const route = routeOf(request.path)
    switch (route?.kind) {
      case 'health':
        return methods(request, ['GET', 'HEAD']) ?? json(health())
      case 'topics':
        return methods(request, ['GET', 'HEAD']) ?? json({ topics: server.topics })
      case 'echo':
        return methods(request, ['GET', 'HEAD']) ?? webSocketOnly()
      case 'topic':
        return answerTopic(request, route.name)
      case 'no-topic':
        return plain(400, route.fault)
      case 'peer':
        return methods(request, ['GET', 'HEAD']) ?? peers.describe(route.id)
      case 'ping':
        return methods(request, ['POST']) ?? foreignOrigin(request, origins) ?? peers.ping(route.id)
      default:
        return page.respond(request)
    }
  }

  async function answerTopic(request: HttpRequest, name: string): Promise<Response> {
    if (request.method === 'GET' || request.method === 'HEAD') return webSocketOnly()
    const allowed = ['GET', 'HEAD', 'POST']
    return (
      preflight(request, origins, allowed) ??
      methods(request, allowed) ??
      foreignOrigin(request, origins) ??
      publishOverHttp(server, name, request)
    )
  }

  function health(): object {
    return {
      status: 'ok',
      connections: server.sockets.size,
      topics: server.topics.length,
      uptime: Math.round((Date.now() - startedAt) / 100) / 10,
    }
  }
}

/** The id in `?peer=`: 16 to 64 characters that nobody else can guess. */
function peerId(request: HttpRequest): string | undefined {
  const id = request.searchParams.get('peer') ?? ''
  return /^[\w-]{16,64}$/.test(id) ? id : undefined
}

import { TidewireError } from '../errors/index.ts'
import type { Message } from '../core/index.ts'
import type { SendResult } from '../hub/index.ts'
import type { ServeOptions } from './serve-options.ts'
import type { ServerSocket, Wire } from './server-socket.ts'
import { type Accepted, Server } from './server.ts'

/** As much of Bun as is used here. */
interface BunRuntime {
  serve(options: object): BunServer
}

interface BunServer {
  readonly port: number
  readonly hostname: string
  upgrade(request: Request, options: object): boolean
  stop(abrupt?: boolean): Promise<void>
}

interface Attachment<Data> {
  readonly accepted: Accepted<Data>
  socket?: ServerSocket<Data>
}

interface BunSocket<Data> {
  readonly data: Attachment<Data>
  readonly readyState: number
  readonly remoteAddress: string
  binaryType: string
  /** @returns Bytes that were sent; -1 when they wait, 0 when they were dropped, or empty. */
  send(message: Message, compress?: boolean): number
  getBufferedAmount(): number
  close(code: number, reason: string): void
}

/**
 * Starts a server on Bun's own WebSockets, which are faster than those over its `node:http`: with the handlers of
 * `serve` on Node, as far as Bun has what they need. Topics are Tidewire's.
 * @returns The server, which accepts connections.
 * @throws {OptionError} for an option outside its range, or one that Bun has no means for.
 * @throws {TidewireError} `ERR_RUNTIME` on another runtime, `ERR_LISTEN` when the address cannot be listened on.
 */
export function serve<Data = unknown>(options: ServeOptions<Data> = {}): Promise<Server<Data>> {
  return new Promise((resolve) => resolve(start(options)))
}

function start<Data>(options: ServeOptions<Data>): Server<Data> {
  const { Bun: bun } = globalThis as { readonly Bun?: BunRuntime }
  const server = new Server(options, 'Bun', [])
  if (!bun)
    throw new TidewireError('ERR_RUNTIME', 'tidewire/bun needs Bun, and this is another runtime')
  const { port, hostname, limits, idleTimeout, slowConsumer } = server.settings
  const { tls, deflate = false } = options
  try {
    const listening = bun.serve({
      port,
      hostname,
      tls,
      fetch: (request: Request, self: BunServer) =>
        server.answer(request, (accepted) => upgrade(self, request, accepted)),
      websocket: {
        ...handlersOf(server, deflate),
        perMessageDeflate: deflate,
        maxPayloadLength: limits.message,
        backpressureLimit: limits.buffered,
        closeOnBackpressureLimit: slowConsumer === 'close',
        idleTimeout,
        sendPings: idleTimeout > 0,
      },
    })
    return server.listen({
      hostname,
      port: listening.port,
      stop: () => listening.stop(),
      destroy: () => void listening.stop(true),
    })
  } catch (cause) {
    const message = `cannot listen on ${hostname} port ${port}: ${(cause as Error).message}`
    throw new TidewireError('ERR_LISTEN', message, { cause })
  }
}

/** Without a subprotocol of ours Bun would answer with the first that was offered (RFC 6455 §4.2.2 item 5). */
function upgrade<Data>(
  self: BunServer,
  request: Request,
  accepted: Accepted<Data>,
): Response | undefined {
  const headers = { 'Sec-WebSocket-Protocol': accepted.protocol }
  const data: Attachment<Data> = { accepted }
  if (self.upgrade(request, { headers, data })) return undefined
  return new Response('this request cannot be upgraded\n', { status: 400 })
}

function handlersOf<Data>(server: Server<Data>, deflate: boolean): object {
  type Socket = BunSocket<Data>
  return {
    open(socket: Socket) {
      socket.binaryType = 'uint8array'
      const { data, remoteAddress } = socket
      data.socket = server.opened(wireOf(socket, deflate), data.accepted, remoteAddress)
    },
    message: ({ data }: Socket, message: Message) => server.message(data.socket!, message),
    drain: ({ data }: Socket) => server.drained(data.socket!),
    close({ data }: Socket, code: number, reason: string) {
      server.closed(data.socket!, code, reason)
    },
  }
}

function wireOf<Data>(socket: BunSocket<Data>, deflate: boolean): Wire {
  return {
    get bufferedAmount() {
      return socket.getBufferedAmount()
    },
    get readyState() {
      return socket.readyState
    },
    send(message): SendResult {
      const sent = socket.send(message, deflate)
      if (sent < 0) return 'buffered'
      return sent > 0 || message.length === 0 ? 'sent' : 'dropped'
    },
    close: (code, reason) => socket.close(code, reason),
  }
}

import { CloseCode, type Message } from '../core/index.ts'
import { TidewireError } from '../errors/index.ts'
import type { SendResult } from '../hub/index.ts'
import type { ServeOptions } from './serve-options.ts'
import { type ServerSocket, utf8, type Wire } from './server-socket.ts'
import { type Accepted, Server } from './server.ts'

/** As much of Deno as is used here. */
interface DenoRuntime {
  serve(
    options: object,
    handler: (request: Request, info: { remoteAddr: { hostname?: string } }) => Promise<Response>,
  ): { readonly addr: { readonly port: number }; shutdown(): Promise<void> }
  upgradeWebSocket(
    request: Request,
    options: object,
  ): { readonly socket: DenoSocket; readonly response: Response }
}

interface DenoEvents {
  readonly open: unknown
  readonly message: { readonly data: string | ArrayBuffer }
  readonly error: unknown
  readonly close: { readonly code: number; readonly reason: string }
}

interface DenoSocket {
  binaryType: string
  readonly readyState: number
  readonly bufferedAmount: number
  addEventListener<Type extends keyof DenoEvents>(
    type: Type,
    listener: (event: DenoEvents[Type]) => void,
  ): void
  send(message: Message): void
  close(code: number, reason: string): void
}

/** Deno's WebSockets do not say when they have sent what waited, and compress as they like. */
const lacking = ['drain', 'deflate']

/**
 * Starts a server on Deno's own WebSockets: with the handlers of `serve` on Node, as far as Deno has what they
 * need. Topics are Tidewire's.
 * @returns The server, which accepts connections.
 * @throws {OptionError} for an option outside its range, or one that Deno has no means for.
 * @throws {TidewireError} `ERR_RUNTIME` on another runtime, `ERR_LISTEN` when the address cannot be listened on.
 */
export function serve<Data = unknown>(options: ServeOptions<Data> = {}): Promise<Server<Data>> {
  return new Promise((resolve) => resolve(start(options)))
}

function start<Data>(options: ServeOptions<Data>): Server<Data> {
  const { Deno: deno } = globalThis as { readonly Deno?: DenoRuntime }
  const server = new Server(options, 'Deno', lacking)
  if (!deno) {
    throw new TidewireError('ERR_RUNTIME', 'tidewire/deno needs Deno, and this is another runtime')
  }
  const { port, hostname } = server.settings
  const abort = new AbortController()
  const { signal } = abort
  try {
    const listening = deno.serve(
      { port, hostname, ...options.tls, signal, onListen() {} },
      (request, { remoteAddr }) =>
        server.answer(request, (accepted) => upgrade(deno, server, request, accepted, remoteAddr)),
    )
    return server.listen({
      hostname,
      port: listening.addr.port,
      stop: () => listening.shutdown(),
      destroy: () => abort.abort(),
    })
  } catch (cause) {
    const message = `cannot listen on ${hostname} port ${port}: ${(cause as Error).message}`
    throw new TidewireError('ERR_LISTEN', message, { cause })
  }
}

function upgrade<Data>(
  deno: DenoRuntime,
  server: Server<Data>,
  request: Request,
  accepted: Accepted<Data>,
  { hostname }: { hostname?: string },
): Response {
  const { idleTimeout, limits } = server.settings
  const { protocol } = accepted
  const options = { idleTimeout, ...(protocol !== '' && { protocol }) }
  const { socket: native, response } = deno.upgradeWebSocket(request, options)
  native.binaryType = 'arraybuffer'
  let socket: ServerSocket<Data> | undefined
  native.addEventListener('open', () => {
    socket = server.opened(wireOf(native, server), accepted, hostname)
  })
  native.addEventListener('message', ({ data }) => {
    // After our close frame nothing is read.
    if (native.readyState > 1) return
    const message = typeof data === 'string' ? data : new Uint8Array(data)
    if (!isOver(message, limits.message)) server.message(socket!, message)
    else native.close(CloseCode.messageTooBig, 'the message is over the limit')
  })
  // 'close' follows, and tells as much.
  native.addEventListener('error', () => {})
  native.addEventListener('close', ({ code, reason }) => {
    // Where there was no close frame Deno says 0.
    if (socket) server.closed(socket, code || CloseCode.abnormal, reason)
  })
  return response
}

/** Whether a message has more bytes; a character of a string is three at most. */
function isOver(message: Message, limit: number): boolean {
  if (typeof message !== 'string') return message.length > limit
  return message.length * 3 > limit && utf8.encodeUtf8(message).length > limit
}

/** Deno takes all it is given: what may wait is counted here. */
function wireOf<Data>(native: DenoSocket, { settings }: Server<Data>): Wire {
  return {
    get bufferedAmount() {
      return native.bufferedAmount
    },
    get readyState() {
      return native.readyState
    },
    send(message): SendResult {
      const { bufferedAmount } = native
      // One message always may wait, however large.
      if (bufferedAmount > 0 && bufferedAmount + message.length > settings.limits.buffered) {
        if (settings.slowConsumer === 'close')
          native.close(CloseCode.tryAgainLater, 'reads too slowly')
        return 'dropped'
      }
      native.send(message)
      return bufferedAmount > 0 ? 'buffered' : 'sent'
    },
    close: (code, reason) => native.close(code, reason),
  }
}

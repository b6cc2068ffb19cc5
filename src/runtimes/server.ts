import {
  checkClose,
  checkHost,
  checkInteger,
  CloseCode,
  draining,
  encodeReason,
  HeaderFields,
  isUpgradeRequest,
  type Message,
  readUpgradeRequest,
  type Refusal,
  type RequestHead,
} from '../core/index.ts'
import { type PublishResult, Topics } from '../hub/index.ts'
import { checkServeOptions, type ServeOptions, type Settings } from './serve-options.ts'
import { publish, ServerSocket, utf8, type Wire } from './server-socket.ts'

/** How `close` ends a server. */
export interface CloseOptions {
  /** The close code for every connection. Default 1001, going away. */
  code?: number
  /** Up to 123 bytes in UTF-8. */
  reason?: string
  /** Milliseconds until what is left is destroyed. Default 10,000. */
  timeout?: number
}

/** The server of the runtime. */
export interface Listener {
  readonly hostname: string
  readonly port: number
  /** Lets nothing new come; resolves when nothing is open. */
  stop(): Promise<void>
  /** Destroys what is open. */
  destroy(): void
}

/** A request that may become a WebSocket. */
export interface Accepted<Data> {
  readonly data: Data
  readonly protocol: string
}

type Runtime = 'Bun' | 'Deno'

/** A server on the WebSockets of the runtime: the handshake is judged here, the frames are the runtime's. */
export class Server<Data = unknown> implements AsyncDisposable {
  readonly #options: ServeOptions<Data>
  /** @internal */
  readonly settings: Settings
  readonly #sockets = new Set<ServerSocket<Data>>()
  readonly #topics = new Topics()
  readonly #url: URL
  #listener: Listener | undefined
  #closing: Promise<void> | undefined
  #departed: (() => void) | undefined

  /**
   * @internal `serve` makes servers.
   * @throws {OptionError}
   */
  constructor(options: ServeOptions<Data>, runtime: Runtime, lacking: readonly string[]) {
    this.settings = checkServeOptions(options, runtime, lacking)
    this.#options = options
    const { hostname } = this.settings
    const host = hostname.includes(':') ? `[${hostname}]` : hostname
    this.#url = new URL(`${options.tls ? 'https' : 'http'}://${host}/`)
  }

  /** @internal */
  listen(listener: Listener): this {
    this.#listener = listener
    this.#url.port = String(listener.port)
    return this
  }

  get hostname(): string {
    return this.settings.hostname
  }

  get port(): number {
    return this.#listener?.port ?? 0
  }

  /** Where ordinary HTTP is answered; with `ws` in place of `http`, where WebSockets are. */
  get url(): string {
    return this.#url.href
  }

  /** The open connections, those in their closing handshake included. */
  get sockets(): ReadonlySet<ServerSocket<Data>> {
    return this.#sockets
  }

  /** How many sockets are members of a topic. */
  subscriberCount(topic: string): number {
    return this.#topics.count(topic)
  }

  /**
   * Sends a message to every member of a topic.
   * @throws {LocalProtocolError} `ERR_TOPIC_NAME`.
   */
  publish(topic: string, message: Message | ArrayBuffer): PublishResult {
    return publish(this.#topics, topic, message)
  }

  /**
   * Ends the server: refuses upgrades with 503, closes every connection, and destroys what is left at the
   * deadline. Resolves when nothing is open any more.
   * @throws {LocalProtocolError} `ERR_CLOSE_CODE` or `ERR_CLOSE_REASON`.
   * @throws {OptionError} for a `timeout` that is none.
   */
  close(options: CloseOptions = {}): Promise<void> {
    const { code = CloseCode.goingAway, reason = '', timeout = 10_000 } = options
    checkClose(code, encodeReason(reason, utf8))
    checkInteger('timeout', timeout, 0, 2 ** 31 - 1)
    this.#closing ??= this.#close(code, reason, timeout)
    return this.#closing
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  async #close(code: number, reason: string, timeout: number): Promise<void> {
    // What a handler does on the way finds the server closing.
    await Promise.resolve()
    const listener = this.#listener!
    const late = setTimeout(() => {
      this.#sockets.clear()
      this.#departed?.()
      listener.destroy()
    }, timeout)
    for (const socket of this.#sockets) socket.close(code, reason)
    while (this.#sockets.size > 0) await new Promise<void>((go) => (this.#departed = go))
    await listener.stop()
    clearTimeout(late)
  }

  // ---- from the runtime

  /**
   * @internal Answers a request, or gives it to `accept` when it may become a WebSocket.
   * @returns What `accept` returned, or the answer.
   */
  async answer<Answer>(
    request: Request,
    accept: (accepted: Accepted<Data>) => Answer,
  ): Promise<Response | Answer> {
    try {
      const head = requestHead(request)
      if (isUpgradeRequest(head.fields)) return await this.#judge(request, head, accept)
      // DNS rebinding is about ordinary requests as well.
      const wrong = checkHost(head.fields.get('host') ?? '', this.settings.hosts)
      if (wrong !== undefined) return new Response(`${wrong}\n`, { status: 421 })
      return (await this.#options.request?.(request)) ?? this.#nothing(head)
    } catch (error) {
      this.#report(error)
      return refuse(failed)
    }
  }

  async #judge<Answer>(
    request: Request,
    head: RequestHead,
    accept: (accepted: Accepted<Data>) => Answer,
  ): Promise<Response | Answer> {
    const { path, origins = 'same-origin', protocols = [] } = this.#options
    if (this.#closing) return refuse(draining(10))
    if (path !== undefined && pathOf(head) !== path) return this.#nothing(head)
    const verdict = readUpgradeRequest(head, { hosts: this.settings.hosts, origins, protocols })
    if (!verdict.accepted) return refuse(verdict.refusal)
    const { protocol = '' } = verdict
    const answer = this.#options.upgrade?.(request)
    const data = await inTime(answer, this.settings.limits.handshakeTimeout)
    if (data === tooLate) return refuse(late)
    if (data instanceof Response) return data
    return this.#closing ? refuse(draining(10)) : accept({ data: data as Data, protocol })
  }

  #nothing(head: RequestHead): Response {
    const { path } = this.#options
    if (path !== undefined && pathOf(head) !== path) {
      return new Response('there is nothing at this path\n', { status: 404 })
    }
    // RFC 9110 §15.5.22.
    const headers = { Connection: 'Upgrade', Upgrade: 'websocket', 'Sec-WebSocket-Version': '13' }
    return new Response('a WebSocket is served here: ask for an upgrade\n', {
      status: 426,
      headers,
    })
  }

  /** @internal */
  opened(wire: Wire, accepted: Accepted<Data>, remoteAddress?: string): ServerSocket<Data> {
    // An IPv4 address on a socket that takes both kinds.
    const address = remoteAddress?.replace(/^::ffff:(?=\d)/, '')
    const socket = new ServerSocket<Data>(wire, this.#topics, {
      ...accepted,
      remoteAddress: address,
    })
    this.#sockets.add(socket)
    this.#call('open', socket)
    return socket
  }

  /** @internal */
  message(socket: ServerSocket<Data>, message: Message): void {
    this.#call('message', socket, message)
  }

  /** @internal */
  drained(socket: ServerSocket<Data>): void {
    this.#call('drain', socket)
  }

  /** @internal */
  closed(socket: ServerSocket<Data>, code: number, reason: string): void {
    this.#topics.leave(socket)
    this.#sockets.delete(socket)
    this.#departed?.()
    this.#call('close', socket, { code, reason, wasClean: code !== CloseCode.abnormal })
  }

  /** Keeps what goes wrong in a handler to its own socket. */
  #call(
    name: 'open' | 'message' | 'drain' | 'close',
    socket: ServerSocket<Data>,
    argument?: unknown,
  ): void {
    const handler = this.#options[name] as
      | ((socket: ServerSocket<Data>, argument: unknown) => unknown)
      | undefined
    const contain = (error: unknown): void => {
      this.#report(error, socket)
      socket.close(CloseCode.internalError)
    }
    try {
      const result = handler?.call(this.#options, socket, argument)
      if (result instanceof Promise) result.catch(contain)
    } catch (error) {
      contain(error)
    }
  }

  #report(error: unknown, socket?: ServerSocket<Data>): void {
    try {
      if (this.#options.error) this.#options.error(socket, error)
      else console.error('tidewire: a handler failed:', error)
    } catch (second) {
      console.error('tidewire: the error handler failed:', second)
    }
  }
}

function requestHead(request: Request): RequestHead {
  const { pathname, search } = new URL(request.url)
  const fields = new HeaderFields([...request.headers].flat())
  return { method: request.method, target: pathname + search, version: '1.1', fields }
}

const pathOf = ({ target }: RequestHead): string => target.split('?', 1)[0]!

const tooLate = Symbol('too late')

async function inTime<Value>(promised: Value, timeout: number): Promise<Awaited<Value> | symbol> {
  if (!(promised instanceof Promise)) return await promised
  let timer
  const late = new Promise<symbol>((resolve) => {
    timer = setTimeout(() => resolve(tooLate), timeout)
  })
  try {
    return await Promise.race([promised as Promise<Awaited<Value>>, late])
  } finally {
    clearTimeout(timer)
  }
}

const late: Refusal = {
  code: 'ERR_UPGRADE_TIMEOUT',
  status: 503,
  fields: [],
  body: 'the server took too long to decide about this request',
}

const failed: Refusal = {
  code: 'ERR_UPGRADE_FAILED',
  status: 500,
  fields: [],
  body: 'the server failed while it answered this request',
}

function refuse({ status, fields, body }: Refusal): Response {
  const headers = new Headers({ 'Content-Type': 'text/plain; charset=utf-8' })
  for (const [name, value] of fields) headers.append(name, value)
  return new Response(`${body}\n`, { status, headers })
}

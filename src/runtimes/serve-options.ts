import {
  checkInteger,
  checkServerPolicy,
  type HostPolicy,
  type Limits,
  type Message,
  type OriginPolicy,
  resolveLimits,
  type SubprotocolChoice,
} from '../core/index.ts'
import { OptionError } from '../errors/index.ts'
import type { CloseDetails, ServerSocket } from './server-socket.ts'

/** The limits that hold where the runtime reads and writes the frames. */
export type RuntimeLimits = Pick<Limits, 'message' | 'buffered' | 'handshakeTimeout'>

/**
 * What `serve` of `tidewire/bun` and `tidewire/deno` can be told: the options and handlers of `serve` on Node,
 * as far as the runtime has what they need. docs/runtimes.md says what it decides itself.
 */
export interface ServeOptions<Data = unknown> {
  /** TCP port; 0, the default, picks a free one. */
  port?: number
  /** Address to listen on. Default `127.0.0.1`. */
  hostname?: string
  /** Certificate and key in PEM: serves `https:` and `wss:`. */
  tls?: { readonly cert: string; readonly key: string }
  /** The path that is served, without a query. Default: every path. */
  path?: string
  /** Which names clients may call the server by, in Host. Default: on loopback its own names, else `'*'`. */
  hosts?: HostPolicy
  /** Which web pages may connect. Default `'same-origin'`. */
  origins?: OriginPolicy
  /** Subprotocols in order of preference, or a function that picks from those offered. Default none. */
  protocols?: SubprotocolChoice
  /**
   * `message`, `buffered` and `handshakeTimeout` as on Node. Deno has read a message when `message` is held
   * against its size, up to 64 MiB.
   */
  limits?: Partial<RuntimeLimits>
  /**
   * Who says nothing for `interval` and `timeout` together, in milliseconds, and answers no ping, is given up;
   * the runtime says when it pings. Default 20,000 each; whole seconds, at most 960 in sum. `false` for never.
   */
  heartbeat?: { readonly interval?: number; readonly timeout?: number } | false
  /** What happens when `limits.buffered` bytes wait for a peer. Default `close`. */
  slowConsumer?: 'close' | 'drop-newest'
  /** Whether messages are compressed, in the way of Bun. Bun only. Default `false`. */
  deflate?: boolean
  /** Answers ordinary HTTP. Without it a request is told that WebSockets are served here (426), or nothing (404). */
  request?(request: Request): Response | Promise<Response>
  /** Called for each request that may be upgraded: what it returns becomes `socket.data`; a `Response` refuses. */
  upgrade?(request: Request): Data | Response | Promise<Data | Response>
  /** The handshake is done. */
  open?(socket: ServerSocket<Data>): unknown
  message?(socket: ServerSocket<Data>, message: Message): unknown
  /** Everything that `send` reported as `buffered` has been sent. Bun only. */
  drain?(socket: ServerSocket<Data>): unknown
  /** The connection is over. */
  close?(socket: ServerSocket<Data>, details: CloseDetails): unknown
  /** A handler failed; `socket` is `undefined` when it was no socket's. Default: `console.error`. */
  error?(socket: ServerSocket<Data> | undefined, error: unknown): unknown
}

/** What is listened on, and how, once the options are checked. */
export interface Settings {
  readonly port: number
  readonly hostname: string
  readonly limits: RuntimeLimits
  /** Seconds; 0 for never. */
  readonly idleTimeout: number
  readonly slowConsumer: 'close' | 'drop-newest'
  readonly hosts: HostPolicy
}

const handlers = ['request', 'upgrade', 'open', 'message', 'drain', 'close', 'error']
const limitNames = ['message', 'buffered', 'handshakeTimeout']
const names = [
  'port',
  'hostname',
  'tls',
  'path',
  'hosts',
  'origins',
  'protocols',
  'limits',
  'heartbeat',
  'slowConsumer',
  'deflate',
  ...handlers,
]

const loopback = /^(localhost|::1|127\.[\d.]+)$/

/** The longest that Bun can wait. */
const mostIdle = 960

/**
 * Refuses what could never work, and what the runtime cannot do.
 * @param lacking Options that this runtime does not have.
 * @throws {OptionError}
 */
export function checkServeOptions<Data>(
  options: ServeOptions<Data>,
  runtime: string,
  lacking: readonly string[],
): Settings {
  checkNames(
    options,
    names.filter((name) => !lacking.includes(name)),
    '',
    runtime,
  )
  const { port = 0, hostname = '127.0.0.1', path, limits = {}, slowConsumer = 'close' } = options
  checkNames(limits, limitNames, 'limits.', runtime)
  checkInteger('port', port, 0, 65_535)
  if (typeof hostname !== 'string' || hostname === '') {
    throw new OptionError('hostname', hostname, 'a host name or an address')
  }
  if (path !== undefined && !/^\/[^?#\s]*$/.test(path)) {
    throw new OptionError('path', path, 'a path such as /chat, without a query')
  }
  if (slowConsumer !== 'close' && slowConsumer !== 'drop-newest') {
    throw new OptionError('slowConsumer', slowConsumer, `close or drop-newest on ${runtime}`)
  }
  for (const name of handlers) {
    const value: unknown = Reflect.get(options, name)
    if (value !== undefined && typeof value !== 'function') {
      throw new OptionError(name, value, 'a function')
    }
  }
  checkPolicies(options)
  const hosts = options.hosts ?? (loopback.test(hostname) ? [] : '*')
  const { origins = 'same-origin', protocols = [], heartbeat = {} } = options
  checkServerPolicy({ hosts, origins, protocols })
  const idleTimeout = secondsOf(heartbeat)
  return { port, hostname, limits: resolveLimits(limits), idleTimeout, slowConsumer, hosts }
}

function checkNames(
  given: object,
  known: readonly string[],
  prefix: string,
  runtime: string,
): void {
  for (const name of Object.keys(given)) {
    if (known.includes(name)) continue
    throw new OptionError('name', prefix + name, `on ${runtime} one of ${known.join(', ')}`)
  }
}

function checkPolicies({ hosts = [], origins = '*', protocols = [] }: ServeOptions): void {
  if (hosts !== '*' && !Array.isArray(hosts)) {
    throw new OptionError('hosts', hosts, "'*' or a list of names")
  }
  const isListOrFunction = (value: unknown): boolean =>
    Array.isArray(value) || typeof value === 'function'
  if (origins !== '*' && origins !== 'same-origin' && !isListOrFunction(origins)) {
    throw new OptionError('origins', origins, "'same-origin', '*', a list or a function")
  }
  if (!isListOrFunction(protocols)) {
    throw new OptionError('protocols', protocols, 'a list or a function')
  }
}

function secondsOf(heartbeat: Exclude<ServeOptions['heartbeat'], undefined>): number {
  if (heartbeat === false) return 0
  const { interval = 20_000, timeout = 20_000 } = heartbeat
  const most = mostIdle * 1000
  checkInteger('heartbeat.interval', interval, 1, most)
  checkInteger('heartbeat.timeout', timeout, 1, most - interval)
  return Math.ceil((interval + timeout) / 1000)
}

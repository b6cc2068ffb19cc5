import type { HostPolicy, OriginPolicy, SubprotocolChoice } from '../core/index.ts'
import { OptionError } from '../errors/index.ts'
import type { AdmissionOptions } from './admission.ts'
import type { Proxies } from './client-address.ts'
import {
  checkFunctions,
  type ConnectionOptions,
  connectionOptionNames,
} from './connection-options.ts'
import type { HttpRequest } from './http-request.ts'
import type { RateOptions } from './rate-limit.ts'
import type { ServerSocket } from './server-socket.ts'
import type { SocketHandlers } from './socket-events.ts'
import type { Handshake } from './upgrade-gate.ts'

const handlerNames = ['upgrade', 'open', 'message', 'drain', 'close', 'error', 'ping', 'pong']

/** What every way of serving WebSockets can be told. */
export interface ServerOptions<Data = unknown>
  extends ConnectionOptions, Omit<SocketHandlers<ServerSocket<Data>>, 'open'> {
  /** The path that is served, without a query. Default: every path. */
  path?: string
  /**
   * Which names clients may call the server by, in Host. Default: where it listens on loopback, `localhost`
   * and addresses, so that a page cannot have a name of its own point here (DNS rebinding); else `'*'`.
   */
  hosts?: HostPolicy
  /** Which web pages may connect. Default `'same-origin'`. */
  origins?: OriginPolicy
  /** How many connections and handshakes there may be. Default: no limit but the system's. */
  admission?: AdmissionOptions
  /** How much a connection may send in a second, and what becomes of the rest. Default: no limit. */
  rate?: RateOptions
  /**
   * The proxies in front that tell the address of a client, in X-Forwarded-For or Forwarded; a number is
   * that of their hops. Default 0: what a request says of its address is not believed.
   */
  proxies?: Proxies | number
  /** Subprotocols in order of preference, or a function that picks from those offered. Default none. */
  protocols?: SubprotocolChoice
  /**
   * Whether the drafts before RFC 6455 are spoken as well: versions 7 and 8, hixie-76 (hybi-00) and
   * hixie-75. Default `false`: see docs/legacy.md for why.
   */
  legacy?: boolean
  /**
   * Called for each request that could be upgraded. What it returns becomes `socket.data`; a `Response`
   * refuses. What the client sends meanwhile waits. It has `limits.handshakeTimeout`.
   */
  upgrade?(request: HttpRequest): Data | Response | Promise<Data | Response>
  /** The handshake is done. Messages come after this has returned. */
  open?(socket: ServerSocket<Data>, handshake: Handshake): unknown
}

/** The names in {@link ServerOptions}. */
export const serverOptionNames: readonly string[] = [
  ...connectionOptionNames,
  'path',
  'hosts',
  'origins',
  'admission',
  'rate',
  'proxies',
  'protocols',
  'legacy',
  ...handlerNames,
]

/**
 * Refuses what could never work; `checkServerPolicy` does so for what is in the lists.
 * @throws {OptionError}
 */
export function checkServerOptions<Data>(options: ServerOptions<Data>): void {
  checkPath(options.path)
  checkPolicy(options)
  checkFunctions(options, handlerNames)
}

type Policies = Pick<ServerOptions, 'hosts' | 'origins' | 'protocols' | 'legacy'>

function checkPolicy({ hosts = '*', origins, protocols, legacy = false }: Policies): void {
  if (hosts !== '*' && !Array.isArray(hosts)) {
    throw new OptionError('hosts', hosts, "'*' or a list of names")
  }
  if (typeof legacy !== 'boolean') throw new OptionError('legacy', legacy, 'true or false')
  const named = typeof origins === 'string' && ['same-origin', '*'].includes(origins)
  if (origins !== undefined && !named && !isListOrFunction(origins)) {
    throw new OptionError('origins', origins, "'same-origin', '*', a list or a function")
  }
  if (protocols !== undefined && !isListOrFunction(protocols)) {
    throw new OptionError('protocols', protocols, 'a list or a function')
  }
}

function isListOrFunction(value: unknown): boolean {
  return Array.isArray(value) || typeof value === 'function'
}

function checkPath(path: unknown): void {
  if (path === undefined) return
  if (typeof path !== 'string' || !/^\/[^?#\s]*$/.test(path)) {
    throw new OptionError('path', path, 'a path such as /chat, without a query')
  }
}

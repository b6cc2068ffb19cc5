import { isIP, type LookupFunction } from 'node:net'
import type { ConnectionOptions as NodeTlsOptions } from 'node:tls'
import { ClientHandshake, deflateOffers, HeaderFields, type Limits } from '../core/index.ts'
import { OptionError } from '../errors/index.ts'
import { type ConnectUrl, readConnectUrl } from './connect-url.ts'
import type { DeflateEndpoint } from './message-extensions.ts'
import { ports } from './ports.ts'

/**
 * Options of `tls.connect` for `wss:`, such as `ca`, `cert`, `key`, `servername`,
 * `rejectUnauthorized`, `minVersion`; not those that the URL decides.
 */
export type TlsOptions = Omit<
  NodeTlsOptions,
  'ALPNProtocols' | 'host' | 'port' | 'path' | 'socket' | 'lookup' | 'timeout' | 'allowHalfOpen'
>

/** How to open a WebSocket. */
export interface DialOptions {
  /** Subprotocols to offer, most wanted first. The server has to take one of them. Default none. */
  protocols?: readonly string[] | undefined
  /** Further header fields of the request; none that the handshake writes itself. */
  headers?: Iterable<readonly [string, string]> | Record<string, string | string[]> | undefined
  /** The value of Origin, as a browser would send it. Default none. */
  origin?: string | undefined
  tls?: TlsOptions | undefined
  /** A Unix socket to connect to; Host and path of the request are still those of the URL. */
  socketPath?: string | undefined
  /** Resolves the host name. Default `dns.lookup`. */
  lookup?: LookupFunction | undefined
}

/** The names in {@link DialOptions}. */
export const dialOptionNames: readonly (keyof DialOptions)[] = [
  'protocols',
  'headers',
  'origin',
  'tls',
  'socketPath',
  'lookup',
]

/** All that opening a WebSocket needs to know, checked. */
export interface DialRequest {
  readonly url: ConnectUrl
  readonly handshake: ClientHandshake
  /** What was offered to compress messages with. */
  readonly deflate: DeflateEndpoint | undefined
  /** Milliseconds for all of it. */
  readonly timeout: number
  readonly transport: TransportOptions
}

/** What `net.connect` and `tls.connect` are given. */
export type TransportOptions = NodeTlsOptions & { readonly allowHalfOpen: boolean }

/**
 * Reads URL and options; nothing is opened yet.
 * @throws {ConnectError} `ERR_CONNECT_URL`.
 * @throws {OptionError} when an option is outside its range.
 */
export function dialRequest(
  input: string | URL,
  options: DialOptions,
  limits: Limits,
  deflate?: DeflateEndpoint,
): DialRequest {
  const { protocols = [], origin, socketPath } = options
  const given = readConnectUrl(input)
  const url = socketPath === undefined ? given : { ...given, socketPath }
  if (!Array.isArray(protocols)) throw new OptionError('protocols', protocols, 'an array of tokens')
  const handshake = new ClientHandshake(
    {
      host: url.host,
      target: url.target,
      protocols,
      fields: requestFields(options.headers, url),
      extensions: deflate ? deflateOffers(deflate.settings) : [],
      limits,
      ...(origin === undefined ? {} : { origin }),
    },
    ports,
  )
  const timeout = limits.handshakeTimeout
  return { url, handshake, deflate, timeout, transport: transport(url, options) }
}

/** The caller's fields, and the credentials of the URL unless there are others. */
function requestFields(headers: DialOptions['headers'] = [], url: ConnectUrl): HeaderFields {
  const fields = HeaderFields.from(headers)
  if (url.authorization !== undefined && !fields.has('authorization')) {
    fields.append('Authorization', url.authorization)
  }
  return fields
}

function transport(url: ConnectUrl, { tls, lookup }: DialOptions): TransportOptions {
  const { hostname, port, socketPath } = url
  const place = socketPath === undefined ? { host: hostname, port } : { path: socketPath }
  return {
    // RFC 6066 §3: a server name is a host name, never an address.
    ...(url.secure && { servername: isIP(hostname) ? '' : hostname, ...tls }),
    ...(lookup && { lookup }),
    // RFC 7301: a server of several protocols must not choose HTTP/2, where there is no Upgrade.
    ALPNProtocols: ['http/1.1'],
    // When to end our side is the protocol's to decide, not the stream's (RFC 6455 §7.1.1).
    allowHalfOpen: true,
    ...place,
  }
}

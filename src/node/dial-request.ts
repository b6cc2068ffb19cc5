import { ClientHandshake, deflateOffers, HeaderFields, type Limits } from '../core/index.ts'
import { type ConnectUrl, readConnectUrl } from './connect-url.ts'
import { checkDialOptions, type DialOptions } from './dial-options.ts'
import { OptionError } from '../errors/index.ts'
import { environmentProxy, proxyByDefault } from './proxy-environment.ts'
import { type Proxy, readProxy } from './proxy.ts'
import type { DeflateEndpoint } from './message-extensions.ts'
import { ports } from './ports.ts'

/** All that opening a WebSocket needs to know, checked. */
export interface DialRequest {
  readonly url: ConnectUrl
  readonly proxy: Proxy | undefined
  readonly handshake: ClientHandshake
  /** What was offered to compress messages with. */
  readonly deflate: DeflateEndpoint | undefined
  readonly limits: Limits
  readonly options: DialOptions
}

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
  checkDialOptions(options)
  const { protocols = [], origin, socketPath } = options
  const given = readConnectUrl(input)
  const url = socketPath === undefined ? given : { ...given, socketPath }
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
  return { url, proxy: proxyFor(url, options), handshake, deflate, limits, options }
}

function proxyFor(url: ConnectUrl, { proxy = proxyByDefault() }: DialOptions): Proxy | undefined {
  if (proxy === false) return undefined
  if (proxy === 'environment') return environmentProxy(url)
  if (url.socketPath === undefined) return readProxy(proxy)
  throw new OptionError('proxy', '(given)', 'none for a Unix socket')
}

/** The caller's fields, and the credentials of the URL unless there are others. */
function requestFields(headers: DialOptions['headers'] = [], url: ConnectUrl): HeaderFields {
  const fields = HeaderFields.from(headers)
  if (url.authorization !== undefined && !fields.has('authorization')) {
    fields.append('Authorization', url.authorization)
  }
  return fields
}

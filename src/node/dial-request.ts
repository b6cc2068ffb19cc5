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
  /** The URLs that have redirected to this one, as error messages show them. */
  readonly via: readonly string[]
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
  via: readonly string[] = [],
): DialRequest {
  checkDialOptions(options)
  const { socketPath } = options
  const given = readConnectUrl(input)
  const url = socketPath === undefined ? given : { ...given, socketPath }
  const handshake = handshakeFor({ url, options, limits, deflate })
  return { url, proxy: proxyFor(url, options), handshake, deflate, limits, options, via }
}

/**
 * The same request with cookies.
 * @throws {OptionError} when they cannot be sent.
 */
export function withCookies(request: DialRequest, cookies: string): DialRequest {
  return { ...request, handshake: handshakeFor(request, cookies) }
}

function handshakeFor(
  { url, options, limits, deflate }: Pick<DialRequest, 'url' | 'options' | 'limits' | 'deflate'>,
  cookies?: string,
): ClientHandshake {
  const { protocols = [], origin, headers } = options
  return new ClientHandshake(
    {
      host: url.host,
      target: url.target,
      protocols,
      fields: requestFields(headers, url, cookies),
      extensions: deflate ? deflateOffers(deflate.settings) : [],
      limits,
      ...(origin === undefined ? {} : { origin }),
    },
    ports,
  )
}

function proxyFor(url: ConnectUrl, { proxy = proxyByDefault() }: DialOptions): Proxy | undefined {
  if (proxy === false) return undefined
  if (proxy === 'environment') return environmentProxy(url)
  if (url.socketPath === undefined) return readProxy(proxy)
  throw new OptionError('proxy', '(given)', 'none for a Unix socket')
}

/** The caller's fields, the credentials of the URL unless there are others, and the cookies of a jar. */
function requestFields(
  headers: DialOptions['headers'] = [],
  url: ConnectUrl,
  cookies?: string,
): HeaderFields {
  const given = HeaderFields.from(headers)
  if (url.authorization !== undefined && !given.has('authorization')) {
    given.append('Authorization', url.authorization)
  }
  if (cookies === undefined) return given
  // RFC 6265 §5.4: no more than one field Cookie.
  const fields = new HeaderFields()
  for (const [name, value] of given) {
    if (name.toLowerCase() !== 'cookie') fields.append(name, value)
  }
  fields.append('Cookie', [...given.all('cookie'), cookies].join('; '))
  return fields
}

import { ClientHandshake, deflateOffers, HeaderFields, type Limits } from '../core/index.ts'
import { type ConnectUrl, readConnectUrl } from './connect-url.ts'
import { checkDialOptions, type DialOptions } from './dial-options.ts'
import type { DeflateEndpoint } from './message-extensions.ts'
import { ports } from './ports.ts'

/** All that opening a WebSocket needs to know, checked. */
export interface DialRequest {
  readonly url: ConnectUrl
  readonly handshake: ClientHandshake
  /** What was offered to compress messages with. */
  readonly deflate: DeflateEndpoint | undefined
  /** Milliseconds for all of it. */
  readonly timeout: number
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
  return { url, handshake, deflate, timeout: limits.handshakeTimeout, options }
}

/** The caller's fields, and the credentials of the URL unless there are others. */
function requestFields(headers: DialOptions['headers'] = [], url: ConnectUrl): HeaderFields {
  const fields = HeaderFields.from(headers)
  if (url.authorization !== undefined && !fields.has('authorization')) {
    fields.append('Authorization', url.authorization)
  }
  return fields
}

import { checkExtraFields, HeaderFields } from '../core/index.ts'
import { OptionError } from '../errors/index.ts'
import { hostnameOf, type Place } from './connect-url.ts'
import type { DialOptions, TlsOptions } from './dial-options.ts'
import { type Credentials, credentialsOf } from './url-credentials.ts'

/** A proxy that opens the way to servers. */
export interface ProxyOptions {
  /**
   * `http://host:port` (HTTP CONNECT), `https://` (the same over TLS), `socks5://` or `socks5h://`, which
   * has the proxy resolve the server's name. A user name and a password in it are for the proxy alone.
   */
  url: string | URL
  /** For `https:`: TLS with the proxy itself. */
  tls?: TlsOptions | undefined
  /** For `http:` and `https:`: further header fields of the CONNECT request. */
  headers?: DialOptions['headers']
}

/** The same, read and checked. */
export interface Proxy extends Place {
  readonly protocol: 'http' | 'socks5'
  /** Whether it resolves the names of servers. */
  readonly resolves: boolean
  readonly credentials: Credentials | undefined
  readonly tls: TlsOptions | undefined
  readonly fields: HeaderFields
}

type Kind = Pick<Proxy, 'protocol' | 'resolves' | 'secure' | 'port'>

/** The ports are those that the schemes have; RFC 1928 §3: SOCKS is conventionally on 1080. */
const kinds: ReadonlyMap<string, Kind> = new Map([
  ['http:', { protocol: 'http', resolves: true, secure: false, port: 80 }],
  ['https:', { protocol: 'http', resolves: true, secure: true, port: 443 }],
  ['socks5:', { protocol: 'socks5', resolves: false, secure: false, port: 1080 }],
  ['socks5h:', { protocol: 'socks5', resolves: true, secure: false, port: 1080 }],
])

const expected = 'a URL such as http://host:3128, https://, socks5:// or socks5h://'

/** RFC 1929 §2: a byte says how long each of them is. */
const longestCredential = 255

/**
 * Reads what was said of a proxy.
 * @param name What it was said with: an option, or a variable of the environment.
 * @throws {OptionError} whose message does not repeat the URL, which may hold a password.
 */
export function readProxy(given: string | URL | ProxyOptions, name = 'proxy'): Proxy {
  const { url: input, tls, headers } = asOptions(given, name)
  const text = String(input)
  if (!URL.canParse(text)) throw new OptionError(name, '(not shown)', expected)
  const url = new URL(text)
  const kind = kinds.get(url.protocol)
  if (!kind) throw new OptionError(name, url.protocol, expected)
  if (url.hostname === '') throw new OptionError(name, '(no host)', expected)
  const credentials = credentialsOf(url)
  const fields = HeaderFields.from(headers ?? [])
  checkExtraFields(fields)
  if (kind.protocol === 'socks5') {
    if (fields.size > 0) throw new OptionError(`${name}.headers`, headers, 'none for SOCKS')
    if (credentials) checkCredentials(credentials, name)
  }
  const port = url.port === '' ? kind.port : Number(url.port)
  const hostname = hostnameOf(url)
  return { ...kind, hostname, port, socketPath: undefined, credentials, tls, fields }
}

function asOptions(given: string | URL | ProxyOptions, name: string): ProxyOptions {
  if (typeof given === 'string' || given instanceof URL) return { url: given }
  if (typeof given === 'object' && given !== null && 'url' in given) return given
  throw new OptionError(name, given, `${expected}, 'environment' or false`)
}

function checkCredentials({ username, password }: Credentials, name: string): void {
  for (const part of [username, password]) {
    const length = Buffer.byteLength(part)
    if (length >= 1 && length <= longestCredential) continue
    const range = 'a user name and a password of 1 to 255 bytes each (RFC 1929)'
    throw new OptionError(name, `(${length} bytes)`, range)
  }
}

import { isIP } from 'node:net'
import { ConnectError } from './connect-error.ts'
import { basic, credentialsOf, decoded } from './url-credentials.ts'

/** Where to connect to. */
export interface Place {
  /** Whether TLS is spoken there. */
  readonly secure: boolean
  /** The name or address to connect to; an IPv6 address without its brackets. */
  readonly hostname: string
  readonly port: number
  /** The Unix socket to connect to instead of host and port. */
  readonly socketPath: string | undefined
}

/** A WebSocket URL (RFC 6455 §3) in the parts that connecting needs. */
export interface ConnectUrl extends Place {
  /** The URL as the URL standard serializes it, with `ws:` or `wss:` as its scheme. */
  readonly href: string
  /** The same without user name and password. */
  readonly safeHref: string
  /** The value of Host. */
  readonly host: string
  /** The path and query to ask for. */
  readonly target: string
  /** The value of Authorization that the user name and password in the URL ask for. */
  readonly authorization: string | undefined
}

const schemes: ReadonlyMap<string, string> = new Map([
  ['ws:', 'ws:'],
  ['wss:', 'wss:'],
  ['http:', 'ws:'],
  ['https:', 'wss:'],
])
const unixScheme = 'ws+unix:'

/** Whether URLs of a scheme are those of WebSockets on a network. */
export function isWebSocketScheme(scheme: string): boolean {
  return schemes.has(scheme)
}

/**
 * Reads a URL: `ws:`, `wss:`, their likes `http:` and `https:`, or `ws+unix:/path/to.sock:/resource`.
 * @throws {ConnectError} `ERR_CONNECT_URL`. Its message does not repeat the URL, which may hold secrets.
 */
export function readConnectUrl(input: string | URL): ConnectUrl {
  const text = String(input)
  if (!URL.canParse(text)) throw urlError('it is not an absolute URL')
  const url = new URL(text)
  const scheme = url.protocol === unixScheme ? unixScheme : schemes.get(url.protocol)
  if (scheme === undefined) throw urlError(`its scheme is ${url.protocol}`)
  // WebSockets standard, "new WebSocket(url)": even an empty fragment is one. Everywhere else in a
  // serialized URL a `#` is percent-encoded.
  if (url.href.includes('#')) throw urlError('it has a fragment')
  return scheme === unixScheme ? unixUrl(url) : hostUrl(url, scheme)
}

function hostUrl(url: URL, scheme: string): ConnectUrl {
  url.protocol = scheme
  const secure = scheme === 'wss:'
  const { href, host, port, pathname, search } = url
  const credentials = credentialsOf(url)
  url.username = url.password = ''
  return {
    href,
    safeHref: url.href,
    secure,
    host,
    hostname: hostnameOf(url),
    port: port === '' ? (secure ? 443 : 80) : Number(port),
    socketPath: undefined,
    target: pathname + search,
    authorization: credentials && basic(credentials),
  }
}

/** The path of the socket and the resource are separated by a colon, as `ws` and nginx write them. */
function unixUrl(url: URL): ConnectUrl {
  const { href, pathname, search } = url
  const colon = pathname.indexOf(':')
  const path = decoded(colon < 0 ? pathname : pathname.slice(0, colon))
  const resource = colon < 0 ? '' : pathname.slice(colon + 1)
  if (path === '') throw urlError('it does not name a Unix socket')
  return {
    href,
    safeHref: href,
    secure: false,
    host: 'localhost',
    hostname: 'localhost',
    port: 80,
    socketPath: path,
    target: (resource || '/') + search,
    authorization: undefined,
  }
}

/** RFC 3986 §3.2.2: an IPv6 address stands in brackets, and only in a URL. */
export function hostnameOf({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, '')
}

/** Whether connecting begins with a look-up of the name. */
export function needsLookup({ hostname, socketPath }: Place): boolean {
  return socketPath === undefined && isIP(hostname) === 0
}

/** Where the connection goes, as an error message says it: no path and no query, which may be secret. */
export function placeOf({ hostname, port, socketPath }: Place): string {
  if (socketPath !== undefined) return socketPath
  return `${hostname.includes(':') ? `[${hostname}]` : hostname}:${port}`
}

function urlError(wrong: string): ConnectError {
  const expected = 'expected one such as wss://example.com/chat, without a fragment'
  return new ConnectError(
    'ERR_CONNECT_URL',
    `the URL cannot be connected to: ${wrong}; ${expected}`,
  )
}

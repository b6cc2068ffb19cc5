import { unescape } from 'node:querystring'

/** Where a client connects to. */
export interface Target {
  readonly url: URL
  readonly secure: boolean
  /** For a socket in the file system. */
  readonly socketPath: string | undefined
  readonly host: string
  readonly port: string | number
  readonly path: string
  /** `user:password` of the URL. */
  readonly auth: string | undefined
}

/**
 * Reads a URL: `ws:`, `wss:`, `http:`, `https:`, or `ws+unix:` with the path of a socket and, behind a
 * colon, that of the request.
 * @throws {SyntaxError}
 */
export function readTarget(address: string | URL, base?: URL): Target {
  const url = withWebSocketScheme(parse(address, base))
  const secure = url.protocol === 'wss:'
  const isUnix = url.protocol === 'ws+unix:'
  if (url.protocol !== 'ws:' && !secure && !isUnix) {
    throw new SyntaxError(
      'The URL\'s protocol must be one of "ws:", "wss:", "http:", "https:", or "ws+unix:"',
    )
  }
  if (isUnix && !url.pathname) throw new SyntaxError("The URL's pathname is empty")
  if (url.hash) throw new SyntaxError('The URL contains a fragment identifier')
  const path = url.pathname + url.search
  const [socketPath, ...rest] = path.split(':')
  const { hostname, username, password } = url
  return {
    url,
    secure,
    socketPath: isUnix ? socketPath : undefined,
    // RFC 3986 §3.2.2: an IPv6 address stands in brackets, and only in a URL.
    host: hostname.startsWith('[') ? hostname.slice(1, -1) : hostname,
    port: url.port || (secure ? 443 : 80),
    path: isUnix ? rest.join(':') : path,
    auth: username || password ? `${unescape(username)}:${unescape(password)}` : undefined,
  }
}

function parse(address: string | URL, base: URL | undefined): URL {
  if (address instanceof URL) return address
  try {
    return new URL(address, base)
  } catch {
    throw new SyntaxError(`Invalid URL: ${address}`)
  }
}

function withWebSocketScheme(url: URL): URL {
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return url
  const mapped = new URL(url)
  mapped.protocol = url.protocol === 'http:' ? 'ws:' : 'wss:'
  return mapped
}

import { isBadPort } from './bad-ports.ts'
import type { ConnectError } from './connect-error.ts'
import { redirectFailure } from './connect-failure.ts'
import { type ConnectUrl, isWebSocketScheme, readConnectUrl } from './connect-url.ts'
import type { DialOptions, TlsOptions } from './dial-options.ts'
import { type DialRequest, dialRequest } from './dial-request.ts'
import { legToServer } from './leg.ts'

/** RFC 9110 §15.4: those that say where else to ask. A 300 leaves a choice, a 304 is about caches. */
const statuses: readonly number[] = [301, 302, 303, 307, 308]

/** Whether an answer is a redirect, and the program wants those followed. */
export function isFollowed(
  { redirects = 0 }: DialOptions,
  status: number | undefined,
  location: string | null | undefined,
): location is string {
  return redirects > 0 && status !== undefined && statuses.includes(status) && location != null
}

/**
 * The request that an answer asks for by a redirect; `undefined` where it does not, or where redirects are
 * not followed. What the program said to one server it says to no other: see {@link forAnother}.
 * @throws {ConnectError} `ERR_CONNECT_REDIRECT` for one redirect too many, and where none may lead.
 */
export function redirected(request: DialRequest, answer: ConnectError): DialRequest | undefined {
  const { url: from, options, limits, deflate } = request
  const location = answer.headers?.get('location')
  if (answer.phase !== 'response' || !isFollowed(options, answer.status, location)) return undefined
  const refuse = (why: string): ConnectError =>
    redirectFailure(legToServer(request), answer, `it redirects ${why}`)

  const via = [...request.via, shown(from)]
  if (!URL.canParse(location, shown(from))) throw refuse('to what is no URL')
  const url = new URL(location, shown(from))
  // RFC 9110 §10.2.2: it may have a fragment. WebSockets have no use for one.
  url.hash = ''
  if (!isWebSocketScheme(url.protocol)) throw refuse(`to a URL of the scheme ${url.protocol}`)
  // RFC 9110 §4.2.4: an error in what comes from somebody else.
  if (url.username !== '' || url.password !== '') throw refuse('to a URL with a user name in it')
  const to = readConnectUrl(url)
  if (via.length > Number(options.redirects)) {
    const chain = [...via, shown(to)].join(' -> ')
    throw refuse(`more often than ${options.redirects} times: ${chain}`)
  }
  if (from.secure && !to.secure) throw refuse(`to ${shown(to)}, where there is no TLS`)
  // Fetch standard, "main fetch": each URL is looked at. This one is of the server's choice, not the program's.
  if (from.port !== to.port && isBadPort(to.port)) {
    throw refuse(`to ${shown(to)}, a port of another protocol`)
  }
  if (from.secure !== to.secure || from.host !== to.host) {
    return dialRequest(url, forAnother(options), limits, deflate, via)
  }
  // The user name and the password of a URL are for all of its server.
  const { username, password } = new URL(from.href)
  Object.assign(url, { username, password })
  return dialRequest(url, { ...options, socketPath: from.socketPath }, limits, deflate, via)
}

/**
 * What may be said to another server, of another host, port or scheme, as well: no header fields, for any of
 * them may be a credential (CVE-2022-1365 and its like), no certificate of ours and no name for its own, and
 * not through the Unix socket.
 */
function forAnother(options: DialOptions): DialOptions {
  const { tls } = options
  return { ...options, headers: undefined, socketPath: undefined, tls: tls && trustOf(tls) }
}

/** What says whom to trust, and how to speak to anyone. */
const trust = [
  'ca',
  'checkServerIdentity',
  'ciphers',
  'crl',
  'ecdhCurve',
  'maxVersion',
  'minVersion',
  'rejectUnauthorized',
  'secureOptions',
  'sigalgs',
] as const satisfies (keyof TlsOptions)[]

function trustOf(tls: TlsOptions): TlsOptions {
  return Object.fromEntries(trust.filter((name) => name in tls).map((name) => [name, tls[name]]))
}

/** As an error message shows it: without a query, which may be secret. */
function shown({ secure, host, target }: ConnectUrl): string {
  return `${secure ? 'wss' : 'ws'}://${host}${target.split('?', 1)[0]}`
}

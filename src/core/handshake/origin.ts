import { OptionError } from '../../errors/index.ts'
import { defaultPort, parseAuthority, parseOrigin, type TupleOrigin } from './authority.ts'
import type { HeaderFields } from './header-fields.ts'
import { isNamed } from './host.ts'
import { quoted } from './quoted.ts'

/**
 * Which web origins may connect (RFC 6455 §10.2). Any page can open a WebSocket to any server and the
 * browser sends its cookies along, so the server has to ask where the page is from.
 * - `'same-origin'`: the host and port of Origin are those of Host. The scheme is not compared, for
 *   behind a proxy that ends TLS the server does not know its own.
 * - a list of origins such as `https://app.example`, or `https://*.app.example` for all hosts below it.
 * - a function of the Origin (`undefined` when there is none); only `true` lets in.
 * - `'*'`: all.
 *
 * Whoever sends no Origin is no browser and is let in, except by a function that says otherwise and
 * unless `Sec-Fetch-Site: cross-site` tells that it is a browser after all.
 */
export type OriginPolicy =
  | 'same-origin'
  | '*'
  | readonly string[]
  | ((origin: string | undefined, fields: HeaderFields) => boolean)

/**
 * Why the policy refuses a request with these fields; `undefined` when it lets it in.
 * @param name The field that says where the page is from.
 */
export function checkOrigin(
  fields: HeaderFields,
  policy: OriginPolicy,
  name = 'origin',
): string | undefined {
  if (policy === '*') return undefined
  const origin = fields.get(name)
  const shown = origin === undefined ? 'a request without Origin' : `the origin ${quoted(origin)}`

  if (typeof policy === 'function') {
    // Not for truth: a function that is async by mistake would let everyone in.
    return policy(origin, fields) === true ? undefined : `${shown} is not allowed`
  }
  if (origin === undefined) {
    return fields.get('sec-fetch-site') === 'cross-site'
      ? 'a cross-site request (Sec-Fetch-Site) without Origin is not allowed'
      : undefined
  }
  if (policy === 'same-origin') {
    const host = fields.get('host') ?? ''
    return isSameHost(origin, host) ? undefined : `${shown} is not that of the host ${quoted(host)}`
  }
  return policy.some((allowed) => matches(origin, allowed))
    ? undefined
    : `${shown} is not one of those allowed`
}

/**
 * Refuses a list with an entry that no browser would send, such as one with a path.
 * @throws {OptionError}
 */
export function checkOriginPolicy(policy: OriginPolicy): void {
  if (typeof policy === 'function' || policy === '*' || policy === 'same-origin') return
  for (const origin of policy) {
    if (origin === 'null' || parsePattern(origin)) continue
    throw new OptionError('origins', origin, 'an origin such as https://app.example')
  }
}

function isSameHost(origin: string, host: string): boolean {
  const from = parseOrigin(origin)
  const to = parseAuthority(host)
  if (!from || !to || from.host !== to.host) return false
  // Host may leave its port out (RFC 9110 §7.2). Which one it means depends on the scheme, which a
  // server behind a proxy does not know; so it is read as the page's own.
  const port = defaultPort(from.scheme)
  return port !== undefined && (from.port ?? port) === (to.port ?? port)
}

/** Whether an origin is the allowed one: in any case, with its default port or without it (RFC 6454 §5). */
function matches(text: string, allowed: string): boolean {
  const origin = parseOrigin(text)
  const pattern = parsePattern(allowed)
  if (!origin || !pattern) return text === 'null' && allowed === 'null'
  const port = defaultPort(origin.scheme)
  const samePort = (origin.port ?? port) === (pattern.port ?? port)
  return origin.scheme === pattern.scheme && samePort && isNamed(origin.host, pattern.host)
}

/** An origin whose host may begin with `*.`. */
function parsePattern(text: string): TupleOrigin | undefined {
  const origin = parseOrigin(text.replace('://*.', '://'))
  const wild = origin && text.includes('://*.')
  return wild ? { ...origin, host: `*.${origin.host}` } : origin
}

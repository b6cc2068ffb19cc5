import type { ErrorCode } from '../../errors/index.ts'
import { formatHead } from './format-head.ts'
import type { HeadFault } from './head-fault.ts'
import type { FieldLine } from './header-fields.ts'

/** An HTTP answer that refuses the upgrade. */
export interface Refusal {
  readonly code: ErrorCode
  readonly status: number
  /** What the status asks for beside the fields that every refusal has. */
  readonly fields: readonly FieldLine[]
  /** What was wrong and what was expected, in printable ASCII. */
  readonly body: string
}

/** RFC 9110 §15 and RFC 6585: the reason-phrases of the statuses a handshake is refused with. */
const reasons: ReadonlyMap<number, string> = new Map([
  [400, 'Bad Request'],
  [403, 'Forbidden'],
  [405, 'Method Not Allowed'],
  [414, 'URI Too Long'],
  [421, 'Misdirected Request'],
  [426, 'Upgrade Required'],
  [429, 'Too Many Requests'],
  [431, 'Request Header Fields Too Large'],
  [500, 'Internal Server Error'],
  [503, 'Service Unavailable'],
  [505, 'HTTP Version Not Supported'],
])

/** 400 (RFC 6455 §4.2.1: a request that does not match the description). */
export function badRequest(code: ErrorCode, body: string): Refusal {
  return { code, status: 400, fields: [], body }
}

/** 400, 414 or 431 for a head that cannot be read. */
export function unreadableHead({ code, status, wrong }: HeadFault): Refusal {
  return { code, status, fields: [], body: wrong }
}

/** 403 (RFC 6455 §4.2.2 item 4). */
export function forbidden(body: string): Refusal {
  return { code: 'ERR_HANDSHAKE_ORIGIN', status: 403, fields: [], body }
}

/** 405 (RFC 9110 §15.5.6: with the methods that are allowed). */
export function methodNotAllowed(body: string): Refusal {
  return { code: 'ERR_HANDSHAKE_METHOD', status: 405, fields: [['Allow', 'GET']], body }
}

/** 421 (RFC 9110 §15.5.20): the server does not answer for this host. */
export function misdirected(body: string): Refusal {
  return { code: 'ERR_HANDSHAKE_HOST', status: 421, fields: [], body }
}

/** 426 (RFC 9110 §15.5.22: with what to upgrade to; RFC 6455 §4.4: with the versions to speak). */
export function upgradeRequired(
  code: ErrorCode,
  body: string,
  versions: readonly string[] = ['13'],
): Refusal {
  const fields: FieldLine[] = [
    ['Upgrade', 'websocket'],
    ['Sec-WebSocket-Version', versions.join(', ')],
  ]
  return { code, status: 426, fields, body }
}

/** 503 from a server that closes; `retryAfter` is in whole seconds (RFC 9110 §10.2.3). */
export function draining(retryAfter: number): Refusal {
  const fields: FieldLine[] = [['Retry-After', String(retryAfter)]]
  const body = 'the server is going away; try again later'
  return { code: 'ERR_HANDSHAKE_DRAINING', status: 503, fields, body }
}

/** 505 (RFC 6455 §4.2.1 item 1: HTTP/1.1 or higher). */
export function httpVersionNotSupported(body: string): Refusal {
  return { code: 'ERR_HANDSHAKE_HTTP_VERSION', status: 505, fields: [], body }
}

/** The whole HTTP/1.1 response as a Latin-1 string; the connection closes behind it. */
export function formatRefusal({ status, fields, body }: Refusal): string {
  // RFC 9110 §7.8: whoever sends Upgrade also lists it in Connection.
  const upgrades = fields.some(([name]) => name.toLowerCase() === 'upgrade')
  const content = `${body}\n`
  const head = formatHead(`HTTP/1.1 ${status} ${reasons.get(status) ?? ''}`, [
    ['Connection', upgrades ? 'close, Upgrade' : 'close'],
    ['Content-Type', 'text/plain; charset=utf-8'],
    ['Content-Length', String(content.length)],
    ...fields,
  ])
  return head + content
}

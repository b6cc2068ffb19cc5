import { parseAuthority, parseOrigin } from '../../core/handshake/authority.ts'
import { quoted } from '../../core/handshake/quoted.ts'
import { hasToken, splitList } from '../../core/handshake/tokens.ts'
import type { FindingCode } from './finding-catalogue.ts'
import { finding, type Finding, type FindingDetail } from './finding.ts'
import type { WrittenRequest, WrittenResponse } from './written-head.ts'

/** What a status other than 101 means for someone who wanted a WebSocket (RFC 9110 §15). */
export function judgeStatus(response: WrittenResponse, request?: WrittenRequest): Finding {
  const { status, reason, content } = response
  const said = firstWords(content)
  const answered = `The server answered ${status}${reason === '' ? '' : ` ${reason}`}`
  const make = (code: FindingCode, more = '', detail?: FindingDetail): Finding =>
    finding(code, 'response', `${answered}${more}${said}.`, detail)

  if (isSocketIo(response)) return make('socket-io')
  if (wantsTls.test(content)) return make('tls-wanted')
  if (status >= 300 && status < 400) return redirect(response, make)
  if (status === 426) return make(...upgradeRequired(response, request))
  if (status === 400) return make(...badRequest(response, request))
  if (status === 403 && isForeign(request)) {
    return make('forbidden', ` to a page from ${request!.fields.get('origin')}`)
  }
  return make(codes.get(status) ?? (status >= 500 ? 'server-error' : 'no-upgrade'))
}

/** What nginx and Go say to HTTP on their port for TLS. */
const wantsTls = /plain HTTP request was sent to HTTPS port|HTTP request to an HTTPS server/

const codes: ReadonlyMap<number, FindingCode> = new Map([
  [401, 'credentials-wanted'],
  [403, 'forbidden'],
  [404, 'path-unknown'],
  [405, 'method'],
  [407, 'credentials-wanted'],
  [410, 'path-unknown'],
  [429, 'rate-limited'],
  [502, 'gateway'],
  [503, 'server-busy'],
  [504, 'gateway'],
])

type Make = (code: FindingCode, more?: string, detail?: FindingDetail) => Finding

/** Credentials and query of the new place may be secret; a scheme of HTTP is one of WebSocket here. */
function redirect({ fields }: WrittenResponse, make: Make): Finding {
  const location = fields.get('location')
  if (location === undefined) return make('redirect', ' without Location')
  const place = location
    .replace(/^http(s?):/i, 'ws$1:')
    .replace(/\/\/[^/@]*@/, '//')
    .split('?')[0]!
  return make('redirect', ` to ${place}`, { field: 'Location', expected: place })
}

/**
 * RFC 6455 §4.4: with 426 a server names the versions it speaks. When ours is among them, or it names
 * none, what it lacks is the Upgrade, which the request has.
 */
function upgradeRequired(
  { fields }: WrittenResponse,
  request?: WrittenRequest,
): [FindingCode, string?] {
  const spoken = splitList(fields.get('sec-websocket-version') ?? '')
  const asked = request?.fields.get('sec-websocket-version')
  if (spoken.length > 0 && (asked === undefined || !spoken.includes(asked))) {
    return ['version-refused', `: it speaks version ${spoken.join(', ')}`]
  }
  return asksForUpgrade(request)
    ? ['upgrade-stripped', ' to a request that asks for the upgrade']
    : ['no-upgrade']
}

function badRequest(
  { fields, content }: WrittenResponse,
  request?: WrittenRequest,
): [FindingCode, string?] {
  const refused = fields.has('sec-websocket-version')
  if (refused && request?.fields.get('sec-websocket-version') !== '13') return ['version-refused']
  // What servers say who miss a header that the request has: it was lost on the way.
  const misses = /(?:missing|no|invalid|lacks)\W{0,3}(?:\w+\W{1,3}){0,2}?(?:upgrade|connection)\b/i
  return misses.test(content) && asksForUpgrade(request)
    ? ['upgrade-stripped', ' to a request that asks for the upgrade']
    : ['bad-request']
}

function asksForUpgrade(request?: WrittenRequest): boolean {
  return (
    request !== undefined &&
    hasToken(request.fields.get('upgrade'), 'websocket') &&
    hasToken(request.fields.get('connection'), 'upgrade')
  )
}

/** The errors of Engine.IO: `{"code":0,"message":"Transport unknown"}`. */
function isSocketIo({ content }: WrittenResponse): boolean {
  return /^\{"code":\d,"message":"(Transport unknown|Bad request|Session ID unknown|Bad handshake method|Unsupported protocol version)"/.test(
    content,
  )
}

function isForeign(request?: WrittenRequest): boolean {
  const page = parseOrigin(request?.fields.get('origin') ?? '')
  return page !== undefined && page.host !== parseAuthority(request?.fields.get('host') ?? '')?.host
}

/** What a body for people says; a page of HTML says nothing. */
function firstWords(content: string): string {
  const line = content.trim().split('\n', 1)[0]!.trim()
  return line === '' || line.startsWith('<') ? '' : `, and says ${quoted(line)}`
}

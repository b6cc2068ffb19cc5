import { type HandshakeError, HeaderFields, type ResponseHead } from '../core/index.ts'
import { catalogue, type ErrorCode } from '../errors/index.ts'
import { ConnectError, type ConnectErrorDetail, type ConnectPhase } from './connect-error.ts'
import type { ConnectUrl, Place } from './connect-url.ts'
import type { Leg } from './leg.ts'
import { tlsFault, tlsOption } from './tls-fault.ts'
import type { TunnelFault } from './tunnel.ts'

/** The properties that Node puts on the errors of the system. */
interface SystemError extends Error {
  readonly code?: string
}

/** The system ended it: there was no such name, nobody listened, the certificate was not accepted. */
export function systemFailure(leg: Leg, phase: ConnectPhase, cause: Error): ConnectError {
  const { code = '' }: SystemError = cause
  const detail = { phase, cause }
  const tls = tlsFault(leg, cause)
  if (tls) return failure('ERR_CONNECT_TLS', leg, tls.what, detail, tls.remedy)
  if (phase === 'dns') {
    return failure('ERR_CONNECT_DNS', leg, unresolved(leg.place, cause), detail)
  }
  if (code === 'ECONNREFUSED') {
    return failure('ERR_CONNECT_REFUSED', leg, 'nobody listens there', detail)
  }
  if (code === 'ENOENT' && leg.place.socketPath !== undefined) {
    return failure('ERR_CONNECT_REFUSED', leg, 'there is no such socket', detail)
  }
  if ((code === 'ECONNRESET' || code === 'EPIPE') && phase !== 'tcp') {
    return failure('ERR_CONNECT_ENDED', leg, `the ${leg.peer} reset it ${before(phase)}`, detail)
  }
  const what = networkFaults.get(code) ?? (cause.message || code)
  return failure('ERR_CONNECT_NETWORK', leg, what, detail)
}

/** What should be TLS began with bytes of the peer's, where the client speaks first (RFC 8446 §2). */
export function earlyFailure(leg: Leg): ConnectError {
  const what = `the ${leg.peer} sent something before TLS began`
  return failure(
    'ERR_CONNECT_TLS',
    leg,
    what,
    { phase: 'tls' },
    `The ${leg.peer} may not speak TLS on that port.`,
  )
}

/** The peer ended the connection. @param answered How many bytes of an answer had come. */
export function endedFailure(leg: Leg, phase: ConnectPhase, answered: number): ConnectError {
  const when = answered > 0 ? `after ${answered} bytes of an unfinished response` : before(phase)
  return failure('ERR_CONNECT_ENDED', leg, `the ${leg.peer} ended it ${when}`, { phase })
}

/** The time for all of it was up. @param timeout Milliseconds. */
export function timeoutFailure(leg: Leg, phase: ConnectPhase, timeout: number): ConnectError {
  const what = `${unfinished[phase]} within ${timeout} ms`
  return failure('ERR_CONNECT_TIMEOUT', leg, what, { phase })
}

/** The proxy does not open the way. @param body The first bytes of the content of its answer. */
export function tunnelFailure(leg: Leg, fault: TunnelFault, body?: string): ConnectError {
  const { code, what, remedy, response, cause } = fault
  const detail = {
    phase: 'proxy',
    status: response?.status,
    fields: response?.fields,
    body,
    ...('cause' in fault && { cause }),
  } as const
  return failure(code, leg, what + saying(body), detail, remedy)
}

/** The answer was not right. @param body The first bytes of its content. */
export function answerFailure(
  leg: Leg,
  error: HandshakeError,
  first: number,
  body?: string,
): ConnectError {
  const { code, response } = error
  const detail = {
    phase: 'response',
    status: response?.status,
    fields: response?.fields,
    body,
    cause: error,
  } as const
  if (code === 'ERR_HANDSHAKE_STATUS' && response) {
    const what = error.message + saying(body)
    return failure(code, leg, what, detail, statusRemedy(response, leg.url))
  }
  // RFC 8446 §5.1: a TLS record that is an alert. No HTTP begins with it.
  const tlsAlert = code === 'ERR_HANDSHAKE_HEAD' && first === 0x15
  const remedy = tlsAlert ? 'The server speaks TLS on that port: use wss://.' : undefined
  return failure(code, leg, error.message, detail, remedy)
}

/** The answer is a redirect that is not followed, although redirects are. */
export function redirectFailure(leg: Leg, answer: ConnectError, what: string): ConnectError {
  const { status, headers } = answer
  const fields = headers && HeaderFields.from(headers)
  const detail = { phase: 'response', status, fields, cause: answer } as const
  return failure('ERR_CONNECT_REDIRECT', leg, what, detail)
}

/** Node refused the program's `tls` options before anything was sent. */
export function tlsOptionsFailure(leg: Leg, cause: unknown): ConnectError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  const remedy = `Look at ca, cert and key in the option ${tlsOption(leg)}.`
  const what = `the tls options are not usable: ${reason}`
  return failure('ERR_CONNECT_TLS', leg, what, { cause }, remedy)
}

function failure(
  code: ErrorCode,
  leg: Leg,
  what: string,
  detail: ConnectErrorDetail,
  remedy = catalogue[code].remedy,
): ConnectError {
  // However far it came with its proxy: what failed is said by the code.
  const phase = leg.peer === 'proxy' && detail.phase ? 'proxy' : detail.phase
  // Words of the peer are in it, which may not move the cursor of a terminal.
  const message = `no connection to ${leg.name}: ${what}. ${remedy}`.replace(/\p{Cc}/gu, escaped)
  return new ConnectError(code, message, { ...detail, ...(phase && { phase }) })
}

function escaped(control: string): string {
  return `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`
}

const networkFaults: ReadonlyMap<string, string> = new Map([
  ['ETIMEDOUT', 'the host does not answer'],
  ['EHOSTUNREACH', 'there is no way to the host'],
  ['ENETUNREACH', 'there is no way to its network'],
  ['ECONNRESET', 'the connection was reset'],
  ['EADDRNOTAVAIL', 'this machine has no such address to connect from'],
  ['EACCES', 'the system does not permit it'],
  ['EPERM', 'the system does not permit it'],
])

const unfinished: Readonly<Record<ConnectPhase, string>> = {
  dns: 'the host name was not resolved',
  tcp: 'the host did not accept the connection',
  tls: 'the TLS handshake was not done',
  proxy: 'the proxy did not open the way to the server',
  response: 'the server did not answer the upgrade request',
  cookies: 'the cookie jar did not answer',
}

function before(phase: ConnectPhase): string {
  return phase === 'tls' ? 'before the TLS handshake was done' : 'before it had answered'
}

function unresolved({ hostname }: Place, { code = '', message }: SystemError): string {
  if (code === 'EAI_AGAIN') return `no name server answers for ${hostname} just now`
  if (code === 'ENOTFOUND') return `there is no host named ${hostname}`
  return `the name ${hostname} could not be resolved (${code || message})`
}

/** RFC 9110 §15: what the status means for someone who wanted a WebSocket; else the catalogue's words. */
function statusRemedy({ status, fields }: ResponseHead, url: ConnectUrl): string | undefined {
  if (status >= 300 && status < 400) return redirectRemedy(fields.get('location'), url)
  if (status === 426 && fields.has('sec-websocket-version')) {
    return `It speaks version ${fields.get('sec-websocket-version')} of the protocol, not 13.`
  }
  if ((status === 429 || status === 503) && fields.has('retry-after')) {
    return `Try again as its Retry-After says: ${fields.get('retry-after')}.`
  }
  return statusRemedies.get(status)
}

const statusRemedies: ReadonlyMap<number, string> = new Map([
  [200, 'No WebSocket is at this URL, or a proxy in between does not pass Upgrade on.'],
  [401, 'Give credentials in headers.Authorization or in the URL.'],
  [403, 'It may not admit this origin or these credentials: see the options origin and headers.'],
  [404, 'Check the path of the URL.'],
  [407, 'A proxy wants credentials.'],
])

/** Redirects are not followed unasked (WebSockets standard, "establish a WebSocket connection"). */
function redirectRemedy(location: string | undefined, url: ConnectUrl): string | undefined {
  if (location === undefined || !URL.canParse(location, url.safeHref)) return undefined
  // Neither credentials nor the query, which may be a token.
  const { protocol, host, pathname } = new URL(location, url.safeHref)
  return `It redirects to ${protocol}//${host}${pathname}: connect there if you trust it, or set redirects.`
}

const longestExcerpt = 120

/** The first line of a body that is meant for people; pages of HTML are not. */
function saying(body = ''): string {
  const line = body.trim().split(/[\r\n]/, 1)[0]!
  if (line === '' || line.startsWith('<')) return ''
  const shown = line.length > longestExcerpt ? `${line.slice(0, longestExcerpt)}...` : line
  return `; it says ${JSON.stringify(shown)}`
}

import { checkOrigin, HeaderFields } from '../core/index.ts'
import type { HttpRequest, OriginPolicy } from '../node/index.ts'

/** No answer of the ready server is to be guessed at, framed, or kept. */
const guarded = {
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Cache-Control': 'no-store',
}

export function json(value: unknown): Response {
  return new Response(`${JSON.stringify(value)}\n`, {
    headers: { ...guarded, 'Content-Type': 'application/json' },
  })
}

export function plain(
  status: number,
  text: string,
  headers: Record<string, string> = {},
): Response {
  return new Response(`${text}\n`, {
    status,
    headers: { ...guarded, 'Content-Type': 'text/plain; charset=utf-8', ...headers },
  })
}

/** The refusal of a method that is not among `allowed`. */
export function methods(request: HttpRequest, allowed: readonly string[]): Response | undefined {
  if (allowed.includes(request.method)) return undefined
  const list = allowed.join(', ')
  return plain(405, `the method is ${request.method}; expected ${list}`, { Allow: list })
}

/** The answer to ordinary HTTP where WebSockets are (RFC 9110 §15.5.22). */
export function webSocketOnly(request: HttpRequest): Response {
  const upgrade = { Upgrade: 'websocket', Connection: 'Upgrade', 'Sec-WebSocket-Version': '13' }
  return methods(request, ['GET']) ?? plain(426, 'a WebSocket is served here', upgrade)
}

/** The refusal of a page of another site, which a browser lets send simple POSTs anywhere. */
export function sameSite(
  request: HttpRequest,
  origins: OriginPolicy = 'same-origin',
): Response | undefined {
  const fault = checkOrigin(HeaderFields.from(request.headers), origins)
  return fault === undefined ? undefined : plain(403, fault)
}

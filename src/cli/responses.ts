import type { HttpRequest } from '../node/index.ts'

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
export function webSocketOnly(): Response {
  const upgrade = { Upgrade: 'websocket', Connection: 'Upgrade', 'Sec-WebSocket-Version': '13' }
  return plain(426, 'a WebSocket is served here', upgrade)
}

import type { HttpRequest } from '../http-request.ts'

/** A refusal that is not to be guessed at, framed, or kept. */
export function refusal(
  status: number,
  text: string,
  headers: Record<string, string> = {},
): Response {
  return new Response(`${text}\n`, {
    status,
    headers: {
      'X-Content-Type-Options': 'nosniff',
      'X-Frame-Options': 'DENY',
      'Cache-Control': 'no-store',
      'Content-Type': 'text/plain; charset=utf-8',
      ...headers,
    },
  })
}

export function onlyGet({ method }: HttpRequest): Response | undefined {
  if (method === 'GET' || method === 'HEAD') return undefined
  return refusal(405, `the method is ${method}; expected GET`, { Allow: 'GET, HEAD' })
}

import { checkOrigin, HeaderFields } from '../core/index.ts'
import type { HttpRequest, OriginPolicy } from '../node/index.ts'
import { plain } from './responses.ts'

/**
 * The refusal of a page that the policy does not let in: a browser lets any page send a simple POST
 * anywhere.
 */
export function foreignOrigin(request: HttpRequest, policy: OriginPolicy): Response | undefined {
  const fault = checkOrigin(HeaderFields.from(request.headers), policy)
  return fault === undefined ? undefined : plain(403, fault)
}

/**
 * Lets a page of another origin that the policy lets in read the answer; without this its browser
 * keeps the answer from it (Fetch standard, "CORS protocol").
 */
export function readableBy(
  request: HttpRequest,
  policy: OriginPolicy,
  response: Response,
): Response {
  if (policy === 'same-origin') return response
  response.headers.append('Vary', 'Origin')
  const origin = request.headers.get('origin')
  if (origin !== null && foreignOrigin(request, policy) === undefined) {
    response.headers.set('Access-Control-Allow-Origin', origin)
  }
  return response
}

/** The answer to a browser that asks whether a page may send JSON or bytes (Fetch standard, "preflight"). */
export function preflight(
  request: HttpRequest,
  policy: OriginPolicy,
  allowed: readonly string[],
): Response | undefined {
  if (request.method !== 'OPTIONS' || !request.headers.has('access-control-request-method')) {
    return undefined
  }
  return (
    foreignOrigin(request, policy) ??
    new Response(null, {
      status: 204,
      headers: {
        'Access-Control-Allow-Methods': allowed.join(', '),
        'Access-Control-Allow-Headers': 'Content-Type',
        'Access-Control-Max-Age': '600',
      },
    })
  )
}

import { type Agreement, formatAcceptance, formatExtensions } from '../core/index.ts'
import type { HttpRequest } from './http-request.ts'
import { ports } from './ports.ts'
import type { Agreed } from './socket.ts'

/** The 101 answer. @throws {OptionError} for a field of the program that is malformed or the handshake's own. */
export function acceptance(agreement: Agreement, request: HttpRequest): string {
  const fields = request.hasResponseHeaders ? request.responseHeaders : []
  const secure = agreement.hixie !== undefined && isSecure(request)
  const { version, key, protocol, extensions, hixie } = agreement
  return formatAcceptance({ version, key, protocol, extensions, hixie, fields, secure }, ports)
}

/** Whether the client wrote wss://. It only gets its own word back, so a proxy's word for it is enough. */
function isSecure(request: HttpRequest): boolean {
  return request.encrypted || request.headers.get('x-forwarded-proto') === 'https'
}

/** What the socket says of the handshake. */
export function agreedIn(
  { version, protocol = '', extensions }: Agreement,
  remoteAddress: string | undefined,
): Agreed {
  const formatted = extensions.length > 0 ? formatExtensions(extensions) : ''
  return { version, protocol, extensions: formatted, remoteAddress }
}

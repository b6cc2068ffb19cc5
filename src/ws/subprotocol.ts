import { parseSubprotocols } from '../core/index.ts'

/**
 * Reads Sec-WebSocket-Protocol.
 * @throws {SyntaxError} when it is malformed or names one twice (RFC 6455 §4.1 item 10).
 */
function parse(header: string): Set<string> {
  const protocols = parseSubprotocols(header)
  if (!protocols) throw new SyntaxError('Invalid Sec-WebSocket-Protocol header')
  return new Set(protocols)
}

/** The field Sec-WebSocket-Protocol. */
export const subprotocol: { parse: typeof parse } = { parse }

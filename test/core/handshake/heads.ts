import { HeaderFields } from '../../../dist/core/handshake/header-fields.js'
import type { RequestHead, ResponseHead } from '../../../dist/core/handshake/start-line.js'

/** The key of RFC 6455 §1.3 and what it is answered with. */
export const rfcKey = 'dGhlIHNhbXBsZSBub25jZQ=='
export const rfcAccept = 's3pPLMBiTxaQ9kYGzzhZRbK+xOo='

export type Fields = Readonly<Record<string, string | readonly string[] | undefined>>

const request: Fields = {
  Host: 'server.example',
  Upgrade: 'websocket',
  Connection: 'Upgrade',
  'Sec-WebSocket-Key': rfcKey,
  'Sec-WebSocket-Version': '13',
}

const response: Fields = {
  Upgrade: 'websocket',
  Connection: 'Upgrade',
  'Sec-WebSocket-Accept': rfcAccept,
}

/** A good upgrade request, with some fields set, repeated (an array) or left out (`undefined`). */
export function requestHead(
  changes: Fields = {},
  line: Partial<Omit<RequestHead, 'fields'>> = {},
): RequestHead {
  const fields = headerFields({ ...request, ...changes })
  return { method: 'GET', target: '/chat', version: '1.1', ...line, fields }
}

/** A good answer to the key of RFC 6455, changed likewise. */
export function responseHead(changes: Fields = {}, status = 101): ResponseHead {
  const fields = headerFields({ ...response, ...changes })
  return { version: '1.1', status, reason: 'Switching Protocols', fields }
}

/** Fields without any validation, as they come from the network. */
export function headerFields(record: Fields): HeaderFields {
  const fields = new HeaderFields()
  for (const [name, values = []] of Object.entries(record)) {
    for (const value of [values].flat()) fields.append(name, value)
  }
  return fields
}

export function bytes(latin1: string): Uint8Array {
  return new Uint8Array(Buffer.from(latin1, 'latin1'))
}

export function text(data: Uint8Array): string {
  return Buffer.from(data).toString('latin1')
}

/** Lines as they go over the wire, each ended with CR LF. */
export function wire(...lines: string[]): string {
  return lines.map((line) => `${line}\r\n`).join('')
}

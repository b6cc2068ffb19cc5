import { type OutgoingHttpHeaders, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'

/** Why a client is refused: the status, and what the body of the answer says. */
export interface Refusal {
  readonly status: number
  readonly message: string
  readonly headers?: OutgoingHttpHeaders
}

/** Answers a request for an upgrade with a refusal, and closes. */
export function refuse(
  socket: Duplex,
  status: number,
  message: string = STATUS_CODES[status] ?? '',
  headers: OutgoingHttpHeaders = {},
): void {
  const fields = {
    Connection: 'close',
    'Content-Type': 'text/html',
    'Content-Length': Buffer.byteLength(message),
    ...headers,
  }
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${String(value)}\r\n`)
  socket.once('finish', () => socket.destroy())
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${message}`)
}

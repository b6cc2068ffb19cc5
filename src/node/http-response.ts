import { STATUS_CODES, type ServerResponse } from 'node:http'
import type { Socket as NetSocket } from 'node:net'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

/** Told by its tag, for `instanceof` would load Node's fetch (20 ms) into every server. */
export function isResponse(value: unknown): value is Response {
  return Object.prototype.toString.call(value) === '[object Response]'
}

/** Sends a fetch `Response` as the answer to an ordinary request. */
export async function sendResponse(answer: ServerResponse, response: Response): Promise<void> {
  for (const [name, value] of response.headers) answer.appendHeader(name, value)
  answer.writeHead(response.status, response.statusText || undefined)
  if (response.body && answer.req.method !== 'HEAD') {
    await pipeline(Readable.fromWeb(response.body as never), answer)
  } else {
    await response.body?.cancel()
    answer.end()
  }
}

/** Sends a fetch `Response` in place of an upgrade, on the bare socket, and ends the connection. */
export async function refuseWith(
  socket: NetSocket,
  response: Response,
  timeout: number,
): Promise<void> {
  const { status } = response
  const body = new Uint8Array(await response.arrayBuffer())
  const hop = ['connection', 'content-length', 'transfer-encoding']
  const lines = [...response.headers].filter(([name]) => !hop.includes(name))
  const head = [
    `HTTP/1.1 ${status} ${response.statusText || (STATUS_CODES[status] ?? '')}`,
    ...lines.map(([name, value]) => `${name}: ${value}`),
    'Connection: close',
    `Content-Length: ${body.length}`,
  ]
  socket.write(`${head.join('\r\n')}\r\n\r\n`, 'latin1')
  endSocket(socket, body, timeout)
}

/**
 * Ends a socket behind its last bytes. What the peer still sends is read and thrown away, for closing
 * with unread bytes resets the connection and may take the answer with it.
 * @param timeout Milliseconds until the socket is destroyed.
 */
export function endSocket(socket: NetSocket, last: string | Uint8Array, timeout: number): void {
  socket.end(typeof last === 'string' ? Buffer.from(last, 'latin1') : last)
  socket.resume()
  const timer = setTimeout(() => socket.destroy(), timeout).unref()
  socket.once('close', () => clearTimeout(timer))
}

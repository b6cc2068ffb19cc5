import { STATUS_CODES, type ServerResponse } from 'node:http'
import type { Socket as NetSocket } from 'node:net'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

/** Told by its tag, for `instanceof` would load Node's fetch (20 ms) into every server. */
export function isResponse(value: unknown): value is Response {
  return Object.prototype.toString.call(value) === '[object Response]'
}

/**
 * Sends a fetch `Response` as the answer to an ordinary request; resolves when it is out, or when the
 * client has gone. Rejects with what fails in the response, its stream for one.
 */
export async function sendResponse(answer: ServerResponse, response: Response): Promise<void> {
  if (!isResponse(response)) throw new TypeError('a request is answered with a Response')
  const { status, statusText, headers, body } = response
  const bodiless = answer.req.method === 'HEAD'
  // Before the head: a body that is used up already can still become a 500.
  if (bodiless || answer.destroyed) await body?.cancel()
  if (answer.destroyed) return
  const content = body && !bodiless ? Readable.fromWeb(body as never) : undefined
  answer.writeHead(status, statusText || undefined, [...headers].flat())
  if (!content) return void answer.end()
  try {
    await pipeline(content, answer)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error
  }
}

/** A fetch `Response` as bytes, for a socket that has no HTTP parser any more. */
export async function formatResponse(response: Response): Promise<Uint8Array> {
  const { status, statusText, headers } = response
  // Fetch standard, "network error": it stands for no answer at all.
  if (status === 0) throw new TypeError('Response.error() is no answer to a request')
  const body = Buffer.from(await response.arrayBuffer())
  const lines = [`HTTP/1.1 ${status} ${statusText || (STATUS_CODES[status] ?? '')}`]
  for (const [name, value] of headers) {
    if (!ownFields.includes(name)) lines.push(`${name}: ${value}`)
  }
  lines.push('Connection: close')
  // RFC 9110 §8.6: not with a 204.
  if (status !== 204) lines.push(`Content-Length: ${body.length}`)
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), body])
}

/** What a refusal says about the connection itself. */
const ownFields = ['connection', 'content-length', 'transfer-encoding']

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

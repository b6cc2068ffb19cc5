import type { DeflateOptions } from '../../dist/core/index.js'
import {
  type ClientSocket,
  connect,
  type ListeningServer,
  serve,
  type ServeOptions,
} from '../../dist/node/index.js'

/** Larger than any case: what is tested is the protocol, not where a program draws the line. */
const limits = { message: 1 << 25, fragments: 1 << 17, buffered: 1 << 26 }

/** Whatever compression can do: each message is compressed, and may refer to those before it. */
export const takeover: DeflateOptions = {
  send: { contextTakeover: true },
  receive: { contextTakeover: true },
  threshold: 0,
}

/** A server of Tidewire that echoes. */
export function startEcho(options: ServeOptions = {}): Promise<ListeningServer> {
  return serve({
    deflate: true,
    limits,
    ...options,
    message(socket, message) {
      socket.send(message)
    },
  })
}

/** A client of Tidewire that echoes: the text that came, once the connection has closed. */
export async function echoing(
  url: string,
  deflate: DeflateOptions | boolean = true,
): Promise<string[]> {
  const messages: string[] = []
  const message = (socket: ClientSocket, one: string | Uint8Array): void => {
    if (typeof one === 'string') messages.push(one)
    socket.send(one)
  }
  const socket = await connect(url, { deflate, limits, message }).catch(() => undefined)
  await socket?.closed
  return messages
}

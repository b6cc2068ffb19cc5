import { type ListeningServer, serve } from '../../dist/node/index.js'

/** Larger than any case: what is tested is the protocol, not where a program draws the line. */
export const roomy = { message: 1 << 25, fragments: 1 << 17, buffered: 1 << 26 }

/** A server of Tidewire that echoes. */
export function startEcho(): Promise<ListeningServer> {
  return serve({
    limits: roomy,
    message(socket, message) {
      socket.send(message)
    },
  })
}

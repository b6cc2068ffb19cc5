// Echo on every path; on /sub and /pub a fan-out. Run by Bun.
import { deflate, listening, message, port, reusePort } from './settings.mjs'

const windows = { default: true, fresh: 'shared', takeover: 'dedicated', narrow: '4KB' }
const window = windows[deflate]

const server = globalThis.Bun.serve({
  hostname: '127.0.0.1',
  port,
  reusePort,
  fetch(request, self) {
    const { pathname } = new URL(request.url)
    if (!self.upgrade(request, { data: pathname })) return new Response('', { status: 426 })
  },
  websocket: {
    perMessageDeflate: deflate && (window === true || { compress: window, decompress: window }),
    ...(message && { maxPayloadLength: message }),
    open(socket) {
      if (socket.data === '/sub') socket.subscribe('all')
    },
    message(socket, received) {
      // Bun compresses only what it is told to.
      if (socket.data === '/pub') socket.publish('all', received, Boolean(deflate))
      else socket.send(received, Boolean(deflate))
    },
  },
})
listening(server.port)

// Echo on every path; on /sub and /pub a fan-out.
import { serve } from '../../dist/node/index.js'

const { deflate = false, message = 1 << 20 } = JSON.parse(process.argv[2] ?? '{}')
const contextTakeover = deflate === 'takeover' || deflate === 'narrow'
const direction = { contextTakeover, windowBits: deflate === 'narrow' ? 12 : 15 }

const server = await serve({
  deflate: deflate && { send: direction, receive: direction },
  limits: { message },
  upgrade: ({ path }) => path,
  open(socket) {
    if (socket.data === '/sub') socket.subscribe('all')
  },
  message(socket, received) {
    if (socket.data === '/pub') socket.publish('all', received)
    else socket.send(received)
  },
})
process.send(server.port)

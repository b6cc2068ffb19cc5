// Echo on every path; on /sub and /pub a fan-out.
import { serve } from '../../dist/node/index.js'

const server = await serve({
  upgrade: ({ path }) => path,
  open(socket) {
    if (socket.data === '/sub') socket.subscribe('all')
  },
  message(socket, message) {
    if (socket.data === '/pub') socket.publish('all', message)
    else socket.send(message)
  },
})
process.send(server.port)

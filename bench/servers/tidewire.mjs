// Echo on every path; on /sub and /pub a fan-out.
import { createServer } from 'node:http'
import { attach, serve } from '../../dist/node/index.js'
import { deflate, listening, message, port, reusePort } from './settings.mjs'

const contextTakeover = deflate === 'takeover' || deflate === 'narrow'
const direction = { contextTakeover, windowBits: deflate === 'narrow' ? 12 : 15 }

const options = {
  deflate: deflate === 'default' || (deflate && { send: direction, receive: direction }),
  limits: { message: message ?? 2 ** 20 },
  upgrade: ({ path }) => path,
  open(socket) {
    if (socket.data === '/sub') socket.subscribe('all')
  },
  message(socket, received) {
    if (socket.data === '/pub') socket.publish('all', received)
    else socket.send(received)
  },
}

if (reusePort) {
  // For which `serve` has no option.
  const http = createServer()
  attach(http, options)
  http.listen({ host: '127.0.0.1', port, reusePort }, () => listening(http.address().port))
} else {
  const server = await serve({ ...options, port })
  listening(server.port)
}

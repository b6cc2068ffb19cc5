// Socket.IO speaks a protocol of its own in the messages of WebSocket: a client says `40` and gets `40{...}`,
// then each event is a text `42["m","..."]`. Echo of the event `m`; `?role=` makes a fan-out of it.
import { createServer } from 'node:http'
import { deflate, listening, message, port, reusePort } from './settings.mjs'

// As npm installs it: see ws.mjs.
process.env.WS_NO_BUFFER_UTIL = '1'
const { Server } = await import('socket.io')

const http = createServer()
const server = new Server(http, {
  transports: ['websocket'],
  perMessageDeflate: Boolean(deflate),
  // The payload, and what Socket.IO wraps around it. By default it takes a little less than 1 MiB.
  ...(message && { maxHttpBufferSize: message + 64 }),
})
server.on('connection', (socket) => {
  const { role } = socket.handshake.query
  if (role === 'sub') void socket.join('all')
  socket.on('m', (received) => {
    if (role === 'pub') server.to('all').emit('m', received)
    else socket.emit('m', received)
  })
})
http.listen({ host: '127.0.0.1', port, reusePort }, () => listening(http.address().port))

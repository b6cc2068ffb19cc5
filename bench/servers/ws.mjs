// Echo on every path; on /sub and /pub a fan-out, as the documentation of ws shows it. As npm installs ws:
// without bufferutil, which it would find here because another devDependency brings it along.
import { createServer } from 'node:http'
import { deflate, listening, message, port, reusePort } from './settings.mjs'

process.env.WS_NO_BUFFER_UTIL = '1'
const { WebSocketServer } = await import('ws')

const ways = {
  default: true,
  fresh: { serverNoContextTakeover: true, clientNoContextTakeover: true },
  takeover: true,
  narrow: { serverMaxWindowBits: 12, clientMaxWindowBits: 12 },
}

const subscribers = new Set()
const http = createServer()
const server = new WebSocketServer({
  server: http,
  perMessageDeflate: deflate && ways[deflate],
  ...(message && { maxPayload: message }),
})
server.on('connection', (socket, { url }) => {
  socket.on('error', () => {})
  if (url === '/sub') {
    subscribers.add(socket)
    socket.on('close', () => subscribers.delete(socket))
  }
  socket.on('message', (received, binary) => {
    if (url === '/pub') for (const one of subscribers) one.send(received, { binary })
    else socket.send(received, { binary })
  })
})
http.listen({ host: '127.0.0.1', port, reusePort }, () => listening(http.address().port))

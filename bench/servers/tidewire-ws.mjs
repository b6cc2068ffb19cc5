// The server of ws.mjs on tidewire/ws, which stands in for ws.
import { WebSocketServer } from 'tidewire/ws'

const { deflate = false, message } = JSON.parse(process.argv[2] ?? '{}')
const ways = {
  fresh: { serverNoContextTakeover: true, clientNoContextTakeover: true },
  takeover: true,
  narrow: { serverMaxWindowBits: 12, clientMaxWindowBits: 12 },
}

const subscribers = new Set()
const server = new WebSocketServer({
  host: '127.0.0.1',
  port: 0,
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
server.on('listening', () => process.send(server.address().port))

// Echo on every path; on /sub and /pub a fan-out, as the documentation of ws shows it. As npm installs ws:
// without bufferutil, which it would find here because another devDependency brings it along.
process.env.WS_NO_BUFFER_UTIL = '1'
const { WebSocketServer } = await import('ws')

const subscribers = new Set()
const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false })
server.on('connection', (socket, { url }) => {
  socket.on('error', () => {})
  if (url === '/sub') {
    subscribers.add(socket)
    socket.on('close', () => subscribers.delete(socket))
  }
  socket.on('message', (message, binary) => {
    if (url === '/pub') for (const one of subscribers) one.send(message, { binary })
    else socket.send(message, { binary })
  })
})
server.on('listening', () => process.send(server.address().port))

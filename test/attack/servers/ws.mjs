// As npm installs ws: without bufferutil, which it would find here because of another devDependency.
process.env.WS_NO_BUFFER_UTIL = '1'
const { WebSocketServer } = await import('ws')
const { closeTyped, control, noteClose, options, pour } = await import('./control.mjs')

const { message: maxPayload, fragments: maxFragments } = options.limits ?? {}
const perMessageDeflate = options.deflate ?? false
const topics = new Map()
const server = new WebSocketServer({
  host: '127.0.0.1',
  port: 0,
  perMessageDeflate,
  ...(maxPayload && { maxPayload }),
  ...(maxFragments && { maxFragments }),
})
server.on('connection', (socket, { url }) => {
  const path = url.split('?')[0]
  socket.on('error', () => {})
  socket.on('close', noteClose)
  if (path === '/close') socket.close(1000)
  if (path === '/typed') closeTyped(socket)
  if (path === '/pour') pour(url, pouring(socket))
  socket.on('message', (message, binary) => {
    if (path === '/throw') throw new Error('thrown by the message handler')
    if (path === '/topic') return publish(socket, Buffer.from(message).toString())
    if (path !== '/sink') socket.send(message, { binary })
  })
})
process.on('SIGTERM', () => {
  // Its documentation has no more than this: `close` leaves the connections open.
  for (const socket of server.clients) socket.close(1001)
  server.close(() => process.exit())
})
server.on('listening', () => control(server.address().port, () => server.clients.size))

function pouring(socket) {
  return {
    send: (text) => socket.send(text),
    waiting: () => (socket.readyState === 1 ? socket.bufferedAmount : undefined),
  }
}

function publish(socket, topic) {
  if (!topics.has(topic)) topics.set(topic, new Set())
  topics.get(topic).add(socket)
  for (const member of topics.get(topic)) member.send(topic)
}

import { closeTyped, control, noteClose, options, pour } from './control.mjs'

const { Bun } = globalThis
const { message: maxPayloadLength } = options.limits ?? {}
let sockets = 0
const server = Bun.serve({
  port: 0,
  hostname: '127.0.0.1',
  fetch(request, self) {
    const data = { url: request.url, path: new URL(request.url).pathname }
    return self.upgrade(request, { data })
      ? undefined
      : new Response('no WebSocket', { status: 426 })
  },
  websocket: {
    ...(maxPayloadLength && { maxPayloadLength }),
    perMessageDeflate: options.deflate ?? false,
    open(socket) {
      sockets++
      if (socket.data.path === '/close') socket.close(1000)
      if (socket.data.path === '/typed') closeTyped(socket)
      if (socket.data.path === '/pour') pour(socket.data.url, pouring(socket))
    },
    message(socket, message) {
      const { path } = socket.data
      if (path === '/throw') throw new Error('thrown by the message handler')
      if (path === '/topic') return publish(socket, message)
      if (path !== '/sink') socket.send(message)
    },
    close(socket, code) {
      sockets--
      socket.data.closed = true
      noteClose(code)
    },
  },
})
process.on('SIGTERM', () => void server.stop(true).then(() => process.exit()))
control(server.port, () => sockets)

function pouring(socket) {
  return {
    send: (text) => socket.send(text),
    waiting: () => (socket.data.closed ? undefined : socket.getBufferedAmount()),
  }
}

function publish(socket, topic) {
  socket.subscribe(topic)
  server.publish(topic, topic)
}

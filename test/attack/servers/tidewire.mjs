import { serve } from '../../../dist/node/index.js'
import { closeTyped, control, noteClose, options, pour } from './control.mjs'

const server = await serve({
  ...options,
  upgrade: ({ url, path }) => ({ url, path }),
  open(socket) {
    const { url, path } = socket.data
    if (path === '/close') void socket.close(1000)
    if (path === '/typed') closeTyped(socket)
    if (path === '/pour') pour(url, pouring(socket))
  },
  message(socket, message) {
    const { path } = socket.data
    if (path === '/throw') throw new Error('thrown by the message handler')
    if (path === '/topic') return publish(socket, message)
    if (path !== '/sink') socket.send(message)
  },
  close: (_, { code }) => noteClose(code),
  // What fails here was meant to fail.
  error() {},
})
process.on('SIGTERM', () => void server.close().then(() => process.exit()))
control(server.port, () => server.sockets.size)

function pouring(socket) {
  return {
    send: (text) => socket.send(text),
    waiting: () => (socket.readyState === 1 ? socket.bufferedAmount : undefined),
  }
}

function publish(socket, topic) {
  socket.subscribe(topic)
  server.publish(topic, topic)
}

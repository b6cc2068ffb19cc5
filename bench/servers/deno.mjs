// Echo on every path; on /sub and /pub a fan-out. Run by Deno, whose WebSockets have no topics.
import { listening, port, reusePort } from './settings.mjs'

const { Deno } = globalThis
const subscribers = new Set()

const server = Deno.serve({ hostname: '127.0.0.1', port, reusePort, onListen() {} }, (request) => {
  const { socket, response } = Deno.upgradeWebSocket(request)
  const { pathname } = new URL(request.url)
  socket.binaryType = 'arraybuffer'
  socket.addEventListener('open', () => pathname === '/sub' && subscribers.add(socket))
  socket.addEventListener('close', () => subscribers.delete(socket))
  socket.addEventListener('error', () => {})
  socket.addEventListener('message', ({ data }) => {
    if (pathname === '/pub') for (const one of subscribers) one.send(data)
    else socket.send(data)
  })
  return response
})
listening(server.addr.port)

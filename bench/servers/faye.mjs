// Echo on every path; on /sub and /pub a fan-out, with faye-websocket as its README shows it.
import { createServer } from 'node:http'
import WebSocket from 'faye-websocket'
import { listening, message, port, reusePort } from './settings.mjs'

const subscribers = new Set()
const http = createServer()
http.on('upgrade', (request, transport, head) => {
  const options = message ? { maxLength: message } : {}
  const socket = new WebSocket(request, transport, head, [], options)
  const { url } = request
  socket.on('error', () => {})
  socket.on('close', () => subscribers.delete(socket))
  if (url === '/sub') subscribers.add(socket)
  socket.on('message', ({ data }) => {
    if (url === '/pub') for (const one of subscribers) one.send(data)
    else socket.send(data)
  })
})
http.listen({ host: '127.0.0.1', port, reusePort }, () => listening(http.address().port))

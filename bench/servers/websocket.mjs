// Echo on every path; on /sub and /pub a fan-out, with the package `websocket` as its README shows it.
import { createServer } from 'node:http'
import websocket from 'websocket'
import { listening, message, port, reusePort } from './settings.mjs'

const subscribers = new Set()
const http = createServer()
const server = new websocket.server({
  httpServer: http,
  // It would draw the line at frames of 64 KiB.
  ...(message && { maxReceivedFrameSize: message, maxReceivedMessageSize: message }),
})
server.on('request', (request) => {
  const path = request.resourceURL.pathname
  const connection = request.accept(null, request.origin)
  connection.on('error', () => {})
  connection.on('close', () => subscribers.delete(connection))
  if (path === '/sub') subscribers.add(connection)
  connection.on('message', ({ type, utf8Data, binaryData }) => {
    const send = (one) => (type === 'utf8' ? one.sendUTF(utf8Data) : one.sendBytes(binaryData))
    if (path === '/pub') for (const one of subscribers) send(one)
    else send(connection)
  })
})
http.listen({ host: '127.0.0.1', port, reusePort }, () => listening(http.address().port))

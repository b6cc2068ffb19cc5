// The WebSocket of jsdom's window.
import { once } from 'node:events'
import { JSDOM } from 'jsdom'
import { WebSocketServer } from 'ws'

const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
await once(server, 'listening')
server.on('connection', (socket, { headers }) => {
  console.log(headers.origin, socket.protocol)
  socket.on('message', (data, binary) => socket.send(data, { binary }))
})
const { window } = new JSDOM('', { url: 'https://app.example/' })
const socket = new window.WebSocket(`ws://127.0.0.1:${server.address().port}/`, ['chat'])
const next = (type) =>
  new Promise((resolve) => socket.addEventListener(type, resolve, { once: true }))
await next('open')
console.log(socket.protocol, socket.readyState)
socket.binaryType = 'arraybuffer'
socket.send('höhe')
console.log((await next('message')).data)
socket.send(new window.Uint8Array([1, 2, 3]))
console.log(new Uint8Array((await next('message')).data))
socket.close(3001, 'done')
const { code, reason, wasClean } = await next('close')
console.log(code, reason, wasClean)
server.close()

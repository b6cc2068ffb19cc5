// socket.io over the WebSocket transport: text, binary, acknowledgements, rooms, and a reconnection.
import { createServer } from 'node:http'
import { once } from 'node:events'
import { Server } from 'socket.io'
import { io } from 'socket.io-client'

const http = createServer()
const server = new Server(http, { transports: ['websocket'], perMessageDeflate: { threshold: 32 } })
server.on('connection', (socket) => {
  void socket.join('room')
  socket.on('echo', (value, answer) => answer(value))
  socket.on('all', (value) => server.to('room').emit('news', value))
  socket.on('cut', () => socket.conn.transport.socket.terminate())
})
http.listen(0, '127.0.0.1')
await once(http, 'listening')

const url = `http://127.0.0.1:${http.address().port}`
const client = io(url, { transports: ['websocket'], reconnectionDelay: 10, forceNew: true })
const other = io(url, { transports: ['websocket'], forceNew: true })
const heard = (socket, event) => new Promise((resolve) => socket.once(event, resolve))
await Promise.all([heard(client, 'connect'), heard(other, 'connect')])
console.log('transport', client.io.engine.transport.name)

const echo = (value) => client.emitWithAck('echo', value)
console.log('text', await echo('höhe'))
console.log('binary', await echo({ bytes: Buffer.from([1, 2, 255]), list: [1, 'two'] }))
console.log('large', (await echo('x'.repeat(300_000))).length)

const news = Promise.all([heard(client, 'news'), heard(other, 'news')])
other.emit('all', Buffer.from('for all'))
console.log('room', (await news).map(String))

const lost = heard(client, 'disconnect')
const back = heard(client, 'connect')
client.emit('cut')
console.log('disconnect', await lost)
await back
console.log('text again', await echo('back'))

client.close()
other.close()
await server.close()

// mqtt over WebSocket, with aedes as the broker behind a stream of each socket.
import { once } from 'node:events'
import { Aedes } from 'aedes'
import mqtt from 'mqtt'
import { createWebSocketStream, WebSocketServer } from 'ws'

const broker = await Aedes.createBroker()
const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
server.on('connection', (socket, request) => {
  console.log('subprotocol', socket.protocol)
  broker.handle(createWebSocketStream(socket), request)
})
await once(server, 'listening')

const client = await mqtt.connectAsync(`ws://127.0.0.1:${server.address().port}`)
await client.subscribeAsync('news/#', { qos: 1 })
const receive = async (topic, payload) => {
  const message = once(client, 'message')
  await client.publishAsync(topic, payload, { qos: 1 })
  return message
}
const [topic, payload, packet] = await receive('news/today', Buffer.from([0, 1, 255]))
console.log(topic, payload, packet.qos)
const [, large] = await receive('news/large', Buffer.alloc(500_000, 7))
console.log(
  large.length,
  large.every((byte) => byte === 7),
)
await client.endAsync()
await new Promise((resolve) => broker.close(resolve))
await new Promise((resolve) => server.close(resolve))
console.log('ended')

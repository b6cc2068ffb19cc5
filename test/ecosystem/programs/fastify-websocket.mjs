// @fastify/websocket: a route, a hook that refuses, and a socket without a network.
import { once } from 'node:events'
import websocket from '@fastify/websocket'
import Fastify from 'fastify'
import { WebSocket } from 'ws'

const fastify = Fastify()
await fastify.register(websocket, { options: { maxPayload: 1 << 20 } })
fastify.get('/echo', { websocket: true }, (socket, request) => {
  socket.send(`hello ${request.query.name}`)
  socket.on('message', (data, binary) => socket.send(data, { binary }))
})
fastify.get(
  '/closed',
  { websocket: true, preValidation: (_, reply) => reply.code(401).send('no') },
  () => {},
)
fastify.get('/echo-http', () => 'plain')
await fastify.listen({ port: 0, host: '127.0.0.1' })
const { port } = fastify.server.address()

const collect = (socket) => {
  const waiting = []
  const got = []
  socket.on('message', (data) => (waiting.length > 0 ? waiting.shift()(data) : got.push(data)))
  return () => (got.length > 0 ? got.shift() : new Promise((resolve) => waiting.push(resolve)))
}
const client = new WebSocket(`ws://127.0.0.1:${port}/echo?name=ada`)
const next = collect(client)
console.log(String(await next()))
client.send('text')
console.log(String(await next()))
client.close(1000, 'done')
console.log('close', ...(await once(client, 'close')).map(String))

const refused = new WebSocket(`ws://127.0.0.1:${port}/closed`)
console.log((await once(refused, 'error'))[0].message)
console.log(await (await fetch(`http://127.0.0.1:${port}/echo-http`)).text())

let read
const injected = await fastify.injectWS(
  '/echo?name=inside',
  {},
  { onInit: (one) => (read = collect(one)) },
)
console.log(String(await read()))
injected.send(Buffer.from('bytes'))
console.log(String(await read()))
injected.terminate()
await fastify.close()
console.log('ended')

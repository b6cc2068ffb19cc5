import fastify from 'fastify'
import { attach } from 'tidewire'
import { chat, run } from './chat.mjs'

const app = fastify({ forceCloseConnections: true })
app.get('/', (_request, reply) => reply.send('hello from Fastify'))
app.post('/messages', (request, reply) => {
  reply.send(String(server.publish('chat', request.body).sent))
})
const server = attach(app.server, chat)
app.addHook('preClose', () => server.close())
await app.listen({ port: 0, host: '127.0.0.1' })
run(app.server, server, () => app.close())

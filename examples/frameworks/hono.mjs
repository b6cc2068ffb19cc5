import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { attach } from 'tidewire'
import { chat, run } from './chat.mjs'

const app = new Hono()
app.get('/', (context) => context.text('hello from Hono'))
app.post('/messages', async (context) => {
  return context.text(String(server.publish('chat', await context.req.text()).sent))
})
const http = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' })
const server = attach(http, chat)
run(http, server)

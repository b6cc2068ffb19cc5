import Koa from 'koa'
import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import { attach } from 'tidewire'
import { chat, run } from './chat.mjs'

const app = new Koa()
app.use(async (context) => {
  if (context.method !== 'POST') context.body = 'hello from Koa'
  else context.body = String(server.publish('chat', await text(context.req)).sent)
})
const http = createServer(app.callback())
const server = attach(http, chat)
http.listen(0, '127.0.0.1')
run(http, server)

import express from 'express'
import { attach } from 'tidewire'
import { chat, run } from './chat.mjs'

const app = express()
app.get('/', (_request, response) => response.send('hello from Express'))
app.post('/messages', express.text(), (request, response) => {
  response.send(String(server.publish('chat', request.body).sent))
})
const http = app.listen(0, '127.0.0.1')
const server = attach(http, chat)
run(http, server)

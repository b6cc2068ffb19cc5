import { createServer } from 'node:http' // or node:https
import { attach } from 'tidewire'
import { chat, run } from './chat.mjs'

const http = createServer((request, response) => {
  if (request.method !== 'POST') return response.end('hello from http')
  let text = ''
  request.setEncoding('utf8').on('data', (part) => (text += part))
  request.on('end', () => response.end(String(server.publish('chat', text).sent)))
})
const server = attach(http, chat)
http.listen(0, '127.0.0.1')
run(http, server)

// express-ws: routes with parameters and middleware, and a broadcast to all clients.
import { once } from 'node:events'
import express from 'express'
import expressWs from 'express-ws'
import { WebSocket } from 'ws'

const { app, getWss } = expressWs(express())
app.use((request, _response, next) => {
  request.greeting = 'hello'
  next()
})
app.get('/', (_request, response) => response.send('plain'))
app.ws('/rooms/:room', (socket, request) => {
  socket.send(`${request.greeting} ${request.params.room}`)
  socket.on('message', (data) => {
    for (const client of getWss().clients) client.send(`to all: ${data}`)
  })
})
const http = app.listen(0, '127.0.0.1')
await once(http, 'listening')
const { port } = http.address()

console.log(await (await fetch(`http://127.0.0.1:${port}/`)).text())
const clients = []
for (const room of ['a', 'b']) {
  const client = new WebSocket(`ws://127.0.0.1:${port}/rooms/${room}`)
  console.log(String((await once(client, 'message'))[0]))
  clients.push(client)
}
const heard = Promise.all(clients.map((client) => once(client, 'message')))
clients[0].send('news')
for (const [data] of await heard) console.log(String(data))
const missing = new WebSocket(`ws://127.0.0.1:${port}/nothing`)
missing.on('error', () => {})
await once(missing, 'close')
console.log('no such route')
for (const client of clients) client.close()
await Promise.all(clients.map((client) => once(client, 'close')))
http.close()

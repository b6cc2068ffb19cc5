// Express routes the upgrade as well: its middleware, its session and the parameters of its path.
import express from 'express'
import { createServer, ServerResponse } from 'node:http'
import { attach } from 'tidewire'
import { chat, run } from './chat.mjs'

const rooms = attach(null, {
  ...chat,
  upgrade: ({ incoming }) => ({ user: incoming.session.user, room: incoming.params.room }),
  open: (socket) => socket.subscribe(socket.data.room),
  message: (socket, message) => {
    const { user, room } = socket.data
    socket.publish(room, `${user}: ${String(message)}`)
  },
})

const app = express()
app.use((request, response, next) => {
  // A session store of your own stands here.
  const [, user] = /user=(\w+)/.exec(request.headers.cookie ?? '') ?? []
  if (!user) return response.status(401).end('who are you?')
  request.session = { user }
  next()
})
app.get('/rooms/:room', (request, response) => {
  const { head } = response.locals
  if (!head) return response.send(`${rooms.subscriberCount(request.params.room)} in here`)
  response.detachSocket(request.socket)
  void rooms.handleUpgrade(request, request.socket, head)
})

const http = createServer(app)
http.on('upgrade', (request, socket, head) => {
  const response = new ServerResponse(request)
  response.shouldKeepAlive = false
  response.assignSocket(socket) // for what the middleware refuses
  response.on('finish', () => socket.end())
  response.locals = { head }
  app(request, response)
})
http.listen(0, '127.0.0.1')
run(http, rooms)

/**
 * WebSockets beside Express, on the same port:
 *
 *     node build/examples/express.js 8080
 *     npx tidewire connect ws://127.0.0.1:8080/updates
 *     curl -d '{"text":"hello"}' -H 'Content-Type: application/json' http://127.0.0.1:8080/messages
 *
 * Express keeps all of HTTP, with its routes and middleware; `attach` takes the upgrades for its path
 * and leaves other paths to other listeners. Ctrl-C ends it.
 */
import express from 'express'
import { createServer } from 'node:http'
import { attach } from 'tidewire'

const app = express()
const http = createServer(app)

const updates = attach(http, {
  path: '/updates',
  open(socket) {
    socket.subscribe('updates')
    socket.send(JSON.stringify({ welcome: updates.sockets.size }))
  },
  // What a client says goes to the others.
  message: (socket, message) => socket.publish('updates', message),
})

app.get('/', (_request, response) => {
  response.send('POST a message to /messages, watch /updates over WebSocket\n')
})

app.post('/messages', express.json(), (request, response) => {
  const { text } = (request.body ?? {}) as { text?: unknown }
  if (typeof text !== 'string') {
    response.status(400).json({ error: 'expected JSON such as {"text":"hello"}' })
    return
  }
  const { sent } = updates.publish('updates', JSON.stringify({ text }))
  response.status(201).json({ sent })
})

app.get('/members', (_request, response) => {
  response.json({ members: updates.subscriberCount('updates') })
})

http.listen(Number(process.argv[2] ?? 8080), '127.0.0.1', () => {
  const address = http.address()
  if (typeof address === 'object') console.log(`listening on http://127.0.0.1:${address?.port}`)
})

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void stop())
}

/** First the WebSockets, which an HTTP server knows nothing of and would wait for. */
async function stop(): Promise<void> {
  await updates.close()
  http.close()
  http.closeIdleConnections()
}

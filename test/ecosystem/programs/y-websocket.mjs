// y-websocket: two Yjs documents that become one through @y/websocket-server.
import { once } from 'node:events'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { WebSocket, WebSocketServer } from 'ws'
import { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'

const require = createRequire(import.meta.url)
const { setupWSConnection } = require('@y/websocket-server/utils')

const http = createServer()
const server = new WebSocketServer({ noServer: true })
server.on('connection', setupWSConnection)
http.on('upgrade', (request, socket, head) =>
  server.handleUpgrade(request, socket, head, (one) => server.emit('connection', one, request)),
)
http.listen(0, '127.0.0.1')
await once(http, 'listening')

const join = (document) =>
  new WebsocketProvider(`ws://127.0.0.1:${http.address().port}`, 'room', document, {
    WebSocketPolyfill: WebSocket,
    disableBc: true,
  })
const [first, second] = [new Y.Doc(), new Y.Doc()]
first.getText('t').insert(0, 'written before anyone was connected')
const providers = [join(first), join(second)]
const is = (document, text) =>
  new Promise((resolve) => {
    const look = () => document.getText('t').toJSON() === text && resolve()
    document.on('update', look)
    look()
  })
await is(second, 'written before anyone was connected')
console.log(second.getText('t').toJSON())
second.getText('t').insert(0, 'and ')
first.getText('t').insert(first.getText('t').length, ', both')
const both = 'and written before anyone was connected, both'
await Promise.all([is(first, both), is(second, both)])
console.log(first.getText('t').toJSON())
for (const provider of providers) provider.destroy()
// The server library keeps timers.
process.exit()

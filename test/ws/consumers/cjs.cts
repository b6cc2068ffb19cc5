// The same for CommonJS, where the class is the module.
import WebSocket = require('ws')

const server: WebSocket.Server = new WebSocket.Server({ port: 0 })
const second: WebSocket.WebSocketServer = new WebSocket.WebSocketServer({ noServer: true })
server.on('connection', (socket: WebSocket) => {
  socket.on('message', (data: WebSocket.RawData) => socket.send(data))
})
const options: WebSocket.ClientOptions = { headers: {} }
const client: WebSocket.WebSocket = new WebSocket.WebSocket('ws://a', options)
const event: WebSocket.MessageEvent | undefined = undefined
const stream = WebSocket.createWebSocketStream(client)
const { WebSocketServer } = WebSocket
export = { server, second, event, stream, WebSocketServer, open: WebSocket.OPEN }

/** `ws`: https://github.com/websockets/ws */
import { WebSocket, WebSocketServer } from 'ws'
import { listenOverHttp } from './http-listener.ts'
import { interoperates, versionOf } from './matrix.ts'
import { asBuffer, type ConnectOptions, Inbox, Refusal, type Side } from './side.ts'

function sideOf(socket: WebSocket): Side {
  const inbox = new Inbox()
  socket.on('message', (data: Buffer, isBinary) => inbox.put(isBinary ? data : data.toString()))
  socket.on('close', (code, reason) => inbox.end(code, reason.toString()))
  socket.on('error', () => {})
  const settled = (start: (callback: (error?: Error | null) => void) => void): Promise<void> =>
    new Promise((resolve, reject) => {
      start((error) => (error ? reject(error) : resolve()))
    })
  return {
    protocol: socket.protocol,
    closed: inbox.closed,
    receive: inbox.receive,
    send: (message) => settled((callback) => socket.send(message, callback)),
    close: (code, reason) => socket.close(code, reason),
    vanish: () => socket.terminate(),
    sendFragments: async (parts) => {
      for (const [i, part] of parts.entries()) {
        const fin = i === parts.length - 1
        await settled((callback) => socket.send(part, { fin }, callback))
      }
    },
    ping: (payload) =>
      new Promise((resolve) => {
        socket.once('pong', (data) => data.equals(asBuffer(payload)) && resolve())
        socket.ping(payload)
      }),
    pause: () => socket.pause(),
    resume: () => socket.resume(),
  }
}

function connect(url: string, { protocols = [], ca }: ConnectOptions): Promise<Side> {
  const socket = new WebSocket(url, [...protocols], ca === undefined ? {} : { ca })
  return new Promise((resolve, reject) => {
    socket.on('open', () => resolve(sideOf(socket)))
    socket.on('error', (error) => reject(new Refusal(error.message)))
    socket.on('unexpected-response', (_request, response) => {
      let body = ''
      response.on('data', (chunk: Buffer) => (body += chunk.toString()))
      response.on('end', () => reject(new Refusal('refused', response.statusCode, body)))
    })
  })
}

interoperates({
  name: `ws ${versionOf('ws')}`,
  client: { connect },
  server: {
    listen: (options) =>
      listenOverHttp(options, (server, accepted) => {
        const { protocols = [], refuse } = options
        const sockets = new WebSocketServer({
          server,
          handleProtocols: (offered) => protocols.find((name) => offered.has(name)) ?? false,
          verifyClient: (_info, answer) =>
            refuse ? answer(false, refuse.status, refuse.body) : answer(true),
        })
        sockets.on('connection', (socket) => accepted.put(sideOf(socket)))
      }),
  },
})

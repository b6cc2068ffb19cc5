/** `faye-websocket`: https://github.com/faye/faye-websocket-node */
import FayeWebSocket from 'faye-websocket'
import { listenOverHttp, refuseOverHttp } from './http-listener.ts'
import { interoperates, versionOf } from './matrix.ts'
import { asBuffer, type ConnectOptions, Inbox, type Nature, Refusal, type Side } from './side.ts'

function sideOf(socket: FayeWebSocket): Side {
  const inbox = new Inbox()
  socket.on('message', ({ data }) => inbox.put(data))
  socket.on('close', ({ code, reason }) => inbox.end(code, reason))
  return {
    protocol: socket.protocol,
    closed: inbox.closed,
    receive: inbox.receive,
    send: async (message) => {
      if (socket.send(typeof message === 'string' ? message : asBuffer(message))) return
      await Promise.race([inbox.closed, new Promise((resolve) => socket.once('drain', resolve))])
    },
    close: (code, reason) => socket.close(code, reason),
    // oxlint-disable-next-line no-underscore-dangle -- there is no public way to the transport
    vanish: () => void socket._stream.destroy(),
    ping: (payload) =>
      new Promise((resolve) => void socket.ping(asBuffer(payload).toString(), resolve)),
    pause: () => socket.pause(),
    resume: () => socket.resume(),
  }
}

function connect(url: string, { protocols = [], ca }: ConnectOptions): Promise<Side> {
  const socket = new FayeWebSocket.Client(url, protocols, { ca })
  return new Promise((resolve, reject) => {
    socket.once('open', () => resolve(sideOf(socket)))
    socket.once('error', ({ message }) => reject(new Refusal(message, socket.statusCode)))
  })
}

const nature: Nature = {
  cannot: {
    fragmentsFromPeer: 'websocket-driver sets FIN on every frame',
    emptyCloseFromPeer: 'close() without a code sends 1000',
    deflate: 'compression is a package of its own, permessage-deflate',
  },
  emptyCloseIs: { value: 1000, why: 'websocket-driver takes no code for DEFAULT_ERROR_CODE' },
}

interoperates({
  name: `faye-websocket ${versionOf('faye-websocket')}`,
  client: {
    ...nature,
    connect,
    inFlight: {
      value: 8,
      why: 'it stops reading while its output is stuck, and so waits for ever for an echo that is stuck',
    },
    opensWithoutProtocol: {
      value: true,
      why: 'only a Sec-WebSocket-Protocol that was not offered fails its handshake',
    },
    refusalLacks: { value: 'body', why: 'its error event has a message, its socket a statusCode' },
  },
  server: {
    ...nature,
    listen: (options) =>
      listenOverHttp(options, (server, accepted) => {
        const { protocols = [], refuse } = options
        server.on('upgrade', (request, transport, head) => {
          if (refuse) return refuseOverHttp(transport, refuse)
          const socket = new FayeWebSocket(request, transport, head, protocols)
          socket.once('open', () => accepted.put(sideOf(socket)))
        })
      }),
  },
})

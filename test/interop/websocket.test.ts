/** `websocket`: https://github.com/theturtle32/WebSocket-Node */
import websocket, { type Connection } from 'websocket'
import { listenOverHttp } from './http-listener.ts'
import { interoperates, versionOf } from './matrix.ts'
import {
  asBuffer,
  type ConnectOptions,
  Inbox,
  type Message,
  type Nature,
  Refusal,
  type Side,
} from './side.ts'

type Received =
  | { readonly type: 'utf8'; readonly utf8Data: string }
  | { readonly type: 'binary'; readonly binaryData: Buffer }

/** Its server takes frames of 64 KiB unless told otherwise. */
const maxReceivedFrameSize = 2 << 20

function sideOf(connection: Connection): Side {
  const inbox = new Inbox()
  connection.on('message', (message: Received) =>
    inbox.put(message.type === 'utf8' ? message.utf8Data : message.binaryData),
  )
  connection.on('close', (code: number, reason: string) => inbox.end(code, reason))
  connection.on('error', () => {})
  const send = (message: Message): Promise<void> =>
    new Promise((resolve, reject) => {
      const settle = (error?: Error): void => (error ? reject(error) : resolve())
      if (typeof message === 'string') connection.sendUTF(message, settle)
      else connection.sendBytes(asBuffer(message), settle)
    })
  return {
    protocol: connection.protocol ?? '',
    closed: inbox.closed,
    receive: inbox.receive,
    send,
    close: (code, reason) => connection.close(code, reason),
    vanish: () => void connection.socket.destroy(),
    // It cuts by size alone, within characters too: here into pieces as long as the first part.
    sendFragments: async (parts) => {
      const { fragmentationThreshold = 0 } = connection.config
      connection.config.fragmentationThreshold = parts[0]!.length
      const bytes = Buffer.concat(parts.map((part) => Buffer.from(part)))
      await send(typeof parts[0] === 'string' ? bytes.toString() : bytes)
      connection.config.fragmentationThreshold = fragmentationThreshold
    },
    ping: (payload) =>
      new Promise((resolve) => {
        const sent = asBuffer(payload)
        connection.once('pong', (data: Buffer) => data.equals(sent) && resolve())
        connection.ping(sent)
      }),
    pause: () => connection.pause(),
    resume: () => connection.resume(),
  }
}

function connect(url: string, { protocols = [], ca }: ConnectOptions): Promise<Side> {
  const client = new websocket.client({ maxReceivedFrameSize, tlsOptions: { ca } })
  return new Promise((resolve, reject) => {
    client.on('connect', (connection) => resolve(sideOf(connection)))
    client.on('connectFailed', (error) => reject(new Refusal(error.message)))
    client.on('httpResponse', (response) => {
      let body = ''
      response.on('data', (chunk: Buffer) => (body += chunk.toString()))
      response.on('end', () => reject(new Refusal('refused', response.statusCode, body)))
    })
    client.connect(url, protocols)
  })
}

const nature: Nature = {
  cannot: {
    emptyCloseFromPeer: 'close() without a code sends 1000',
    deflate: 'it has no extensions',
  },
  emptyCloseIs: { value: 1006, why: 'it keeps "no code" as -1, which it takes for "no frame"' },
  answersCloseWith: { value: 1000, why: 'it answers every close frame that is valid with 1000' },
}

interoperates({
  name: `websocket ${versionOf('websocket')}`,
  client: { ...nature, connect },
  server: {
    ...nature,
    refusalLacks: { value: 'body', why: 'reject() puts its reason into a header' },
    listen: (options) =>
      listenOverHttp(options, (httpServer, accepted) => {
        const { protocols = [], refuse } = options
        const server = new websocket.server({ httpServer, maxReceivedFrameSize })
        server.on('request', (request) => {
          if (refuse) return request.reject(refuse.status, refuse.body)
          const protocol = request.requestedProtocols.find((name) => protocols.includes(name))
          accepted.put(sideOf(request.accept(protocol)))
        })
      }),
  },
})

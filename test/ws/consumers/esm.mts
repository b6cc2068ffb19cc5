// As programs for ws and @types/ws are written; types.test.ts compiles it with both.
import { createServer, IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import WebSocket, {
  type AddressInfo,
  type CertMeta,
  type ClientOptions,
  type CloseEvent,
  createWebSocketStream,
  type Data,
  type ErrorEvent,
  type Event,
  type EventListenerOptions,
  type FinishRequestCallback,
  type MessageEvent,
  type PerMessageDeflateOptions,
  type RawData,
  type Server,
  type ServerOptions,
  type VerifyClientCallbackAsync,
  type VerifyClientCallbackSync,
  WebSocket as Named,
  WebSocketServer,
} from 'ws'

const deflate: PerMessageDeflateOptions = {
  serverNoContextTakeover: true,
  clientMaxWindowBits: 10,
  threshold: 1024,
  zlibDeflateOptions: { level: 6, memLevel: 8, chunkSize: 1024 },
  zlibInflateOptions: { chunkSize: 1024 },
  concurrencyLimit: 10,
}
const finish: FinishRequestCallback = (request, websocket) => void request.end(websocket.url)
const key: CertMeta = 'key'
const sync: VerifyClientCallbackSync = ({ origin, secure, req }) =>
  secure && origin === 'https://a.example' && req.url === '/'
const later: VerifyClientCallbackAsync = ({ req }, callback) =>
  callback(req.method === 'GET', 401, 'no', { 'X-Why': 'because' })

const options: ServerOptions = {
  port: 8080,
  host: '127.0.0.1',
  backlog: 100,
  path: '/',
  verifyClient: sync,
  handleProtocols: (protocols, request) => (request.url ? [...protocols][0]! : false),
  perMessageDeflate: deflate,
  clientTracking: true,
  maxPayload: 1024,
  skipUTF8Validation: false,
  allowSynchronousEvents: true,
  autoPong: true,
}

export function serve(): Server {
  const server = new WebSocketServer(options, () => console.log('listening'))
  const other = new WebSocketServer({ server: createServer(), verifyClient: later })
  server.on('connection', function (socket, request) {
    const { size } = this.clients
    const address: string | undefined = request.socket.remoteAddress
    socket.on('message', function (data: RawData, isBinary: boolean) {
      this.send(data, { binary: isBinary, compress: true, fin: true }, (error?: Error) => {
        if (error) console.error(error.message, address, size)
      })
    })
    socket.on('close', (code, reason) => console.log(code.toFixed(), reason.toString('utf8')))
    socket.once('pong', (data) => console.log(data.length))
    socket.off('error', console.error)
    for (const client of server.clients) {
      if (client !== socket && client.readyState === WebSocket.OPEN) client.send('joined')
    }
  })
  server.on('headers', (headers, request) => headers.push(`X-Path: ${request.url}`))
  server.on('wsClientError', (error, socket, request) =>
    socket.destroy(request.url ? error : undefined),
  )
  server.on('custom', (one, two) => console.log(one.any, two.thing))
  const address = server.address() as AddressInfo
  console.log(address.port, server.options.path, server.path)
  other.close((error?: Error) => console.log(error))
  return server
}

export function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
  const server = new WebSocketServer({ noServer: true })
  if (server.shouldHandle(request)) {
    server.handleUpgrade(request, socket, head, (client, { url }) => {
      server.emit('connection', client, url)
    })
  }
}

class Request extends IncomingMessage {
  declare user: string
}
class Client extends WebSocket {
  name = ''
}

export function typed(): void {
  const server = new WebSocketServer<typeof Client, typeof Request>({
    WebSocket: Client,
    noServer: true,
  })
  server.on('connection', (client, request) => (client.name = request.user))
  const names: string[] = [...server.clients].map(({ name }) => name)
  console.log(names)
}

export function connect(url: string | URL): WebSocket {
  const settings: ClientOptions = {
    headers: { Authorization: 'Bearer x' },
    origin: 'https://a.example',
    followRedirects: true,
    maxRedirects: 3,
    handshakeTimeout: 1000,
    perMessageDeflate: false,
    rejectUnauthorized: false,
    ca: 'certificate',
    protocolVersion: 13,
    finishRequest: finish,
    key,
    generateMask: (mask) => mask.fill(0),
  }
  const client = new WebSocket(url, ['a', 'b'], settings)
  const plain: Named = new Named(url, { timeout: 100, agent: undefined })
  const nothing = new WebSocket(null)
  client.binaryType = 'arraybuffer'
  client.onopen = (event: Event) => console.log(event.type, event.target.protocol)
  client.onmessage = ({ data }: MessageEvent) => show(data)
  client.onclose = (event: CloseEvent) => console.log(event.code, event.reason, event.wasClean)
  client.onerror = ({ message, error }: ErrorEvent) => console.error(message, error)
  const once: EventListenerOptions = { once: true }
  client.addEventListener('message', (event) => show(event.data), once)
  client.addEventListener('close', { handleEvent: ({ code }) => console.log(code) })
  client.removeEventListener('open', console.log)
  client.on('unexpected-response', (request, response) => {
    console.log(request.path, response.statusCode)
  })
  client.on('redirect', (to, request) => request.setHeader('X-To', to))
  client.on('upgrade', ({ headers }) => console.log(headers.server))
  client.ping()
  client.ping('data', true, (error: Error) => console.error(error))
  client.pong(Buffer.from('data'))
  client.send(new Uint8Array(1), (error) => console.error(error?.message))
  client.send([1, 2, 3])
  client.pause()
  client.resume()
  console.log(client.isPaused, client.bufferedAmount, client.extensions, nothing.CONNECTING)
  const stream: Duplex = createWebSocketStream(client, { encoding: 'utf8' })
  stream.pipe(createWebSocketStream(plain)).pipe(stream)
  plain.close(1000, 'done')
  client.terminate()
  return client
}

function show(data: Data): void {
  console.log(
    typeof data === 'string' ? data : data instanceof ArrayBuffer ? data.byteLength : data.length,
  )
}

export const states: (0 | 1 | 2 | 3)[] = [
  WebSocket.CONNECTING,
  WebSocket.OPEN,
  connect('').readyState,
]
export const inNamespace: WebSocket.RawData | WebSocket.Data = Buffer.alloc(0)

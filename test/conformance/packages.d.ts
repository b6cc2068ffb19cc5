/** The parts that are used here of two packages that come without types. */

declare module 'faye-websocket' {
  import type { IncomingMessage } from 'node:http'
  import type { Duplex } from 'node:stream'

  class FayeWebSocket {
    constructor(request: IncomingMessage, socket: Duplex, head: Buffer)
    on(name: 'message', listener: (event: { readonly data: string | Buffer }) => void): this
    on(name: 'close' | 'error', listener: () => void): this
    send(message: string | Buffer): boolean
    static isWebSocket(request: IncomingMessage): boolean
    static Client: new (url: string, protocols: readonly string[]) => FayeWebSocket
  }

  export default FayeWebSocket
}

declare module 'websocket' {
  import type { EventEmitter } from 'node:events'
  import type { Server as HttpServer } from 'node:http'

  interface Config {
    readonly maxReceivedFrameSize: number
    readonly maxReceivedMessageSize: number
  }

  export interface Connection extends EventEmitter {
    sendUTF(text: string): void
    sendBytes(bytes: Buffer): void
  }

  export interface Request {
    accept(protocol: undefined): Connection
  }

  class Client {
    constructor(config: Config)
    connect(url: string): void
    on(name: 'connect', listener: (connection: Connection) => void): this
    on(name: 'connectFailed', listener: () => void): this
  }

  class Server {
    constructor(config: Config & { readonly httpServer: HttpServer })
    on(name: 'request', listener: (request: Request) => void): this
  }

  const websocket: { readonly client: typeof Client; readonly server: typeof Server }
  export default websocket
}

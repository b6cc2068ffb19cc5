/** The parts that are used here of two packages that come without types. */

declare module 'faye-websocket' {
  import type { IncomingMessage } from 'node:http'
  import type { Duplex } from 'node:stream'

  interface Events {
    open: unknown
    message: { readonly data: string | Buffer }
    close: { readonly code: number; readonly reason: string }
    error: { readonly message: string }
    drain: unknown
  }

  class FayeWebSocket {
    constructor(
      request: IncomingMessage,
      socket: Duplex,
      head: Buffer,
      protocols: readonly string[],
    )
    readonly protocol: string
    on<Name extends keyof Events>(name: Name, listener: (event: Events[Name]) => void): this
    once<Name extends keyof Events>(name: Name, listener: (event: Events[Name]) => void): this
    send(message: string | Buffer): boolean
    ping(message: string, callback: () => void): boolean
    pause(): void
    resume(): void
    close(code?: number, reason?: string): void
    /** The transport; not public. */
    readonly _stream: Duplex
    static Client: typeof FayeClient
  }

  class FayeClient extends FayeWebSocket {
    constructor(url: string, protocols: readonly string[], options?: { ca?: string | undefined })
    readonly statusCode: number | undefined
  }

  export default FayeWebSocket
}

declare module 'websocket' {
  import type { EventEmitter } from 'node:events'
  import type { IncomingMessage, Server as HttpServer } from 'node:http'
  import type { Socket } from 'node:net'

  export interface Config {
    maxReceivedFrameSize?: number
    fragmentationThreshold?: number
    tlsOptions?: { ca?: string | undefined }
  }

  export interface Connection extends EventEmitter {
    readonly protocol: string | undefined
    readonly socket: Socket
    readonly config: Config
    sendUTF(text: string, callback: (error?: Error) => void): void
    sendBytes(bytes: Buffer, callback: (error?: Error) => void): void
    ping(payload: Buffer): void
    pause(): void
    resume(): void
    close(code?: number, reason?: string): void
  }

  export interface Request {
    readonly requestedProtocols: readonly string[]
    accept(protocol?: string): Connection
    reject(status: number, reason: string): void
  }

  class Client extends EventEmitter {
    constructor(config: Config)
    connect(url: string, protocols: readonly string[]): void
    on(name: 'connect', listener: (connection: Connection) => void): this
    on(name: 'connectFailed', listener: (error: Error) => void): this
    on(name: 'httpResponse', listener: (response: IncomingMessage) => void): this
  }

  class Server extends EventEmitter {
    constructor(config: Config & { httpServer: HttpServer })
    on(name: 'request', listener: (request: Request) => void): this
  }

  const websocket: { readonly client: typeof Client; readonly server: typeof Server }
  export default websocket
}

declare module 'websocket-driver' {
  import type { IncomingMessage } from 'node:http'
  import type { Duplex } from 'node:stream'

  export interface Driver {
    readonly io: Duplex
    readonly version: string
    on(name: 'open', listener: () => void): this
    on(name: 'message', listener: (event: { readonly data: string | Buffer }) => void): this
    on(name: 'close', listener: (event: { readonly code: number | null }) => void): this
    start(): boolean
    text(message: string): boolean
    binary(message: Buffer): boolean
    ping(message: string, answered: () => void): boolean
    close(): boolean
  }

  const websocketDriver: {
    client(url: string): Driver
    http(request: IncomingMessage, options: { allowDrafts: boolean }): Driver
    isWebSocket(request: IncomingMessage): boolean
  }
  export default websocketDriver
}

import type { IncomingMessage, OutgoingHttpHeaders, Server as HttpServer } from 'node:http'
import type { Server as HttpsServer } from 'node:https'
import type { PerMessageDeflateOptions } from './permessage-deflate.ts'
import type { SocketOptions, WebSocket } from './websocket.ts'

/** What a program judges a client by. */
export interface ClientInfo<Request extends IncomingMessage = IncomingMessage> {
  /** The value of the field Origin. */
  origin: string
  /** Whether the connection is one of TLS. */
  secure: boolean
  req: Request
}

export type VerifyClientCallbackSync<Request extends IncomingMessage = IncomingMessage> = (
  info: ClientInfo<Request>,
) => boolean

export type VerifyClientCallbackAsync<Request extends IncomingMessage = IncomingMessage> = (
  info: ClientInfo<Request>,
  callback: (
    verified: boolean,
    code?: number,
    message?: string,
    headers?: OutgoingHttpHeaders,
  ) => void,
) => void

/** What a server can be told. One of `port`, `server` and `noServer` is needed. */
export interface ServerOptions<
  Socket extends typeof WebSocket = typeof WebSocket,
  Request extends typeof IncomingMessage = typeof IncomingMessage,
> extends SocketOptions {
  host?: string | undefined
  port?: number | undefined
  /** Connections that may wait to be accepted. Default 511. */
  backlog?: number | undefined
  server?: HttpServer<Request> | HttpsServer<Request> | undefined
  noServer?: boolean | undefined
  /** Whether a client is let in. One with two parameters answers by its callback. */
  verifyClient?:
    | VerifyClientCallbackAsync<InstanceType<Request>>
    | VerifyClientCallbackSync<InstanceType<Request>>
    | undefined
  /** Picks a subprotocol. Default: the first that the client offers. */
  handleProtocols?:
    | ((protocols: Set<string>, request: InstanceType<Request>) => string | false)
    | undefined
  /** Requests for other paths are refused. Default: none are. */
  path?: string | undefined
  /** Whether `clients` is kept. Default `true`. */
  clientTracking?: boolean | undefined
  /** Has no effect: what has come in pieces is put together. */
  maxBufferedChunks?: number | undefined
  /** Whether clients may compress, or how. Default `false`. */
  perMessageDeflate?: boolean | PerMessageDeflateOptions | undefined
  /** The class of the sockets. */
  WebSocket?: Socket | undefined
}

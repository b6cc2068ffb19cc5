import type { IncomingMessage } from 'node:http'
import type { AddressInfo as NetAddressInfo } from 'node:net'
import type {
  ClientOptions as Client,
  FinishRequestCallback as FinishRequest,
} from './client-options.ts'
import { createWebSocketStream } from './create-websocket-stream.ts'
import type * as events from './event-target.ts'
import { extension } from './extension.ts'
import {
  PerMessageDeflate,
  type PerMessageDeflateOptions as Deflate,
} from './permessage-deflate.ts'
import { Receiver } from './receiver.ts'
import { Sender } from './sender.ts'
import type * as server from './server-options.ts'
import { subprotocol } from './subprotocol.ts'
import type * as typing from './typing.ts'
import { WebSocketServer as ServerClass } from './websocket-server.ts'
import { WebSocket as SocketClass } from './websocket.ts'

interface Statics {
  createWebSocketStream: typeof createWebSocketStream
  extension: typeof extension
  PerMessageDeflate: typeof PerMessageDeflate
  Receiver: typeof Receiver
  Sender: typeof Sender
  Server: typeof ServerClass
  subprotocol: typeof subprotocol
  WebSocket: typeof SocketClass
  WebSocketServer: typeof ServerClass
}

/** The class. With CommonJS it is the module, and all else hangs on it. */
export const WebSocket: typeof SocketClass & Statics = Object.assign(SocketClass, {
  createWebSocketStream,
  extension,
  PerMessageDeflate,
  Receiver,
  Sender,
  Server: ServerClass,
  subprotocol,
  WebSocket: SocketClass,
  WebSocketServer: ServerClass,
})
export type WebSocket = SocketClass

/** The types of the module, where programs for `@types/ws` look for them. */
export declare namespace WebSocket {
  type AddressInfo = NetAddressInfo
  type CertMeta = typing.CertMeta
  type ClientOptions = Client
  type CloseEvent = events.CloseEvent
  type Data = typing.Data
  type ErrorEvent = events.ErrorEvent
  type FinishRequestCallback = FinishRequest
  type Event = events.Event
  type EventListenerOptions = typing.EventListenerOptions
  type MessageEvent = events.MessageEvent
  type PerMessageDeflateOptions = Deflate
  type RawData = typing.RawData
  type Server<
    Socket extends typeof SocketClass = typeof SocketClass,
    Request extends typeof IncomingMessage = typeof IncomingMessage,
  > = ServerClass<Socket, Request>
  type ServerOptions<
    Socket extends typeof SocketClass = typeof SocketClass,
    Request extends typeof IncomingMessage = typeof IncomingMessage,
  > = server.ServerOptions<Socket, Request>
  type VerifyClientCallbackAsync = server.VerifyClientCallbackAsync
  type VerifyClientCallbackSync = server.VerifyClientCallbackSync
  type WebSocket = SocketClass
  type WebSocketEventMap = typing.WebSocketEventMap
  type WebSocketServer = ServerClass
}

export { createWebSocketStream } from './create-websocket-stream.ts'
export { extension } from './extension.ts'
export { PerMessageDeflate } from './permessage-deflate.ts'
export { Receiver } from './receiver.ts'
export { Sender } from './sender.ts'
export { subprotocol } from './subprotocol.ts'
export { WebSocketServer, type WebSocketServer as Server } from './websocket-server.ts'
export { WebSocket, WebSocket as default, WebSocket as 'module.exports' } from './statics.ts'
export type { AddressInfo } from 'node:net'
export type { ClientOptions, FinishRequestCallback } from './client-options.ts'
export type { CloseEvent, ErrorEvent, Event, MessageEvent } from './event-target.ts'
export type { PerMessageDeflateOptions } from './permessage-deflate.ts'
export type {
  ServerOptions,
  VerifyClientCallbackAsync,
  VerifyClientCallbackSync,
} from './server-options.ts'
export type { CertMeta, Data, EventListenerOptions, RawData } from './typing.ts'

export type { AdmissionOptions } from './admission.ts'
export { attach } from './attach.ts'
export type { Proxies } from './client-address.ts'
export { HttpRequest } from './http-request.ts'
export { inspect, type InspectOptions } from './inspect.ts'
export type { Inspector } from './inspector/inspector.ts'
export type { Metrics } from './metrics.ts'
export { type Meter, observeMetrics } from './observe-metrics.ts'
export type { RateOptions, RatePolicy } from './rate-limit.ts'
export { type ListeningServer, serve, type ServeOptions } from './serve.ts'
export type { ServerSocket } from './server-socket.ts'
export type { ServerOptions } from './server-options.ts'
export type { CloseOptions, Server } from './server.ts'
export type { SocketHandlers } from './socket-events.ts'
export type { Socket } from './socket.ts'
export type { Handshake } from './upgrade-gate.ts'
export type {
  CloseCause,
  CloseFrame,
  CloseOutcome,
  CloseTrigger,
  DeflateOptions,
  Heartbeat,
  HostPolicy,
  Limits,
  Message,
  OriginPolicy,
  SubprotocolChoice,
  Version,
} from '../core/index.ts'
export { HandshakeError, ReadyState } from '../core/index.ts'
export {
  type ErrorCode,
  LocalProtocolError,
  OptionError,
  RemoteProtocolError,
  TidewireError,
} from '../errors/index.ts'
export {
  type PublishResult,
  type SendResult,
  type SlowConsumerPolicy,
  topicFault,
} from '../hub/index.ts'
export type { ClientSocket } from './client-socket.ts'
export { CloseEvent } from './close-event.ts'
export { ConnectError, type ConnectPhase } from './connect-error.ts'
export { connect, type ConnectOptions } from './connect.ts'
export type { ProxyOptions } from './proxy.ts'
export type { CookieJar } from './cookie-jar.ts'
export { record, type RunningRecording } from './recorders.ts'
export type { ConnectionOptions } from './connection-options.ts'
export type { TlsOptions } from './dial-options.ts'
export type { WebSocketEventMap } from './websocket-target.ts'
export { WebSocket, type WebSocketOptions } from './websocket.ts'
export type { WebSocketCloseInfo } from './close-info.ts'
export { WebSocketError } from './websocket-error.ts'
export {
  type WebSocketOpenInfo,
  WebSocketStream,
  type WebSocketStreamOptions,
} from './websocket-stream.ts'

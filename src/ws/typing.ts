import type { ClientRequest, IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { CloseEvent, ErrorEvent, Event, MessageEvent } from './event-target.ts'

/** What a message comes as. */
export type RawData = Buffer | ArrayBuffer | Buffer[]

/** What the `data` of a `MessageEvent` is. */
export type Data = string | Buffer | ArrayBuffer | Buffer[]

/** Told when the system has taken what was sent, or will not. */
export type SendCallback = (error?: Error) => void

/** The same for pings and pongs; ws declares its error as always there. */
export type ControlCallback = (error: Error) => void

/** A certificate or key. */
export type CertMeta = string | string[] | Buffer | Buffer[]

/** What listeners of a WebSocket are given. */
export interface SocketEvents {
  open: []
  message: [data: RawData, isBinary: boolean]
  ping: [data: Buffer]
  pong: [data: Buffer]
  error: [error: Error]
  close: [code: number, reason: Buffer]
  upgrade: [request: IncomingMessage]
  redirect: [url: string, request: ClientRequest]
  'unexpected-response': [request: ClientRequest, response: IncomingMessage]
}

/** What listeners of a server are given. */
export interface ServerEvents<Socket, Request> {
  connection: [websocket: Socket, request: Request]
  headers: [headers: string[], request: Request]
  wsClientError: [error: Error, socket: Duplex, request: Request]
  listening: []
  error: [error: Error]
  close: []
}

/** What a listener of any other event is given: nobody knows. */
// oxlint-disable-next-line typescript/no-explicit-any
export type AnyArguments = any[]

export interface WebSocketEventMap {
  open: Event
  message: MessageEvent
  error: ErrorEvent
  close: CloseEvent
}

export type EventHandler<E extends Event> = ((event: E) => void) | { handleEvent(event: E): void }

export interface EventListenerOptions {
  once?: boolean | undefined
}

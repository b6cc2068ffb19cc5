import type { ClientRequest, ClientRequestArgs } from 'node:http'
import type { SecureContextOptions } from 'node:tls'
import type { PerMessageDeflateOptions } from './permessage-deflate.ts'
import type { SocketOptions, WebSocket } from './websocket.ts'

/** Sends the request of an opening handshake, after what it changes in it. */
export type FinishRequestCallback = (request: ClientRequest, websocket: WebSocket) => void

/**
 * What a client can be told. All that `http.request` takes goes there, but for what the URL says.
 */
export interface ClientOptions extends SocketOptions, SecureContextOptions, ClientRequestArgs {
  checkServerIdentity?: ((servername: string, cert: never) => unknown) | undefined
  /** Called to send the request, which it must `end`, after what it changes in it. */
  finishRequest?: FinishRequestCallback | undefined
  /** Whether redirects are followed. Default `false`. */
  followRedirects?: boolean | undefined
  /** Milliseconds for each request of the opening handshake. Default: no limit. */
  handshakeTimeout?: number | undefined
  /** Has no effect: what has come in pieces is put together. */
  maxBufferedChunks?: number | undefined
  /** Default 10. */
  maxRedirects?: number | undefined
  /** The value of the field Origin. */
  origin?: string | undefined
  /** Whether compression is offered, or how. Default `true`. */
  perMessageDeflate?: boolean | PerMessageDeflateOptions | undefined
  /** Subprotocols, where they are not an argument of their own. */
  protocols?: string | readonly string[] | undefined
  /** 13, or 8 for a server of 2011. Default 13. */
  protocolVersion?: number | undefined
  rejectUnauthorized?: boolean | undefined
  servername?: string | undefined
}

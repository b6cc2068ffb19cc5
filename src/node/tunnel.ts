import type { Limits, ResponseHead } from '../core/index.ts'
import { HttpTunnel } from './http-tunnel.ts'
import type { Proxy } from './proxy.ts'
import { SocksTunnel } from './socks-tunnel.ts'

/** Where a tunnel leads. */
export interface Destination {
  /** A name or an address, without brackets. */
  readonly hostname: string
  readonly port: number
}

/** What is said to a proxy until it has opened a way to a server: bytes in, bytes out. */
export interface Tunnel {
  /** The first bytes to send. */
  readonly greeting: Uint8Array
  receive(bytes: Uint8Array): TunnelResult
}

export type TunnelResult =
  | { readonly state: 'waiting' }
  | { readonly state: 'asking'; readonly send: Uint8Array }
  /** Whatever comes from now on, `rest` first, comes from the server. */
  | { readonly state: 'open'; readonly rest: Uint8Array }
  /** `rest` are the first bytes of the content that explains it. */
  | { readonly state: 'refused'; readonly fault: TunnelFault; readonly rest: Uint8Array }

/** Why a proxy does not open the way. */
export interface TunnelFault {
  readonly code: 'ERR_CONNECT_PROXY' | 'ERR_CONNECT_PROXY_AUTH'
  readonly what: string
  /** Without one, the catalogue's. */
  readonly remedy?: string | undefined
  /** What an HTTP proxy answered. */
  readonly response?: ResponseHead | undefined
  readonly cause?: unknown
}

/** A tunnel through `proxy`, to be asked for. */
export function tunnelThrough(proxy: Proxy, destination: Destination, limits: Limits): Tunnel {
  if (proxy.protocol === 'socks5') return new SocksTunnel(proxy, destination)
  return new HttpTunnel(proxy, destination, limits)
}

import net, { type NetConnectOpts } from 'node:net'
import type { Duplex } from 'node:stream'
import tls, { type ConnectionOptions } from 'node:tls'

// Modules are named, not their functions: programs replace those, and ws would find the replacements.

/** What `http.request` is given. */
export interface RequestOptions {
  createConnection: unknown
  defaultPort: unknown
  headers: Record<string, unknown>
  timeout: number | undefined
  method: 'GET'
  protocol: undefined
  hostname: undefined
  host: string
  port: string | number
  path: string
  socketPath: string | undefined
  auth: string | undefined
}

/** `path` is the request's here, and must not be taken for that of a socket. */
export function connectPlain(options: RequestOptions): Duplex {
  return net.connect({ ...options, path: options.socketPath } as unknown as NetConnectOpts)
}

export function connectSecure(options: RequestOptions & ConnectionOptions): Duplex {
  const { host, servername } = options
  const name = servername || servername === '' ? servername : net.isIP(host) ? '' : host
  return tls.connect({ ...options, path: undefined, servername: name } as ConnectionOptions)
}

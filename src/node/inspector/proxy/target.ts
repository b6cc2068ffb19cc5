import { connect as connectTcp, isIP, type Socket as NetSocket } from 'node:net'
import { connect as connectTls, type ConnectionOptions as TlsConnectOptions } from 'node:tls'
import type { ConnectUrl } from '../../connect-url.ts'

/** How the request of a client is changed on its way. By default it is not. */
export interface Rewriting {
  /** Host becomes that of the target. */
  readonly host: boolean
  /** Origin becomes that of the target, where it was one of this machine. */
  readonly origin: boolean
}

/** Where a proxy passes things on to. */
export interface Target {
  readonly url: ConnectUrl
  readonly tls: TlsConnectOptions
  readonly rewriting: Rewriting
}

export function openTarget({ url, tls }: Target): NetSocket {
  const { hostname: host, port, socketPath } = url
  const where = socketPath === undefined ? { host, port } : { path: socketPath }
  const common = { ...where, allowHalfOpen: true }
  if (!url.secure) return connectTcp(common)
  // RFC 6066 §3: no address is a name for SNI.
  const named = isIP(host) === 0 ? { servername: host } : {}
  return connectTls({ ALPNProtocols: ['http/1.1'], ...named, ...tls, ...common })
}

/** The head of a request as the target gets it: byte for byte the client's, but for what is asked for. */
export function rewritten(head: string, { url, rewriting }: Target): string {
  return head
    .split('\r\n')
    .map((line) => {
      const colon = Math.max(0, line.indexOf(':'))
      const name = line.slice(0, colon)
      const field = name.toLowerCase()
      if (field === 'host' && rewriting.host) return `${name}: ${url.host}`
      const local = field === 'origin' && rewriting.origin && isLocal(line.slice(colon + 1).trim())
      return local ? `${name}: ${url.secure ? 'https' : 'http'}://${url.host}` : line
    })
    .join('\r\n')
}

/**
 * Only pages of this machine become the target's own: a page of any site can connect to a port here, and the
 * target has to learn where it is from.
 */
function isLocal(origin: string): boolean {
  if (!URL.canParse(origin)) return false
  const { hostname } = new URL(origin)
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname)
}

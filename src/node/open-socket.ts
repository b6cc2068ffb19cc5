import { lookup as lookupName } from 'node:dns'
import {
  connect as connectTcp,
  isIP,
  type LookupFunction,
  type Socket as NetSocket,
  type TcpNetConnectOpts,
} from 'node:net'
import { connect as connectTls, type ConnectionOptions as NodeTlsOptions } from 'node:tls'
import type { Place } from './connect-url.ts'
import type { DialOptions, TlsOptions } from './dial-options.ts'
import { sharedOnRead } from './shared-read.ts'

/**
 * Begins a connection, with TLS where the place wants it.
 * @param take Called with bytes that are lent, unless the socket emits them as `data`.
 * @throws {Error} Node's, for a certificate or a key that is not one.
 */
export function openSocket(
  place: Place,
  { lookup, localAddress, family }: DialOptions,
  tls: TlsOptions | undefined,
  take?: (bytes: Uint8Array) => void,
): NetSocket {
  const { hostname: host, port, socketPath: path } = place
  const options = {
    // When to end our side is the protocol's to decide, not the stream's (RFC 6455 §7.1.1).
    allowHalfOpen: true,
    host,
    port,
    family: versionFor(family, localAddress),
    ...(path !== undefined && { path }),
    ...(localAddress !== undefined && { localAddress }),
    ...(lookup && { lookup: later(lookup) }),
    ...(take && sharedOnRead(take)),
  }
  if (!place.secure) return connectTcp(options as TcpNetConnectOpts)
  return connectTls({ ...options, ...tlsOptions(place, tls) } as NodeTlsOptions)
}

/**
 * Begins TLS over a connection that there is, such as a tunnel.
 * @throws {Error} Node's, for a certificate or a key that is not one.
 */
export function secureSocket(socket: NetSocket, place: Place, tls?: TlsOptions): NetSocket {
  return connectTls({ ...tlsOptions(place, tls), host: place.hostname, socket })
}

/** The address of a name, as a connection to it would look it up. */
export function resolveName(
  hostname: string,
  { lookup = lookupName, localAddress, family }: DialOptions,
  done: (error: Error | null, address: string) => void,
): void {
  later(lookup)(
    hostname,
    { family: versionFor(family, localAddress), all: false },
    (error, found) => {
      // Some look-ups bring all that there are whether or not they are asked for them.
      const [first] = typeof found === 'string' ? [found] : found.map(({ address }) => address)
      done(error ?? (first === undefined ? new Error('there are no addresses') : null), first ?? '')
    },
  )
}

/** 0 is either; a connection from an address of one version cannot be to one of the other. */
function versionFor(family: DialOptions['family'], localAddress = ''): number {
  return family ?? isIP(localAddress)
}

function tlsOptions({ hostname }: Place, tls?: TlsOptions): NodeTlsOptions {
  return {
    // RFC 6066 §3: a server name is a host name, never an address.
    servername: isIP(hostname) ? '' : hostname,
    ...tls,
    // RFC 7301: a server of several protocols must not choose HTTP/2, where there is no Upgrade.
    ALPNProtocols: ['http/1.1'],
  }
}

/** A look-up that answers at once would do so before anybody listens to the socket it is for. */
function later(lookup: LookupFunction): LookupFunction {
  return (hostname, options, callback) => {
    const answer = (...parameters: Parameters<typeof callback>): void =>
      process.nextTick(callback, ...parameters)
    try {
      lookup(hostname, options, answer)
    } catch (error) {
      answer(error as NodeJS.ErrnoException, [])
    }
  }
}

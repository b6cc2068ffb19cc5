import { type LookupAddress, lookup as lookupName } from 'node:dns'
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
    ...(lookup && { lookup: reliable(lookup) }),
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
  const options = { family: versionFor(family, localAddress), all: false }
  reliable(lookup)(hostname, options, (error, found) => done(error, found as string))
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

/**
 * A look-up that answers once, in the form it was asked for, and later: at once nobody would listen to the
 * socket yet. A program's own may answer anything, and Node would throw where nobody catches it.
 */
function reliable(lookup: LookupFunction): LookupFunction {
  return (hostname, options, callback) => {
    let answered = false
    const answer = (error: unknown, found?: unknown): void => {
      if (answered) return
      answered = true
      const addresses = addressesIn(found)
      const [first] = addresses
      const failure = error ? asError(error) : first ? null : new Error('there are no addresses')
      if (failure || options.all) process.nextTick(callback, failure, addresses)
      else process.nextTick(callback, null, first!.address, first!.family)
    }
    try {
      lookup(hostname, options, answer)
    } catch (error) {
      answer(error)
    }
  }
}

/** One or many of them, with their versions or bare. */
function addressesIn(found: unknown): LookupAddress[] {
  return [found].flat().flatMap((one: unknown) => {
    const address = (one as LookupAddress | undefined)?.address ?? one
    const family = typeof address === 'string' ? isIP(address) : 0
    return family === 0 ? [] : [{ address: address as string, family }]
  })
}

function asError(error: unknown): NodeJS.ErrnoException {
  return error instanceof Error ? error : new Error(String(error))
}

import { isIP, type Server as NetServer, type Socket as NetSocket } from 'node:net'
import { Server as TlsServer } from 'node:tls'
import { deadline } from './deadline.ts'

// The PROXY protocol of HAProxy (https://www.haproxy.org/download/3.0/doc/proxy-protocol.txt): a proxy that
// passes bytes on unread begins each connection with a header that tells who is behind it.

/** §2.2. */
const signature = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1')
/** §2.1: a header of version 1 has 107 bytes at most, its CR LF included. */
const longestText = 107
/** A header of version 2 may bring more than addresses; no proxy brings this much. */
const longestBinary = 4096

/** What a header says; `address` is `undefined` when the proxy speaks for itself, or does not know. */
interface ProxyHeader {
  /** Bytes of the header. */
  readonly length: number
  readonly address: string | undefined
}

/** The addresses that proxies have announced, by the connection that HTTP is spoken on. */
const announced = new WeakMap<NetSocket, string>()

/** The address that a PROXY header gave for the client of this connection. */
export function announcedAddress(socket: NetSocket): string | undefined {
  return announced.get(socket)
}

/**
 * Lets every connection of an HTTP or HTTPS server begin with a PROXY header. One that does not is
 * destroyed: whoever gets past the proxy could else say what he likes.
 * @param timeout Milliseconds for the header.
 */
export function expectProxyHeaders(server: NetServer, timeout: number): void {
  const listeners = server.listeners('connection')
  const accept = (socket: NetSocket): void => {
    // Before they listen, for one of them may stop it. TLS reads from below the socket.
    if (!(server instanceof TlsServer)) socket.resume()
    for (const listener of listeners) listener.call(server, socket)
  }
  /** Connections whose header was read: one that is given back to HTTP comes a second time, without one. */
  const begun = new WeakSet<NetSocket>()
  /** Of the connections in a TLS handshake: by the address and port of the proxy, which both have. */
  const secured = new Map<string, string>()
  server.removeAllListeners('connection')
  server.on('connection', (socket: NetSocket) => {
    if (begun.has(socket)) return accept(socket)
    readHeader(socket, timeout, (address) => {
      begun.add(socket)
      if (address !== undefined) {
        const key = peerOf(socket)
        announced.set(socket, address)
        secured.set(key, address)
        socket.once('close', () => secured.delete(key))
      }
      accept(socket)
    })
  })
  server.prependListener('secureConnection', (socket: NetSocket) => {
    const address = secured.get(peerOf(socket))
    if (address !== undefined) announced.set(socket, address)
  })
}

function peerOf({ remoteAddress, remotePort }: NetSocket): string {
  return `${remoteAddress} ${remotePort}`
}

function readHeader(
  socket: NetSocket,
  timeout: number,
  done: (address: string | undefined) => void,
): void {
  let bytes = Buffer.alloc(0)
  const destroy = (): void => void socket.destroy()
  const stop = deadline(timeout, destroy)
  const take = (chunk: Buffer): void => {
    bytes = Buffer.concat([bytes, chunk])
    const header = parseProxyHeader(bytes)
    if (header === 'more') return
    if (header === 'none') return destroy()
    stop()
    socket.off('data', take).off('error', destroy).off('end', destroy).off('close', stop)
    socket.pause()
    // Before anyone listens: it is the first that they read.
    if (bytes.length > header.length) socket.unshift(bytes.subarray(header.length))
    done(header.address)
  }
  socket.on('data', take).on('error', destroy).on('end', destroy).on('close', stop)
}

/** Reads a header; `'more'` when it is not whole yet, `'none'` when this is no header. */
export function parseProxyHeader(bytes: Buffer): ProxyHeader | 'more' | 'none' {
  const begins = (whole: Buffer): boolean =>
    bytes.subarray(0, whole.length).equals(whole.subarray(0, bytes.length))
  if (begins(signature)) return readBinary(bytes)
  return begins(Buffer.from('PROXY ')) ? readText(bytes) : 'none'
}

/** §2.1: `PROXY TCP4 192.0.2.1 192.0.2.2 56324 443`. */
function readText(bytes: Buffer): ProxyHeader | 'more' | 'none' {
  const end = bytes.subarray(0, longestText).indexOf('\r\n')
  if (end < 0) return bytes.length < longestText ? 'more' : 'none'
  const [, family = '', source = ''] = bytes.toString('latin1', 0, end).split(' ')
  const length = end + 2
  if (family === 'UNKNOWN') return { length, address: undefined }
  const wanted = family === 'TCP4' ? 4 : family === 'TCP6' ? 6 : -1
  return isIP(source) === wanted ? { length, address: source } : 'none'
}

/** §2.2: 12 bytes of signature, version and command, family, length, addresses. */
function readBinary(bytes: Buffer): ProxyHeader | 'more' | 'none' {
  if (bytes.length < 16) return 'more'
  const [command, family] = [bytes[12]!, bytes[13]!]
  const length = 16 + bytes.readUInt16BE(14)
  if (command >> 4 !== 2 || (command & 15) > 1 || length > longestBinary) return 'none'
  if (bytes.length < length) return 'more'
  // LOCAL: the proxy itself asks, to see whether the server is there.
  if ((command & 15) === 0) return { length, address: undefined }
  const source = bytes.subarray(16, length)
  if (family >> 4 === 1)
    return source.length < 12 ? 'none' : { length, address: source.subarray(0, 4).join('.') }
  if (family >> 4 === 2) return source.length < 36 ? 'none' : { length, address: ipv6(source) }
  return { length, address: undefined }
}

function ipv6(bytes: Buffer): string {
  const groups = Array.from({ length: 8 }, (_, i) => bytes.readUInt16BE(i * 2).toString(16))
  return groups.join(':')
}

import { createServer, connect as connectTcp, type Socket } from 'node:net'
import type { TestContext } from 'node:test'
import { createServer as createTlsServer } from 'node:tls'
import { type Answer, field, fixture, listen, onRequest } from './peers.ts'

/** A proxy of a test. */
export interface ProxyPeer {
  readonly url: string
  /** What it was asked for: heads of HTTP, or `host:port` of SOCKS. */
  readonly requests: string[]
}

/** Where names lead that no name server knows. */
const hosts: ReadonlyMap<string, string> = new Map([
  ['chat.example', '127.0.0.1'],
  ['other.example', '127.0.0.1'],
])

/** Joins two sockets; when one closes, so does the other. */
function join(one: Socket, other: Socket): void {
  one.pipe(other).pipe(one)
  for (const [here, there] of [
    [one, other],
    [other, one],
  ] as const) {
    here.on('error', () => {})
    here.on('close', () => there.destroy())
  }
}

function openWay(host: string, port: number): Socket {
  const address = hosts.get(host) ?? host.replace(/^\[|\]$/g, '')
  return connectTcp({ host: address, port, allowHalfOpen: true })
}

/** An HTTP proxy that leaves the answer to `answer`; over TLS on request. */
export async function rawHttpProxy(t: TestContext, answer: Answer, tls = false): Promise<string> {
  const onConnection = (socket: Socket): void => {
    socket.on('error', () => {})
    socket.on('end', () => socket.end())
    onRequest(socket, answer)
  }
  const server = tls
    ? createTlsServer(
        { key: fixture('localhost.key.pem'), cert: fixture('localhost.cert.pem') },
        onConnection,
      )
    : createServer({ allowHalfOpen: true }, onConnection)
  const port = await listen(t, server)
  return tls ? `https://localhost:${port}` : `http://127.0.0.1:${port}`
}

/** An HTTP proxy (RFC 9110 §9.3.6); with `credentials` it wants those, `user:password`. */
export async function httpProxy(
  t: TestContext,
  { tls = false, credentials }: { tls?: boolean; credentials?: string } = {},
): Promise<ProxyPeer> {
  const requests: string[] = []
  const answer: Answer = (socket, request) => {
    requests.push(request)
    const wanted = credentials && `Basic ${btoa(credentials)}`
    if (wanted && field(request, 'proxy-authorization') !== wanted) {
      const fields = 'Proxy-Authenticate: Basic realm="lab"\r\nContent-Length: 0'
      socket.end(`HTTP/1.1 407 Proxy Authentication Required\r\n${fields}\r\n\r\n`)
      return
    }
    const [, host, port] = /^CONNECT (\S+):(\d+) HTTP/.exec(request) ?? []
    const server = openWay(host!, Number(port))
    server.once('connect', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
      join(socket, server)
    })
    server.on('error', () => socket.end('HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n'))
  }
  return { url: await rawHttpProxy(t, answer, tls), requests }
}

/** A SOCKS5 proxy that leaves everything to `answer`. */
export async function rawSocksProxy(
  t: TestContext,
  answer: (socket: Socket) => void,
): Promise<string> {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('end', () => socket.end())
    answer(socket)
  })
  return `socks5h://127.0.0.1:${await listen(t, server)}`
}

/** A SOCKS5 proxy (RFC 1928); with `credentials` it wants those (RFC 1929), `user:password`. */
export async function socksProxy(
  t: TestContext,
  { credentials }: { credentials?: string } = {},
): Promise<ProxyPeer> {
  const requests: string[] = []
  const url = await rawSocksProxy(t, (socket) => {
    void serveSocks(socket, credentials, requests)
  })
  return { url, requests }
}

async function serveSocks(
  socket: Socket,
  credentials: string | undefined,
  requests: string[],
): Promise<void> {
  const [, methods] = await take(socket, 2)
  const offered = await take(socket, methods!)
  const wanted = credentials === undefined ? 0 : 2
  if (!offered.includes(wanted)) return void socket.end(Buffer.of(5, 0xff))
  socket.write(Buffer.of(5, wanted))
  if (credentials !== undefined) {
    const name = await take(socket, (await take(socket, 2))[1]!)
    const word = await take(socket, (await take(socket, 1))[0]!)
    const known = `${name.toString()}:${word.toString()}` === credentials
    if (!known) return void socket.end(Buffer.of(1, 1))
    socket.write(Buffer.of(1, 0))
  }
  const [, , , type] = await take(socket, 4)
  const host = await takeAddress(socket, type!)
  const port = (await take(socket, 2)).readUInt16BE()
  requests.push(`${host}:${port}`)
  const server = openWay(host, port)
  server.once('connect', () => {
    socket.write(Buffer.of(5, 0, 0, 1, 127, 0, 0, 1, 0, 0))
    join(socket, server)
  })
  server.on('error', () => socket.end(Buffer.of(5, 5, 0, 1, 0, 0, 0, 0, 0, 0)))
}

async function takeAddress(socket: Socket, type: number): Promise<string> {
  if (type === 1) return [...(await take(socket, 4))].join('.')
  if (type === 3) return (await take(socket, (await take(socket, 1))[0]!)).toString()
  const bytes = await take(socket, 16)
  return (bytes.toString('hex').match(/.{4}/g) ?? []).join(':')
}

/** The next bytes of a socket. */
async function take(socket: Socket, length: number): Promise<Buffer> {
  for (;;) {
    const bytes = socket.read(length) as Buffer | null
    if (bytes) return bytes
    await new Promise((resolve) => socket.once('readable', resolve))
  }
}

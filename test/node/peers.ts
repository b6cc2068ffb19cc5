import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import type { TestContext } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { createServer as createTlsServer, type TlsOptions } from 'node:tls'
import { type RawData, type ServerOptions, type WebSocket, WebSocketServer } from 'ws'

/** A certificate in test/node/fixtures. */
export function fixture(name: string): Buffer {
  return readFileSync(new URL(`../../test/node/fixtures/${name}`, import.meta.url))
}

/** Listens on a free port of 127.0.0.1, or on a Unix socket, until the test is over. */
export async function listen(t: TestContext, server: Server, path?: string): Promise<number> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
  })
  t.after(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  if (path === undefined) server.listen(0, '127.0.0.1')
  else server.listen(path)
  await once(server, 'listening')
  return path === undefined ? (server.address() as AddressInfo).port : 0
}

/** A port at which nobody listens. */
export async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** What a raw server does with the head of a request. */
export type Answer = (socket: Socket, request: string) => void

/** A TCP server that leaves WebSocket to `answer`. @returns Its `ws:` URL. */
export async function rawPeer(t: TestContext, answer: Answer): Promise<string> {
  const server = createServer({ allowHalfOpen: true }, (socket) => onRequest(socket, answer))
  return `ws://127.0.0.1:${await listen(t, server)}`
}

/** The same over TLS. @returns Its `wss:` URL. */
export async function rawTlsPeer(
  t: TestContext,
  answer: Answer,
  options: TlsOptions = {},
): Promise<string> {
  const server = createTlsServer(
    { key: fixture('localhost.key.pem'), cert: fixture('localhost.cert.pem'), ...options },
    (socket) => {
      socket.on('error', () => {})
      onRequest(socket, answer)
    },
  )
  return `wss://localhost:${await listen(t, server)}`
}

export function onRequest(socket: Socket, answer: Answer): void {
  let request = ''
  const onData = (chunk: Buffer): void => {
    request += chunk.toString('latin1')
    if (!request.includes('\r\n\r\n')) return
    socket.off('data', onData)
    socket.off('end', onEnd)
    answer(socket, request)
  }
  // A client that gives up before it has asked: there is nobody to answer.
  const onEnd = (): void => void socket.end()
  socket.on('data', onData)
  socket.on('end', onEnd)
}

/** The value of a field in the head of a request. */
export function field(request: string, name: string): string | undefined {
  const prefix = `${name.toLowerCase()}: `
  const line = request.split('\r\n').find((other) => other.toLowerCase().startsWith(prefix))
  return line?.slice(prefix.length)
}

export function acceptKey(request: string): string {
  const guid = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'
  return createHash('sha1')
    .update(field(request, 'sec-websocket-key') + guid)
    .digest('base64')
}

/** The head that accepts a request. */
export function acceptance(request: string, ...more: string[]): string {
  const lines = [
    'HTTP/1.1 101 Switching Protocols',
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Accept: ${acceptKey(request)}`,
    ...more,
  ]
  return `${lines.join('\r\n')}\r\n\r\n`
}

/** A whole frame as a server sends it, at most 65,535 bytes of payload. */
export function frame(opcode: number, payload: Uint8Array | string): Buffer {
  const bytes = Buffer.from(payload as string)
  const head =
    bytes.length < 126
      ? Buffer.of(0x80 | opcode, bytes.length)
      : Buffer.of(0x80 | opcode, 126, bytes.length >> 8, bytes.length & 255)
  return Buffer.concat([head, bytes])
}

export const opcodes = { text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const

/** A close frame with a code. */
export function closeFrame(code: number, reason = ''): Buffer {
  const payload = Buffer.concat([Buffer.of(code >> 8, code & 255), Buffer.from(reason)])
  return frame(opcodes.close, payload)
}

/** A server of the npm package `ws`. @returns Its URL. */
export async function wsPeer(
  t: TestContext,
  onConnection: (socket: WebSocket) => void,
  options: ServerOptions = {},
): Promise<string> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, ...options })
  server.on('connection', onConnection)
  t.after(() => {
    for (const client of server.clients) client.terminate()
    server.close()
  })
  await once(server, 'listening')
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** A server of `ws` that sends back what it gets. */
export function echoPeer(t: TestContext, options?: ServerOptions): Promise<string> {
  return wsPeer(
    t,
    (socket) => socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary })),
    options,
  )
}

/** A message of `ws` as a string. */
export function textOf(data: RawData): string {
  return (Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data as Buffer)).toString()
}

/** The error that a promise is rejected with. */
export async function rejection(promise: Promise<unknown>): Promise<Error> {
  try {
    await promise
  } catch (error) {
    return error as Error
  }
  throw new Error('the promise was fulfilled')
}

/** Resolves when no TCP connection of this process is open; a destroyed one takes a few turns to go. */
export async function nothingOpen(): Promise<void> {
  const open = (name: string): boolean => /TCPSocketWrap|TLSWrap/.test(name)
  while (process.getActiveResourcesInfo().some(open)) await setImmediate()
}

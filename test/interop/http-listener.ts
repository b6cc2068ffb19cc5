/** The HTTP server that peers of Node are attached to. */
import { createServer, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { type Listener, type ListenOptions, Mailbox, type Side } from './side.ts'

/**
 * Listens on a free port.
 * @param attach Called with the server and where to put accepted connections.
 */
export async function listenOverHttp(
  { tls }: ListenOptions,
  attach: (server: Server, accepted: Mailbox<Side>) => void,
): Promise<Listener> {
  const server = tls ? createTlsServer(tls) : createServer()
  const accepted = new Mailbox<Side>()
  const sockets = new Set<Duplex>()
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  attach(server, accepted)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `${tls ? 'wss' : 'ws'}://localhost:${port}/`,
    accept: () => accepted.take(),
    close: () => {
      for (const socket of sockets) socket.destroy()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

/** What a program writes whose WebSocket library has no way to refuse. */
export function refuseOverHttp(
  socket: Duplex,
  { status, body }: { status: number; body: string },
): void {
  const head = [`HTTP/1.1 ${status} No`, `Content-Length: ${body.length}`, 'Connection: close']
  socket.end([...head, '', body].join('\r\n'))
}

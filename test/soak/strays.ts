import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import type { Random } from '../fuzz/random.ts'
import { upgradeHead } from '../node/raw-client.ts'

/** Those that come to a server and never become a connection. */
const strays: readonly ((socket: Socket) => void)[] = [
  (socket) => socket.resetAndDestroy(),
  (socket) => socket.write(upgradeHead().slice(0, 60), () => socket.resetAndDestroy()),
  (socket) => socket.end(upgradeHead().slice(0, 60)),
  // Gone while it is being answered.
  (socket) => socket.write(upgradeHead({ Host: 'localhost' }), () => socket.resetAndDestroy()),
  (socket) => socket.write(upgradeHead({ Host: 'localhost' }), () => socket.destroy()),
  (socket) => socket.end(upgradeHead({ Host: 'localhost', 'Sec-WebSocket-Version': '12' })),
  (socket) => socket.end(upgradeHead({ Host: 'localhost', Origin: 'https://elsewhere.example' })),
  (socket) => socket.end('GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n'),
  (socket) => socket.end(Buffer.of(0x16, 3, 1, 0, 5, 1, 0, 0, 1, 0)),
]

/** One of them comes, and is gone. */
export async function comeAndGo(random: Random, port: number): Promise<void> {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {})
  socket.resume()
  socket.once('connect', () => random.pick(strays)(socket))
  await once(socket, 'close').catch(() => {})
}

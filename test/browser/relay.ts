import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** A TCP relay before a server that keeps what goes over each connection, so that a test can read the wire. */
export interface Relay {
  readonly url: string
  readonly connections: readonly Recorded[]
  readonly close: () => void
}

export interface Recorded {
  fromClient: Buffer
  fromServer: Buffer
}

export async function relayTo(url: string): Promise<Relay> {
  const { hostname, port } = new URL(url)
  const connections: Recorded[] = []
  const sockets = new Set<Socket>()
  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname)
    const recorded: Recorded = { fromClient: Buffer.alloc(0), fromServer: Buffer.alloc(0) }
    connections.push(recorded)
    client.on('data', (data) => (recorded.fromClient = Buffer.concat([recorded.fromClient, data])))
    upstream.on(
      'data',
      (data) => (recorded.fromServer = Buffer.concat([recorded.fromServer, data])),
    )
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => {})
    }
    client.on('close', () => upstream.destroy())
    upstream.on('close', () => client.destroy())
    client.pipe(upstream).pipe(client)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    connections,
    close() {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}

/** The close frame of `reason` that ends `bytes`; undefined when they end with something else. */
export function closeFrameAtEnd(
  bytes: Buffer,
  masked: boolean,
  reason: string,
): { code: number; reason: string } | undefined {
  const length = 2 + Buffer.byteLength(reason)
  const frame = bytes.subarray(-(2 + (masked ? 4 : 0) + length))
  // RFC 6455 §5.2: FIN and opcode 8, then the mask bit and the length.
  if (frame[0] !== 0x88 || frame[1] !== (length | (masked ? 0x80 : 0))) return undefined
  const key = masked ? frame.subarray(2, 6) : Buffer.alloc(4)
  const payload = Buffer.from(frame.subarray(masked ? 6 : 2).map((byte, i) => byte ^ key[i % 4]!))
  return { code: payload.readUInt16BE(), reason: payload.toString('utf8', 2) }
}

/** Four messages of 306 KB that inflate to 300 MiB. */
import { constants, deflateRawSync } from 'node:zlib'
import { frame, opcodes } from '../node/raw-client.ts'
import { attack } from './harness/attack.ts'
import { atMost, is } from './harness/gate.ts'
import { distinct, endingOf } from './harness/ways.ts'

const connections = 4
const compressed = deflateRawSync(Buffer.alloc(300 << 20), {
  level: 9,
  finishFlush: constants.Z_SYNC_FLUSH,
})
// RFC 7692 §7.2.1: without the last four bytes of the flush.
const rsv1 = 0x40
const bomb = frame(rsv1 | opcodes.binary, compressed.subarray(0, -4))
const offer = { 'Sec-WebSocket-Extensions': 'permessage-deflate; client_no_context_takeover' }

await attack({
  server: { deflate: true },
  gates: { 'memory growth (MiB)': atMost(connections * 1 + 16), connections: is('close 1009') },
  async run(scene) {
    const clients = await scene.openMany(connections, '/sink', offer)
    for (const client of clients) client.socket.write(bomb)
    const endings = await Promise.all(clients.map((client) => endingOf(client, 10_000)))
    return { bytes: bomb.length, connections: distinct(endings) }
  },
})

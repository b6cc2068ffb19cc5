/** A hundred thousand tiny compressed messages, as fast as the server takes them. */
import { deflateRawSync, constants } from 'node:zlib'
import { frame, opcodes } from '../node/raw-client.ts'
import { attack, short } from './harness/attack.ts'
import { atMost, within } from './harness/gate.ts'
import { flood, repeat, taken } from './harness/ways.ts'

const rsv1 = 0x40
const compressed = deflateRawSync('hello', { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, -4)
const messages = Buffer.concat(Array(500).fill(frame(rsv1 | opcodes.text, compressed)))
const offer = {
  'Sec-WebSocket-Extensions':
    'permessage-deflate; client_no_context_takeover; server_no_context_takeover',
}

await attack({
  server: { deflate: true },
  gates: { 'bystander p99 (ms)': within(10) },
  ours: { 'memory growth (MiB)': atMost(8) },
  async run(scene) {
    const client = await scene.open('/sink', offer)
    const started = performance.now()
    const written = await flood(client, repeat(messages, short ? 50 : 200), 60_000)
    await taken(client)
    return { messages: written * 500, 'took (ms)': performance.now() - started }
  },
})

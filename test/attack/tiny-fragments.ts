/** Messages of 16,000 fragments of one byte each that never end. */
import { frame, opcodes } from '../node/raw-client.ts'
import { attack, short } from './harness/attack.ts'
import { atMost } from './harness/gate.ts'
import { taken } from './harness/ways.ts'

const count = 16_000
const connections = short ? 50 : 200
const rest = Buffer.concat(Array(count - 1).fill(frame(opcodes.more, 'x', false)))
const fragments = Buffer.concat([frame(opcodes.binary, 'x', false), rest])

await attack({
  server: { limits: { fragments: 20_000 } },
  gates: { 'memory for each (KiB)': atMost((3 * count) / 1024 + 64) },
  async run(scene) {
    const clients = await scene.openMany(connections)
    for (const client of clients) {
      client.socket.write(fragments)
      await taken(client)
    }
    return { connections, 'memory for each (KiB)': scene.memoryGrowth() / connections / 1024 }
  },
})

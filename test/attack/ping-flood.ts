/** Pings without end from a client that reads none of the pongs. */
import { frame, opcodes } from '../node/raw-client.ts'
import { attack, short } from './harness/attack.ts'
import { atMost } from './harness/gate.ts'
import { endingOf, flood, repeat } from './harness/ways.ts'

const pings = Buffer.concat(Array(500).fill(frame(opcodes.ping, 'p'.repeat(125))))

await attack({
  gates: { 'memory growth (MiB)': atMost(8) },
  async run(scene) {
    const client = await scene.open()
    client.socket.pause()
    const written = await flood(client, repeat(pings, short ? 1000 : 5000))
    return { pings: written * 500, connection: await endingOf(client, 500) }
  },
})

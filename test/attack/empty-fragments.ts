/** A message of a million empty fragments. */
import { frame, opcodes } from '../node/raw-client.ts'
import { attack } from './harness/attack.ts'
import { atMost, is } from './harness/gate.ts'
import { endingOf, flood, repeat } from './harness/ways.ts'

const empty = Buffer.concat(Array(10_000).fill(frame(opcodes.more, '', false)))

await attack({
  gates: { connection: is('close 1008'), 'memory growth (MiB)': atMost(8) },
  async run(scene) {
    const client = await scene.open()
    client.socket.write(frame(opcodes.text, '', false))
    await flood(client, repeat(empty, 100))
    return { connection: await endingOf(client, 1000) }
  },
})

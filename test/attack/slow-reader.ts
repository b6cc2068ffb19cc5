/** A client that reads nothing while the server sends and sends. */
import { setTimeout as sleep } from 'node:timers/promises'
import { attack, MiB, short } from './harness/attack.ts'
import { atMost, is } from './harness/gate.ts'

const limits = short ? { closeTimeout: 500 } : {}

await attack({
  server: { limits },
  gates: { 'memory growth (MiB)': atMost(1 + 2), codes: is('1013 x 1') },
  async run(scene) {
    const client = await scene.open('/pour')
    client.socket.pause()
    await sleep(5000)
    const memory = scene.memoryGrowth()
    // The outcome is known when the closing handshake is given up.
    await scene.alone(short ? 5000 : 8000)
    return { 'memory growth (MiB)': memory / MiB, codes: await scene.closeCodes() }
  },
})

/** A client that reads nothing while the server sends and sends. */
import { setTimeout as sleep } from 'node:timers/promises'
import { attack, MiB, short } from './harness/attack.ts'
import { atMost, is, notKnown } from './harness/gate.ts'

const limits = short ? { closeTimeout: 3000 } : {}
const most = 1 + 2

await attack({
  server: { limits },
  gates: { 'memory growth (MiB)': atMost(most), 'held (MiB)': atMost(most) },
  ours: { codes: is('1013 x 1') },
  async run(scene) {
    const client = await scene.open('/pour')
    client.socket.pause()
    await sleep(short ? 1500 : 5000)
    const memory = scene.memoryGrowth()
    const held = await scene.held()
    // The outcome is known when the closing handshake is given up.
    await scene.alone(short ? 5000 : 8000)
    return {
      'memory growth (MiB)': memory / MiB,
      'held (MiB)': held === undefined ? notKnown : held / MiB,
      codes: await scene.closeCodes(),
    }
  },
})

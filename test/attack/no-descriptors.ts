/** More connections than the server has file descriptors: `ulimit -n 64`. */
import { setTimeout as sleep } from 'node:timers/promises'
import { frame, opcodes } from '../node/raw-client.ts'
import { attack } from './harness/attack.ts'
import { atMost, is } from './harness/gate.ts'
import { descriptorCount, processorTime } from './harness/process-figures.ts'
import type { Scene } from './harness/scene.ts'

const descriptors = 64
const idle = 1000

await attack({
  gates: { 'processor while full (%)': atMost(30), 'afterwards it': is('serves') },
  async run(scene) {
    scene.server.limitDescriptors(descriptors)
    const clients = Array.from({ length: 100 }, () => scene.connect())
    await full(scene)
    const before = processorTime(scene.server.pid)
    await sleep(idle)
    const busy = (processorTime(scene.server.pid) - before) / idle
    for (const { socket } of clients) socket.destroy()
    return { 'processor while full (%)': busy * 100, 'afterwards it': await serves(scene) }
  },
})

/** Or within 5 s nearly so: whoever is turned away at the limit may keep one free for that. */
async function full({ server }: Scene): Promise<void> {
  const until = performance.now() + 5000
  while (descriptorCount(server.pid) < descriptors && performance.now() < until) await sleep(10)
}

/** Within 5 s: where accepting has stopped it may start again a little later. */
async function serves(scene: Scene): Promise<string> {
  const until = performance.now() + 5000
  while (performance.now() < until) {
    try {
      const client = await scene.open()
      client.write(frame(opcodes.text, 'serves'))
      return await client.text()
    } catch {
      await sleep(100)
    }
  }
  return 'refuses'
}

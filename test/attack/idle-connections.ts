/** Ten thousand connections that are open and say nothing; then they go. */
import { closePayload, frame, opcodes, type RawClient } from '../node/raw-client.ts'
import { attack, MiB, short } from './harness/attack.ts'
import { atMost, is } from './harness/gate.ts'
import { memory } from './harness/process-figures.ts'
import { Scene } from './harness/scene.ts'

const idle = short ? 1000 : 10_000
const atOnce = 100

await attack({
  // The short form is too few to tell them from the noise of the process.
  gates: { 'for each (KiB)': atMost(short ? 32 : 8), 'handles left': is(0) },
  async run(outer) {
    const scene = new Scene(outer.server)
    const before = await resident(scene)
    const clients: RawClient[] = []
    while (clients.length < idle) clients.push(...(await scene.openMany(atOnce)))
    const open = await resident(scene)
    for (const client of clients) client.write(frame(opcodes.close, closePayload(1000)))
    await Promise.all(clients.map((client) => client.gone()))
    scene.leave()
    await scene.alone()
    const after = await resident(scene)
    return {
      connections: idle,
      'before (MiB)': before / MiB,
      'open (MiB)': open / MiB,
      'closed again (MiB)': after / MiB,
      'for each (KiB)': (open - before) / 1024 / idle,
    }
  },
})

/** Bytes of memory after several collections, for what is weak takes more than one. */
async function resident({ server }: Scene): Promise<number> {
  for (let i = 0; i < 4; i++) await server.collected()
  return memory(server.pid).now
}

/** Connections that open, close properly, and make place for the next, a hundred thousand times. */
import { closePayload, frame, opcodes } from '../node/raw-client.ts'
import { attack, short } from './harness/attack.ts'
import { atMost, is } from './harness/gate.ts'
import { Scene } from './harness/scene.ts'

const cycles = short ? 4000 : 100_000
const atOnce = 20

await attack({
  gates: { 'heap for each (bytes)': atMost(short ? 400 : 8), 'handles left': is(0) },
  async run(scene) {
    // The first ones fill what is kept on purpose, such as the caches of V8.
    await cycle(scene, cycles / 4)
    const before = await heap(scene)
    await cycle(scene, (cycles * 3) / 4)
    const after = await heap(scene)
    const slope = before && after ? (after - before) / ((cycles * 3) / 4) : 'not known'
    return { cycles, 'heap for each (bytes)': slope }
  },
})

async function cycle({ server }: Scene, times: number): Promise<void> {
  for (let done = 0; done < times; done += atOnce) {
    const scene = new Scene(server)
    const clients = await scene.openMany(atOnce)
    for (const client of clients) client.write(frame(opcodes.close, closePayload(1000)))
    await Promise.all(clients.map((client) => client.gone()))
    scene.leave()
  }
}

/** When the last ones have gone; after several collections, for what is weak takes more than one. */
async function heap(scene: Scene): Promise<number | undefined> {
  await scene.alone()
  const { server } = scene
  for (let i = 0; i < 3; i++) await server.collected()
  return (await server.collected())?.heapUsed
}

/** Thousands of spaces where a header has a list: a careless pattern takes the square of their number. */
import { upgradeHead } from '../node/raw-client.ts'
import { attack } from './harness/attack.ts'
import { within } from './harness/gate.ts'
import type { Scene } from './harness/scene.ts'

const rounds = 30
const shapes = {
  'Sec-WebSocket-Protocol': (spaces: string) => `a${spaces}b`,
  'Sec-WebSocket-Extensions': (spaces: string) => `a${spaces};${spaces}b`,
  Connection: (spaces: string) => `Upgrade${spaces},${spaces}x`,
}

await attack({
  gates: { '15 KB (ms)': within(20), 'times for 4 times as many': within(6) },
  async run(scene) {
    const large = await slowest(scene, 15_000)
    const small = await slowest(scene, 3750)
    return { '15 KB (ms)': large, 'times for 4 times as many': large / small }
  },
})

/** Milliseconds to an answer, of the header that takes longest. */
async function slowest(scene: Scene, bytes: number): Promise<number> {
  const times: number[] = []
  for (const [name, shape] of Object.entries(shapes)) {
    const parts = shape(' ').split(' ').length - 1
    times.push(await fastest(scene, upgradeHead({ [name]: shape(' '.repeat(bytes / parts)) })))
  }
  return Math.max(...times)
}

/** Of many rounds the one that nothing else on the machine held up. */
async function fastest(scene: Scene, head: string): Promise<number> {
  const times: number[] = []
  for (let round = 0; round < rounds; round++) {
    const client = scene.connect()
    await new Promise<void>((resolve) => client.socket.once('connect', resolve))
    const started = performance.now()
    client.write(head)
    await client.head()
    times.push(performance.now() - started)
    client.socket.destroy()
  }
  return Math.min(...times)
}

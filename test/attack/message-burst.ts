/** A million messages of one byte at once; the attacker takes the echoes as they come. */
import { once } from 'node:events'
import { frame, opcodes } from '../node/raw-client.ts'
import { attack, short } from './harness/attack.ts'
import { within } from './harness/gate.ts'
import { ignore } from './harness/ways.ts'

const count = short ? 200_000 : 1_000_000
const burst = Buffer.concat(Array(count).fill(frame(opcodes.text, 'x')))
const echo = 3

await attack({
  gates: { 'bystander p99 (ms)': within(20) },
  async run(scene) {
    const client = await scene.open()
    ignore(client)
    let received = 0
    const started = performance.now()
    client.socket.write(burst)
    while (received < count * echo && !client.closed) {
      const [chunk] = (await Promise.race([
        once(client.socket, 'data'),
        client.gone().then(() => ['']),
      ])) as [Buffer | string]
      received += chunk.length
    }
    return { echoes: received / echo, 'took (ms)': performance.now() - started }
  },
})

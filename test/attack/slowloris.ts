/** Clients that take for ever over their request: no bytes, half a head, a header line now and then. */
import { upgradeHead } from '../node/raw-client.ts'
import { attack, short } from './harness/attack.ts'
import { is, within } from './harness/gate.ts'
import type { Scene } from './harness/scene.ts'
import { timeUntilGone } from './harness/ways.ts'

const deadline = short ? 1 : 10
const patience = short ? 10_000 : 100_000
const limits = { handshakeTimeout: deadline * 1000 }
const head = upgradeHead()

/** Each returns how its client goes on. */
const ways: Record<string, (write: (text: string) => void) => NodeJS.Timeout | undefined> = {
  'no bytes': () => undefined,
  'half a head'(write) {
    write(head.slice(0, head.length / 2))
    return undefined
  },
  'dripped headers'(write) {
    write(head.slice(0, -2))
    return setInterval(() => write('X-Drip: x\r\n'), short ? 100 : 500)
  },
}

await attack({
  server: { limits },
  gates: {
    // The deadline is the server's own, so CI holds it to having one.
    'still open': is(0),
    'closed after (s)': within(deadline + 0.1),
  },
  async run(scene) {
    const times = await Promise.all(
      Object.entries(ways).map(async ([name, way]) => [name, await slow(scene, way)] as const),
    )
    const open = times.filter(([, time]) => time === undefined).length
    const each = times.map(([name, time]) => [`${name} (s)`, (time ?? patience) / 1000])
    return {
      'closed after (s)': Math.max(...times.map(([, time]) => time ?? patience)) / 1000,
      'still open': open,
      ...Object.fromEntries(each),
    }
  },
})

async function slow(scene: Scene, way: (typeof ways)[string]): Promise<number | undefined> {
  const client = scene.connect()
  const dripping = way((text) => client.write(text))
  client.socket.resume()
  const time = await timeUntilGone(client, patience)
  clearInterval(dripping)
  return time
}

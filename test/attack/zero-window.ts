/** A client with its receive window at zero while half a megabyte waits for it: less than the limit. */
import { attack, MiB, short } from './harness/attack.ts'
import { atMost, is, notKnown, within } from './harness/gate.ts'
import type { Scene } from './harness/scene.ts'

const heartbeat = short ? { interval: 1000, timeout: 1000 } : {}
const silence = short ? 2 : 40
const patience = short ? 10_000 : 60_000
const hold = MiB / 2
const most = 1 + 2

await attack({
  server: { heartbeat },
  gates: {
    'memory growth (MiB)': atMost(most),
    'held (MiB)': atMost(most),
  },
  ours: {
    'open at the end': is(0),
    // From the last byte that its kernel took, which comes a little after it has opened.
    'closed after (s)': within(silence + 1.5),
  },
  async run(scene) {
    const client = await scene.open(`/pour?hold=${hold}`)
    client.socket.pause()
    const started = performance.now()
    const held = await poured(scene)
    const left = await scene.alone(patience)
    return {
      'closed after (s)': (performance.now() - started) / 1000,
      'open at the end': left,
      'held (MiB)': held === undefined ? notKnown : held / MiB,
    }
  },
})

/** What the server holds when all is poured; some hold it where they do not tell, and have 2 s. */
async function poured(scene: Scene): Promise<number | undefined> {
  const until = performance.now() + 2000
  for (;;) {
    const held = await scene.held()
    if (held === undefined || held >= hold || performance.now() > until) return held
  }
}

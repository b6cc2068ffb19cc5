/**
 * SIGTERM while clients are connected, one of which is slow to answer and one of which has not asked for
 * anything yet, as browsers connect ahead of need; and others still come.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { closePayload, frame, opcodes, upgradeHead } from '../node/raw-client.ts'
import { attack } from './harness/attack.ts'
import { is } from './harness/gate.ts'
import type { Scene } from './harness/scene.ts'
import { distinct, endingOf } from './harness/ways.ts'

await attack({
  fatal: true,
  gates: { connections: is('close 1001'), 'new upgrade': is('503'), exit: is(0) },
  async run(scene) {
    const clients = await scene.openMany(20)
    const [late, ...others] = clients
    const silent = scene.connect()
    await new Promise<void>((resolve) => silent.socket.once('connect', resolve))
    scene.server.signal('SIGTERM')
    const endings = others.map(async (client) => {
      const ending = await endingOf(client)
      client.write(frame(opcodes.close, closePayload(1001)))
      return ending
    })
    const connections = [...(await Promise.all(endings)), await endingOf(late!)]
    const answer = await newUpgrade(scene)
    late!.write(frame(opcodes.close, closePayload(1001)))
    const exit = await Promise.race([
      scene.server.exited,
      sleep(12_000, 'still running', { ref: false }),
    ])
    return { connections: distinct(connections), 'new upgrade': answer, exit }
  },
})

/** The status, or what comes in its place. */
async function newUpgrade(scene: Scene): Promise<string> {
  const client = scene.connect()
  client.write(upgradeHead())
  try {
    return (await client.answer()).status.toString()
  } catch {
    return client.error?.code ?? 'ended'
  }
}

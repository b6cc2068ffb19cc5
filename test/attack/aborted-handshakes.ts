/** Connections that are reset before, at every byte of, and just after the opening handshake. */
import { upgradeHead } from '../node/raw-client.ts'
import { attack } from './harness/attack.ts'
import { is } from './harness/gate.ts'

const head = upgradeHead()

await attack({
  gates: { 'handles left': is(0) },
  async run(scene) {
    for (let length = 0; length <= head.length; length++) {
      const client = scene.connect()
      await new Promise<void>((resolve) => client.socket.once('connect', resolve))
      await new Promise((resolve) => client.socket.write(head.slice(0, length), resolve))
      client.socket.resetAndDestroy()
    }
    const opened = await scene.openMany(50)
    for (const { socket } of opened) socket.resetAndDestroy()
    return { connections: head.length + 1 + opened.length }
  },
})

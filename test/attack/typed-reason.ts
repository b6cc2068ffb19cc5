/** A program that closes with a typed array for a reason: what memory happens to hold is not sent. */
import { attack } from './harness/attack.ts'
import { is } from './harness/gate.ts'

await attack({
  gates: { 'foreign bytes': is(0) },
  async run(scene) {
    let foreign = 0
    let reason = ''
    for (const client of await scene.openMany(50, '/typed')) {
      const close = await client.closeFrame().catch(() => ({ reason: '' }))
      reason = close.reason
      // The array as text, or its own zeros, are nobody else's bytes.
      if (!/^(refused|[0,\0]*)$/.test(reason)) foreign++
      client.socket.destroy()
    }
    return { 'foreign bytes': foreign, reason: JSON.stringify(reason) }
  },
})

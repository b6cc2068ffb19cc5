/** Clients that never answer the close of the server, and such as answer and keep TCP open. */
import { closePayload, frame, opcodes } from '../node/raw-client.ts'
import { attack, short } from './harness/attack.ts'
import { is, within } from './harness/gate.ts'

const deadline = short ? 1 : 10
const patience = short ? 10_000 : 60_000

await attack({
  server: { limits: { closeTimeout: deadline * 1000 } },
  gates: { 'sockets while they wait': is(0), 'closed after (s)': within(deadline + 0.25) },
  async run(scene) {
    const clients = await scene.openMany(10, '/close')
    const started = performance.now()
    for (const [i, client] of clients.entries()) {
      client.socket.pause()
      if (i % 2) client.write(frame(opcodes.close, closePayload(1000)))
    }
    const left = await scene.alone(patience)
    return {
      'closed after (s)': (performance.now() - started) / 1000,
      'sockets while they wait': left,
    }
  },
})

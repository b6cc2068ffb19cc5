/** Messages that make the handler of the program throw. */
import { frame, opcodes } from '../node/raw-client.ts'
import { attack } from './harness/attack.ts'
import { is } from './harness/gate.ts'
import { distinct, endingOf } from './harness/ways.ts'

await attack({
  gates: { connections: is('close 1011'), others: is('echo') },
  async run(scene) {
    const others = await scene.openMany(20)
    const clients = await scene.openMany(20, '/throw')
    for (const client of clients) client.write(frame(opcodes.text, 'go'))
    const endings = await Promise.all(clients.map((client) => endingOf(client)))
    const answers = others.map((other) => {
      other.write(frame(opcodes.text, 'echo'))
      return other.text().catch(() => 'ended')
    })
    return { connections: distinct(endings), others: distinct(await Promise.all(answers)) }
  },
})

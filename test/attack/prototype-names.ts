/** `__proto__` and `constructor` wherever a name may come from the client. */
import { frame, opcodes, upgradeHead } from '../node/raw-client.ts'
import { attack } from './harness/attack.ts'
import { is } from './harness/gate.ts'

const names = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty']

await attack({
  server: { deflate: true },
  gates: { polluted: is(0), answers: is(3 * names.length) },
  async run(scene) {
    let answers = 0
    for (const name of names) {
      const client = await scene.open(`/topic?${name}[x]=1&${name}=2`, {
        [name]: 'x',
        Cookie: `${name}=x`,
        'Sec-WebSocket-Protocol': name,
        'Sec-WebSocket-Extensions': `${name}; x=1`,
      })
      client.write(frame(opcodes.ping, name))
      if ((await client.frame()).payload.toString() === name) answers++
      client.write(frame(opcodes.text, name))
      if ((await client.text()) === name) answers++
      await client.close()
      // RFC 7692 §7.1: a parameter that is not known is no good offer. To refuse the request is too much.
      const offer = scene.connect()
      offer.write(upgradeHead({ 'Sec-WebSocket-Extensions': `permessage-deflate; ${name}=1` }))
      if (/^HTTP\/1.1 (101|400) /.test(await offer.head())) answers++
    }
    return { answers, polluted: (await scene.server.state())?.polluted ?? 'not known' }
  },
})

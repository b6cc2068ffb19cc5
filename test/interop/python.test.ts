/** Python's `websockets` as Debian has it: https://websockets.readthedocs.io */
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { type Ability, connectIn, listenIn } from './child-peer.ts'
import { interoperates } from './matrix.ts'
import type { Nature } from './side.ts'

const python = ['/usr/bin/python3', '-I'] as const
const print = 'import websockets.version as v; print(v.version)'
const version = execFileSync(python[0], [python[1], '-c', print], { encoding: 'utf8' }).trim()
const script = new URL('../../test/interop/python/peer.py', import.meta.url)
const command = [...python, fileURLToPath(script)] as const
const abilities: readonly Ability[] = ['fragments', 'ping', 'pause', 'vanish']

const nature: Nature = {
  cannot: { emptyCloseFromPeer: 'close() without a code sends 1000' },
}

interoperates({
  name: `Python websockets ${version}`,
  client: {
    ...nature,
    connect: connectIn(command, abilities),
    opensWithoutProtocol: {
      value: true,
      why: 'it leaves it to the program to look at subprotocol',
    },
    refusalLacks: { value: 'body', why: 'InvalidStatusCode has the status and the headers' },
  },
  server: { ...nature, listen: (options) => listenIn(command, abilities, options) },
})

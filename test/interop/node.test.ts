/** The WebSocket that Node itself has from 22 on, in every Node that Tidewire is tested with. */
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { connectIn } from './child-peer.ts'
import { interoperates } from './matrix.ts'

const root = new URL('../../', import.meta.url)
const script = fileURLToPath(new URL('./node-child.js', import.meta.url))
const certificate = fileURLToPath(new URL('test/node/fixtures/localhost.cert.pem', root))

for (const major of [22, 24, 26]) {
  // scripts/machine.mjs puts them there.
  const carrier = `.cache/node-${major}/node_modules/node-${process.platform}-${process.arch}`
  const node = fileURLToPath(new URL(`${carrier}/bin/node`, root))
  const print = ['-p', '`${process.version} (undici ${process.versions.undici})`']
  const version = execFileSync(node, print, { encoding: 'utf8' }).trim()
  // The only way to a certificate authority of one's own that reaches the built-in WebSocket.
  const command = ['/usr/bin/env', `NODE_EXTRA_CA_CERTS=${certificate}`, node, script] as const
  interoperates({
    name: `Node ${version}`,
    client: {
      connect: connectIn(command, []),
      cannot: {
        fragmentsFromPeer: 'the WebSocket interface sends whole messages',
        pingFromPeer: 'the WebSocket interface has no pings',
      },
      dropsBom: { value: true, why: 'it decodes text as files are decoded, with the mark removed' },
      refusalLacks: { value: 'status and body', why: 'so that web pages cannot scan networks' },
    },
  })
}

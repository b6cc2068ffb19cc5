import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { type AddressInfo, connect, createServer } from 'node:net'
import { describe, test, type TestContext } from 'node:test'
import { connect as connectTls } from 'node:tls'
import type { ListeningServer } from '../../dist/node/index.js'
import { RawClient, served } from '../node/raw-client.ts'

const limits = { handshakeTimeout: 300 }

function fixture(name: string): Buffer {
  return readFileSync(new URL(`../../test/node/fixtures/localhost.${name}.pem`, import.meta.url))
}

function secure(t: TestContext): Promise<ListeningServer> {
  return served(t, { limits, tls: { key: fixture('key'), cert: fixture('cert') } })
}

/** What a TLS client says first. */
async function clientHello(t: TestContext): Promise<Buffer> {
  const server = createServer().listen(0, '127.0.0.1')
  t.after(() => server.close())
  await once(server, 'listening')
  const client = connectTls((server.address() as AddressInfo).port, '127.0.0.1')
  client.on('error', () => {})
  const [socket] = await once(server, 'connection')
  const [hello] = await once(socket, 'data')
  client.destroy()
  return hello as Buffer
}

describe('a TLS handshake that does not get on', { timeout: 30_000 }, () => {
  const ways: Readonly<Record<string, (hello: Buffer) => Buffer>> = {
    'has not begun': () => Buffer.alloc(0),
    'has half a record': (hello) => hello.subarray(0, 3),
    'has half a hello': (hello) => hello.subarray(0, hello.length / 2),
    'stops after the hello': (hello) => hello,
  }
  for (const [what, said] of Object.entries(ways)) {
    test(`is ended at the deadline of handshakes when it ${what}`, async (t) => {
      const server = await secure(t)
      const client = new RawClient(t, connect(server.port, '127.0.0.1'))
      client.write(said(await clientHello(t)))
      await client.gone()
    })
  }

  test('is ended at the same deadline when it comes in drops', async (t) => {
    const server = await secure(t)
    const bytes = [...(await clientHello(t))]
    const client = new RawClient(t, connect(server.port, '127.0.0.1'))
    const timer = setInterval(() => client.write(Buffer.of(bytes.shift() ?? 0)), 20)
    t.after(() => clearInterval(timer))
    await client.gone()
    assert.ok(bytes.length > 0, 'the whole hello was waited for')
  })
})

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { attach, OptionError } from '../../dist/node/index.js'
import {
  calls,
  type FieldChanges,
  type RawClient,
  rawClient,
  served,
  upgradeHead,
} from './raw-client.ts'
import type { Answer } from './raw-client.ts'
import type { ListeningServer } from '../../dist/node/index.js'

async function refusedBy(client: RawClient, changes?: FieldChanges): Promise<Answer> {
  client.write(upgradeHead(changes))
  const answer = await client.answer()
  await client.gone()
  return answer
}

/** The server has seen that a connection is over. */
async function until(server: ListeningServer, sockets: number): Promise<void> {
  while (server.sockets.size > sockets) await new Promise((resolve) => setImmediate(resolve))
}

describe('admission', () => {
  test('has room for so many connections', async (t) => {
    const server = await served(t, { admission: { connections: 2 } })
    const clients = [rawClient(t, server), rawClient(t, server)]
    for (const client of clients) await client.upgrade()
    const { status, fields, body } = await refusedBy(rawClient(t, server))
    assert.deepEqual([status, fields.get('retry-after')], [503, '10'])
    assert.match(body, /no room left/)
    await clients[0]!.close()
    await until(server, 1)
    await rawClient(t, server).upgrade()
  })

  test('counts those whose handshake is going on', async (t) => {
    const judged = calls<void>()
    const server = await served(t, {
      admission: { connections: 1 },
      upgrade: () => {
        judged.note()
        return new Promise(() => {})
      },
    })
    rawClient(t, server).write(upgradeHead())
    await judged.next()
    assert.equal((await refusedBy(rawClient(t, server))).status, 503)
  })

  test('gives an address its share, and other addresses theirs', async (t) => {
    const server = await served(t, { admission: { perAddress: 1 }, proxies: 1 })
    const from = (address: string): FieldChanges => ({ 'X-Forwarded-For': address })
    await rawClient(t, server).upgrade(from('1.1.1.1'))
    await rawClient(t, server).upgrade(from('2001:db8::1'))
    const { status, body } = await refusedBy(rawClient(t, server), from('1.1.1.1'))
    assert.equal(status, 429)
    assert.match(body, /from this address/)
    // The same network.
    assert.equal((await refusedBy(rawClient(t, server), from('2001:db8::2'))).status, 429)
    await rawClient(t, server).upgrade(from('1.1.1.2'))
  })

  test('lets so many connect in a second', async (t) => {
    const server = await served(t, { admission: { handshakesPerSecond: 1 } })
    const clients = [rawClient(t, server), rawClient(t, server)]
    for (const client of clients) client.write(upgradeHead())
    const heads = await Promise.all(clients.map((client) => client.head()))
    const [one, another] = heads.toSorted()
    assert.match(one!, /^HTTP\/1.1 101 /)
    assert.match(another!, /^HTTP\/1.1 503 [^]*Retry-After: 1$/m)
  })

  test('counts refused clients until they have gone, and not longer', async (t) => {
    const server = await served(t, { admission: { connections: 1 }, origins: [] })
    const { status } = await refusedBy(rawClient(t, server), { Origin: 'http://evil.example' })
    assert.equal(status, 403)
    for (let head = ''; !head.startsWith('HTTP/1.1 101');) {
      const client = rawClient(t, server)
      client.write(upgradeHead())
      head = await client.head()
    }
  })

  test('has options in a range', () => {
    for (const admission of [
      { connections: 0 },
      { perAddress: 1.5 },
      { handshakesPerSecond: -1 },
      { conections: 1 },
    ] as never[]) {
      assert.throws(() => attach(null, { admission }), OptionError)
    }
  })
})

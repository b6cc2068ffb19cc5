import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import { describe, test } from 'node:test'
import { deferred } from '../../dist/node/deferred.js'
import { serve } from '../../dist/node/index.js'
import { type Address, calls, rawClient, served, upgradeHead } from './raw-client.ts'

const get = 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'

describe('close of a server with unfinished business', () => {
  test('refuses an upgrade that is being decided', async (t) => {
    const asked = calls<void>()
    const aborted = calls<unknown>()
    const decision = deferred<void>()
    const server = await served(t, {
      upgrade({ signal }) {
        signal.addEventListener('abort', () => aborted.note(signal.reason))
        asked.note()
        return decision.promise
      },
      open: () => assert.fail('opened'),
    })
    const client = rawClient(t, server)
    client.write(upgradeHead())
    await asked.next()
    const closing = server.close()
    decision.resolve()
    assert.equal((await client.answer()).status, 503)
    assert.match(String(await aborted.next()), /going away/)
    await closing
  })

  test('leaves no socket between the gate and the open ones, whenever it comes', async (t) => {
    for (let turns = 0; turns < 12; turns++) {
      const asked = calls<void>()
      const server = await served(t, {
        async upgrade() {
          asked.note()
          await setImmediate()
          void later(turns, () => void server.close())
        },
      })
      const client = rawClient(t, server)
      client.write(upgradeHead())
      const head = await client.head()
      if (head.includes(' 101 ')) {
        assert.deepEqual(await client.closeFrame(), { code: 1001, reason: '' })
        await client.close(1001)
      } else {
        assert.match(head, / 503 /)
      }
      await server.close()
      await client.gone()
    }
  })

  test('ends idle connections at once, those that never said anything too', async (t) => {
    const server = await served(t, { request: () => new Response('plain') })
    const idle = rawClient(t, server)
    idle.write(get)
    await idle.answer()
    const silent = rawClient(t, server)
    await once(silent.socket, 'connect')
    const half = rawClient(t, server)
    half.write('GET / HT')
    await (await fetch(server.url)).text()
    await server.close({ timeout: 2 ** 31 - 1 })
    await Promise.all([idle.gone(), silent.gone(), half.gone()])
  })

  test('lets a request finish, and its keep-alive connection go then', async (t) => {
    const asked = calls<void>()
    const decision = deferred<Response>()
    const server = await served(t, {
      request() {
        asked.note()
        return decision.promise
      },
    })
    const client = rawClient(t, server)
    client.write(get)
    await asked.next()
    const closing = server.close({ timeout: 2 ** 31 - 1 })
    await setImmediate()
    decision.resolve(new Response('x'.repeat(1 << 20)))
    assert.equal((await client.answer()).body.length, 1 << 20)
    await closing
    await client.gone()
  })

  test('cuts a request off at the deadline', async (t) => {
    const asked = calls<void>()
    const server = await served(t, {
      request() {
        asked.note()
        return new Promise(() => {})
      },
    })
    const client = rawClient(t, server)
    client.write(get)
    await asked.next()
    await server.close({ timeout: 50 })
    await client.gone()
  })

  test('cuts a TLS handshake off at the deadline', async (t) => {
    const fixture = (name: string): Buffer =>
      readFileSync(new URL(`../../test/node/fixtures/localhost.${name}.pem`, import.meta.url))
    const server = await serve({ tls: { key: fixture('key'), cert: fixture('cert') } })
    const client = rawClient(t, { ...addressOf(server), url: 'http:' })
    client.write(Uint8Array.of(0x16, 3, 1))
    await once(client.socket, 'connect')
    const idle = rawClient(t, addressOf(server))
    await once(idle.socket, 'secureConnect')
    await server.close({ timeout: 50 })
    await Promise.all([client.gone(), idle.gone()])
  })
})

function addressOf({ port, hostname, url }: Address): Address {
  return { port, hostname, url }
}

/** Calls `act` after so many turns of the microtask queue. */
async function later(turns: number, act: () => void): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await Promise.resolve()
  act()
}

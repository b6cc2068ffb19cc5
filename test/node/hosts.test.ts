import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { describe, test } from 'node:test'
import { attach, OptionError } from '../../dist/node/index.js'
import { rawClient, served, upgradeHead } from './raw-client.ts'

/** A page of evil.example whose name points to this machine by now: to a browser it is at home here. */
const rebound = { Host: 'evil.example:80', Origin: 'http://evil.example:80' }

describe('on loopback', () => {
  test('a page cannot come in under a name of its own', async (t) => {
    const server = await served(t, { request: () => new Response('secret') })
    const client = rawClient(t, server)
    client.write(upgradeHead(rebound))
    const { status, body } = await client.answer()
    assert.equal(status, 421)
    assert.match(body, /evil\.example.*option hosts/)
    const page = rawClient(t, server)
    page.write('GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n')
    assert.equal((await page.answer()).status, 421)
  })

  test('names that are listed come in, and localhost besides', async (t) => {
    const server = await served(t, { hosts: ['app.example'] })
    for (const host of ['app.example', 'localhost', '127.0.0.1', '[::1]:80']) {
      await rawClient(t, server).upgrade({ Host: host })
    }
    const client = rawClient(t, server)
    client.write(upgradeHead({ Host: 'other.example' }))
    assert.equal((await client.answer()).status, 421)
  })

  test('the program may let in every name', async (t) => {
    await rawClient(t, await served(t, { hosts: '*' })).upgrade(rebound)
  })

  test('a request of HTTP/1.0 has no name to be wrong', async (t) => {
    const server = await served(t, { request: () => new Response('ok') })
    const client = rawClient(t, server)
    client.write('GET / HTTP/1.0\r\n\r\n')
    assert.equal((await client.answer()).status, 200)
  })
})

test('an HTTP server that others can reach has names that only they know', async (t) => {
  for (const [address, status] of [
    ['0.0.0.0', 101],
    ['127.0.0.1', 421],
  ] as const) {
    const httpServer = createServer()
    const server = attach(httpServer)
    httpServer.listen(0, address)
    await once(httpServer, 'listening')
    t.after(() => server.close({ timeout: 0 }))
    t.after(() => httpServer.close())
    const { port } = httpServer.address() as AddressInfo
    const client = rawClient(t, { port, hostname: '127.0.0.1', url: 'http:' })
    client.write(upgradeHead({ Host: 'app.example' }))
    assert.match(await client.head(), new RegExp(`^HTTP/1.1 ${status} `))
  }
})

test('hosts are names', () => {
  for (const hosts of ['app.example', 7, ['http://app.example']] as never[]) {
    assert.throws(() => attach(null, { hosts }), OptionError)
  }
})

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { describe, test } from 'node:test'
import { attach, type CloseOutcome } from '../../dist/node/index.js'
import {
  calls,
  closePayload,
  frame,
  opcodes,
  opened,
  rawClient,
  RawClient,
  served,
  upgradeHead,
} from './raw-client.ts'

describe('close of a server', () => {
  test('says 1001 to every client, waits for them, and stops listening', async (t) => {
    const outcomes = calls<string>()
    const server = await served(t, {
      close: (_, { code, wasClean, cause }) => outcomes.note(`${code} ${wasClean} ${cause.by}`),
    })
    const clients = [await opened(t, server), await opened(t, server), await opened(t, server)]
    const closing = server.close()
    for (const client of clients) {
      assert.deepEqual(await client.closeFrame(), { code: 1001, reason: '' })
      client.write(frame(opcodes.close, closePayload(1001)))
    }
    await closing
    assert.deepEqual(outcomes.all, Array(3).fill('1001 true local'))
    assert.equal(server.sockets.size, 0)
    await assert.rejects(fetch(server.url))
  })

  test('can say another code, and why', async (t) => {
    const server = await served(t)
    const client = await opened(t, server)
    const closing = server.close({ code: 1012, reason: 'back in a minute' })
    assert.deepEqual(await client.closeFrame(), { code: 1012, reason: 'back in a minute' })
    client.write(frame(opcodes.close, closePayload(1012)))
    await closing
  })

  test('refuses a code, reason or timeout that there is not, and stays open', async (t) => {
    const server = await served(t)
    assert.throws(() => server.close({ code: 1005 }), { code: 'ERR_CLOSE_CODE' })
    assert.throws(() => server.close({ reason: 'x'.repeat(124) }), { code: 'ERR_CLOSE_REASON' })
    assert.throws(() => server.close({ timeout: -1 }), { code: 'ERR_OPTION' })
    await opened(t, server)
  })

  test('twice is the same, also from a handler that it calls', async (t) => {
    const server = await served(t, {
      upgrade({ signal, path }) {
        if (path === '/') return undefined
        signal.addEventListener('abort', () => again.push(server.close()))
        asked.note()
        return new Promise(() => {})
      },
    })
    const asked = calls<void>()
    const again: Promise<void>[] = []
    const client = await opened(t, server)
    rawClient(t, server).write(upgradeHead({}, 'GET /wait HTTP/1.1'))
    await asked.next()
    const closing = server.close({ timeout: 100 })
    assert.equal(server.close({ code: 4000 }), closing)
    assert.deepEqual(again, [closing])
    await client.closeFrame()
    await client.close(1001)
    await closing
    assert.equal(server.close(), closing)
  })

  for (const name of ['upgrade', 'open', 'message', 'close'] as const) {
    test(`from inside the ${name} handler ends like any other`, async (t) => {
      const server = await served(t, { [name]: () => void (closing = server.close()) })
      let closing: Promise<void> | undefined
      const client = rawClient(t, server)
      client.write(upgradeHead())
      const head = await client.head()
      if (name === 'message') client.write(frame(opcodes.text))
      if (name !== 'close') {
        const refused = head.startsWith('HTTP/1.1 503')
        assert.equal(refused, name === 'upgrade')
        if (!refused) assert.equal((await client.closeFrame()).code, 1001)
      }
      if (name !== 'upgrade') await client.close(1001)
      await client.gone()
      await closing
    })
  }

  test('destroys at the deadline those who do not answer', async (t) => {
    const outcomes = calls<CloseOutcome>()
    const server = await served(t, { close: (_, outcome) => outcomes.note(outcome) })
    const client = await opened(t, server)
    await server.close({ timeout: 50 })
    await client.gone()
    const { code, wasClean, cause } = await outcomes.next()
    assert.deepEqual([code, wasClean, cause.trigger], [1006, false, 'terminate'])
    assert.deepEqual(cause.sent, { code: 1001, reason: '' })
  })

  test('destroys what is left when the signal is aborted', async (t) => {
    for (const when of ['before', 'after']) {
      const server = await served(t)
      const client = await opened(t, server)
      const controller = new AbortController()
      if (when === 'before') controller.abort()
      const closing = server.close({ timeout: 2 ** 31 - 1, signal: controller.signal })
      if (when === 'after') {
        await client.closeFrame()
        controller.abort()
      }
      await closing
      await client.gone()
    }
  })

  test('refuses new clients with 503 until the last one has gone', async (t) => {
    const server = await served(t)
    const last = await opened(t, server)
    const closing = server.close({ timeout: 9500 })
    const late = rawClient(t, server)
    late.write(upgradeHead(), frame(opcodes.text, 'never delivered'))
    const { status, fields, body } = await late.answer()
    assert.equal(status, 503)
    assert.equal(fields.get('retry-after'), '10')
    assert.equal(body, 'the server is going away; try again later\n')
    await late.gone()
    await last.closeFrame()
    await last.close(1001)
    await closing
  })

  test('on a shared HTTP server refuses in the same way, and then leaves it alone', async (t) => {
    const http = createServer((_, response) => response.end('plain'))
    const server = attach(http)
    http.listen(0, '127.0.0.1')
    await once(http, 'listening')
    t.after(() => http.close())
    const { port } = http.address() as AddressInfo
    const address = { port, hostname: '127.0.0.1', url: `http://127.0.0.1:${port}/` }
    const last = await opened(t, address)
    const closing = server.close()
    const late = rawClient(t, address)
    late.write(upgradeHead())
    assert.equal((await late.answer()).status, 503)
    await last.closeFrame()
    await last.close(1001)
    await closing
    assert.equal(await (await fetch(address.url)).text(), 'plain')
    http.closeIdleConnections()
  })

  test('ends although refused clients keep coming and none of them goes', async (t) => {
    const http = createServer((_, response) => response.end())
    const server = attach(http)
    http.listen(0, '127.0.0.1')
    await once(http, 'listening')
    t.after(() => {
      http.closeAllConnections()
      http.close()
    })
    const { port } = http.address() as AddressInfo
    await opened(t, { port, hostname: '127.0.0.1', url: 'http:' })
    const state = { closed: false }
    const closing = server.close({ timeout: 50 }).then(() => (state.closed = true))
    const stubborn = async (): Promise<void> => {
      while (!state.closed) {
        const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
        const client = new RawClient(t, socket)
        client.write(upgradeHead())
        await client.head().catch(() => {})
      }
    }
    await Promise.all([closing, stubborn(), stubborn()])
  })
})

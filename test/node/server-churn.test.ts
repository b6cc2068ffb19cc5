import assert from 'node:assert/strict'
import { setImmediate } from 'node:timers/promises'
import { describe, test } from 'node:test'
import { program } from './program.ts'
import {
  calls,
  frame,
  opcodes,
  type RawClient,
  rawClient,
  served,
  upgradeHead,
} from './raw-client.ts'

const library = JSON.stringify(new URL('../../dist/node/index.js', import.meta.url).href)

describe('a server that many clients come to', () => {
  test('keeps nothing of a thousand that came and went, in every way there is', async (t) => {
    const closes = calls<void>()
    const server = await served(t, {
      // Half of them are decided on later.
      upgrade: ({ signal, path }) => (path === '/later' ? later(signal) : undefined),
      open: (socket) => ['all', `own ${Math.random()}`].forEach((topic) => socket.subscribe(topic)),
      message: (socket, message) => void socket.publish('all', message),
      close: () => closes.note(),
    })
    const ways: ((client: RawClient) => unknown)[] = [
      (client) => client.close(),
      (client) => client.socket.end(),
      (client) => client.socket.resetAndDestroy(),
      (client) => client.write(Buffer.of(0xff, 0xff)),
      () => [...server.sockets].at(-1)?.terminate(),
    ]
    for (let round = 0; round < 20; round++) {
      await Promise.all(
        Array.from({ length: 50 }, async (_, i) => {
          const client = rawClient(t, server)
          await client.upgrade({}, i % 2 ? 'GET /later HTTP/1.1' : 'GET / HTTP/1.1')
          client.write(frame(opcodes.text, 'hello'))
          await ways[i % ways.length]!(client)
          client.socket.resume()
          client.socket.on('data', () => {})
          client.socket.end()
          await client.gone()
        }),
      )
    }
    while (closes.all.length < 1000) await closes.next()
    assert.equal(closes.all.length, 1000)
    assert.equal(server.sockets.size, 0)
    assert.deepEqual(server.topics, [])
    await nothingOpen()
  })

  test('keeps nothing of those it refused', async (t) => {
    const server = await served(t, { path: '/chat' })
    for (let i = 0; i < 50; i++) {
      const client = rawClient(t, server)
      const bad = i % 2 ? upgradeHead() : upgradeHead({ Host: undefined }, 'GET /chat HTTP/1.1')
      client.write(bad)
      assert.ok((await client.answer()).status >= 400)
      await client.gone()
    }
    await nothingOpen()
    await server.close()
  })
})

describe('a program with a server ends by itself', () => {
  test('after the server has been closed', async () => {
    const output = await program(`
      import { connect, serve } from ${library}
      const server = await serve({ message(socket, message) { socket.send(message) } })
      const socket = await connect(server.url.replace('http', 'ws'))
      await fetch(server.url)
      socket.send('hello')
      for await (const message of socket) { console.log(message); break }
      const closing = server.close()
      console.log((await socket.closed).code)
      await closing
    `)
    assert.deepEqual(output.split('\n'), ['hello', '1001'])
  })

  test('after a port in use, and a server that was never reached', async () => {
    const output = await program(`
      import { attach, serve } from ${library}
      import { createServer } from 'node:http'
      const first = await serve()
      await serve({ port: first.port }).catch((error) => console.log(error.code))
      attach(createServer())
      attach(null)
      await first.close()
    `)
    assert.equal(output, 'ERR_LISTEN')
  })

  test('although a client never answers the close, nor an upgrade handler', async () => {
    const output = await program(`
      import { connect, serve } from ${library}
      import { connect as connectTcp } from 'node:net'
      const server = await serve({
        upgrade: ({ path }) => path === '/never' ? new Promise(() => {}) : undefined,
      })
      const head = (path) => ['GET ' + path + ' HTTP/1.1', 'Host: localhost', 'Connection: Upgrade',
        'Upgrade: websocket', 'Sec-WebSocket-Version: 13',
        'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==', '', ''].join('\\r\\n')
      for (const path of ['/', '/never']) {
        const socket = connectTcp(server.port)
        socket.on('error', () => {})
        socket.write(head(path))
        if (path === '/') await new Promise((resolve) => socket.once('data', resolve))
      }
      await server.close({ timeout: 50 })
      console.log('closed', server.sockets.size)
    `)
    assert.equal(output, 'closed 0')
  })
})

async function later(signal: AbortSignal): Promise<void> {
  await Promise.resolve()
  signal.throwIfAborted()
}

/** The connections and timers that keep this process alive. */
function resources(): string[] {
  return process.getActiveResourcesInfo().filter((name) => /^TCPSocket|^TLS|^Timeout/.test(name))
}

/** A closed handle is gone some turns later. */
async function nothingOpen(): Promise<void> {
  for (let turn = 0; turn < 100 && resources().length > 0; turn++) await setImmediate()
  assert.deepEqual(resources(), [])
}

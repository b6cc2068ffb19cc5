import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, type Server as HttpServer } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { setImmediate } from 'node:timers/promises'
import { describe, test, type TestContext } from 'node:test'
import express from 'express'
import fastify from 'fastify'
import { WebSocket, WebSocketServer } from 'ws'
import { attach, OptionError, type ServerOptions } from '../../dist/node/index.js'
import { type Address, calls, frame, opcodes, rawClient, upgradeHead } from './raw-client.ts'

/** Listens until the test is over. */
async function listening(t: TestContext, http: HttpServer, scheme = 'http'): Promise<Address> {
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  t.after(() => {
    http.closeAllConnections()
    http.close()
  })
  return addressOf(http, scheme)
}

function addressOf(http: HttpServer, scheme = 'http'): Address {
  const { port } = http.address() as AddressInfo
  return { port, hostname: '127.0.0.1', url: `${scheme}://127.0.0.1:${port}/` }
}

/** A server that says its name before each message. */
function named(name: string): ServerOptions {
  return { message: (socket, message) => void socket.send(`${name}: ${String(message)}`) }
}

/** What comes back for a message at a path. */
async function said(t: TestContext, address: Address, path: string): Promise<string> {
  const client = rawClient(t, address)
  await client.upgrade({}, `GET ${path} HTTP/1.1`)
  client.write(frame(opcodes.text, 'hi'))
  return client.text()
}

describe('attach', () => {
  test('shares a bare HTTP server, whose own requests are not touched', async (t) => {
    const http = createServer((request, response) => response.end(`plain ${request.url}`))
    const server = attach(http, named('bare'))
    t.after(() => server.close({ timeout: 0 }))
    const address = await listening(t, http)
    assert.equal(await said(t, address, '/any'), 'bare: hi')
    assert.equal(await (await fetch(new URL('/x', address.url))).text(), 'plain /x')
  })

  test('shares an HTTPS server', async (t) => {
    const fixture = (name: string): Buffer =>
      readFileSync(new URL(`../../test/node/fixtures/localhost.${name}.pem`, import.meta.url))
    const http = createHttpsServer({ key: fixture('key'), cert: fixture('cert') })
    const server = attach(http, named('tls'))
    t.after(() => server.close({ timeout: 0 }))
    assert.equal(await said(t, await listening(t, http, 'https'), '/'), 'tls: hi')
  })

  test('shares an Express app, whose routes still work', async (t) => {
    const app = express()
    app.get('/hello', (_, response) => response.send('express'))
    const http = createServer(app)
    const server = attach(http, { ...named('express'), path: '/ws' })
    t.after(() => server.close({ timeout: 0 }))
    const address = await listening(t, http)
    assert.equal(await said(t, address, '/ws?x'), 'express: hi')
    assert.equal(await (await fetch(new URL('/hello', address.url))).text(), 'express')
    assert.equal((await fetch(new URL('/ws', address.url))).status, 404)
  })

  test('shares a Fastify app, whose routes still work', async (t) => {
    const app = fastify({ forceCloseConnections: true })
    app.get('/hello', async () => 'fastify')
    const server = attach(app.server, { ...named('fastify'), path: '/ws' })
    await app.listen({ port: 0, host: '127.0.0.1' })
    t.after(async () => {
      await server.close({ timeout: 0 })
      await app.close()
    })
    const address = addressOf(app.server)
    assert.equal(await said(t, address, '/ws'), 'fastify: hi')
    assert.equal(await (await fetch(new URL('/hello', address.url))).text(), 'fastify')
  })

  test('serves several paths of one HTTP server, and one server all others', async (t) => {
    const http = createServer()
    const servers = [
      attach(http, { ...named('a'), path: '/a' }),
      attach(http, named('other')),
      attach(http, { ...named('b'), path: '/b' }),
    ]
    t.after(() => Promise.all(servers.map((server) => server.close({ timeout: 0 }))))
    const address = await listening(t, http)
    assert.equal(await said(t, address, '/a'), 'a: hi')
    assert.equal(await said(t, address, '/b?c'), 'b: hi')
    assert.equal(await said(t, address, '/c'), 'other: hi')
    assert.equal(http.listenerCount('upgrade'), 1)
  })

  test('leaves other upgrade listeners what is theirs', async (t) => {
    const http = createServer()
    const server = attach(http, { ...named('ours'), path: '/ours' })
    t.after(() => server.close({ timeout: 0 }))
    const theirs = new WebSocketServer({ noServer: true })
    theirs.on('connection', (socket) =>
      socket.on('message', (data) => socket.send(`ws: ${(data as Buffer).toString()}`)),
    )
    http.on('upgrade', (request, socket, head) => {
      if (request.url !== '/theirs') return
      theirs.handleUpgrade(request, socket, head, (client) => theirs.emit('connection', client))
    })
    const address = await listening(t, http)
    for (const [path, answer] of [
      ['ours', 'ours: hi'],
      ['theirs', 'ws: hi'],
    ]) {
      const client = new WebSocket(new URL(path!, address.url.replace('http', 'ws')))
      await once(client, 'open')
      client.send('hi')
      assert.equal(String((await once(client, 'message'))[0]), answer)
      client.terminate()
    }
  })

  test('answers 404 for a path that nobody serves', async (t) => {
    const http = createServer()
    const server = attach(http, { path: '/a' })
    t.after(() => server.close({ timeout: 0 }))
    const client = rawClient(t, await listening(t, http))
    client.write(upgradeHead({}, 'GET /b HTTP/1.1'))
    assert.equal((await client.answer()).status, 404)
    await client.gone()
  })

  test('gives an offer of something else back to the HTTP server', async (t) => {
    const http = createServer((request, response) => void request.pipe(response))
    const server = attach(http)
    t.after(() => server.close({ timeout: 0 }))
    const address = await listening(t, http)
    const offer = 'HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n'
    const client = rawClient(t, address)
    client.write(`GET / ${offer}\r\n`)
    assert.equal((await client.answer()).body, '')
    client.write(`POST / ${offer}Content-Length: 4\r\n\r\nbody`)
    assert.equal((await client.answer()).body, 'body')
    const slow = rawClient(t, address)
    slow.write(`POST / ${offer}Transfer-Encoding: chunked\r\n\r\n2\r\nbo`)
    const answer = slow.answer()
    await setImmediate()
    slow.write('\r\n2\r\ndy\r\n0\r\n\r\n')
    assert.equal((await answer).body, 'body')
  })

  for (const [what, destroy] of [
    ['at once', ({ incoming }) => void incoming!.socket.destroy(new Error('not you'))],
    [
      'and throws',
      ({ incoming }) => {
        incoming!.socket.destroy(new Error('not you'))
        throw new Error('not you')
      },
    ],
    [
      'later',
      async ({ incoming }) => {
        await setImmediate()
        incoming!.socket.destroy(new Error('not you'))
      },
    ],
  ] satisfies [string, ServerOptions['upgrade']][]) {
    test(`outlives an upgrade handler that destroys its socket with an error ${what}`, async (t) => {
      const http = createServer()
      const server = attach(http, { upgrade: destroy, error: () => {} })
      t.after(() => server.close({ timeout: 0 }))
      const client = rawClient(t, await listening(t, http))
      client.write(upgradeHead())
      await client.gone()
      assert.equal(client.pending.length, 0)
      assert.equal(server.sockets.size, 0)
    })
  }

  test('refuses the same path twice, and what is no HTTP server', (t) => {
    const http = createServer()
    const server = attach(http, { path: '/a' })
    t.after(() => server.close())
    assert.throws(() => attach(http, { path: '/a' }), {
      code: 'ERR_OPTION',
      message: 'option path: got "/a", expected a path that no other server attached here has',
    })
    attach(http)
    assert.throws(() => attach(http), OptionError)
    assert.throws(() => attach(express() as never), /option httpServer: .* or null/)
    assert.throws(() => attach(http, { port: 80 } as never), /option name: got "port"/)
  })

  test('comes off the HTTP server when it is closed', async (t) => {
    const http = createServer()
    const a = attach(http, { path: '/a' })
    const b = attach(http, { path: '/b' })
    const address = await listening(t, http)
    await a.close()
    assert.equal(http.listenerCount('upgrade'), 1)
    const client = rawClient(t, address)
    client.write(upgradeHead({}, 'GET /a HTTP/1.1'))
    assert.equal((await client.answer()).status, 404)
    await b.close()
    assert.equal(http.listenerCount('upgrade'), 0)
    const again = attach(http, { ...named('again'), path: '/a' })
    t.after(() => again.close({ timeout: 0 }))
    assert.equal(await said(t, address, '/a'), 'again: hi')
    assert.equal(http.listening, true)
  })
})

describe('handleUpgrade', () => {
  test('serves upgrades that the program routes itself', async (t) => {
    const server = attach<string>(null, {
      ...(named('own') as ServerOptions<string>),
      path: '/is-not-looked-at',
      upgrade: ({ path }) => path,
    })
    t.after(() => server.close({ timeout: 0 }))
    const sockets = calls<string>()
    const http = createServer()
    http.on('upgrade', (request, socket, head) => {
      void server
        .handleUpgrade(request, socket as never, head)
        .then((opened) => sockets.note(opened!.data))
    })
    assert.equal(await said(t, await listening(t, http), '/x'), 'own: hi')
    assert.equal(await sockets.next(), '/x')
  })

  test('gives undefined for what it refuses', async (t) => {
    const server = attach(null)
    t.after(() => server.close({ timeout: 0 }))
    const results = calls<unknown>()
    const http = createServer()
    http.on('upgrade', (request, socket, head) => {
      void server.handleUpgrade(request, socket as never, head).then(results.note)
    })
    const client = rawClient(t, await listening(t, http))
    client.write(upgradeHead({ 'Sec-WebSocket-Version': '7' }))
    assert.equal((await client.answer()).status, 426)
    assert.equal(await results.next(), undefined)
  })

  test('of one socket twice throws, and harms nothing', async (t) => {
    const [a, b] = [attach(null, named('a')), attach(null, named('b'))]
    t.after(() => Promise.all([a.close({ timeout: 0 }), b.close({ timeout: 0 })]))
    const errors = calls<{ code: string }>()
    const http = createServer()
    http.on('upgrade', (request, socket, head) => {
      void a.handleUpgrade(request, socket as never, head)
      b.handleUpgrade(request, socket as never, head).catch(errors.note)
    })
    assert.equal(await said(t, await listening(t, http), '/'), 'a: hi')
    assert.equal((await errors.next()).code, 'ERR_UPGRADED')
    assert.equal(b.sockets.size, 0)
  })

  test('of a socket that has gone meanwhile leaves nothing behind', async (t) => {
    const server = attach(null, { open: () => assert.fail('opened') })
    const results = calls<unknown>()
    const http = createServer()
    http.on('upgrade', (request, socket, head) => {
      socket.on('error', () => {})
      socket.on('close', () => {
        void server.handleUpgrade(request, socket as never, head).then(results.note)
      })
      socket.destroy()
    })
    rawClient(t, await listening(t, http)).write(upgradeHead())
    assert.equal(await results.next(), undefined)
    await server.close()
  })

  test('of a closed server is refused with 503', async (t) => {
    const server = attach(null)
    await server.close()
    const http = createServer()
    http.on('upgrade', (request, socket, head) => {
      void server.handleUpgrade(request, socket as never, head)
    })
    const client = rawClient(t, await listening(t, http))
    client.write(upgradeHead())
    assert.equal((await client.answer()).status, 503)
  })
})

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server as HttpServer } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { describe, test, type TestContext } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { defaultLimits, type RequestHead } from '../../dist/core/index.js'
import { FirstRequests } from '../../dist/node/first-request.js'
import { fixture } from './peers.ts'
import { calls, type Calls, RawClient, upgradeHead } from './raw-client.ts'

interface Taken {
  readonly head: RequestHead
  readonly socket: Socket
  readonly rest: string
}

interface Guarded {
  readonly client: RawClient
  /** Upgrades that HTTP has not seen. */
  readonly taken: Calls<Taken>
  /** Connections that HTTP was given. */
  readonly given: Calls<Socket>
  readonly http: HttpServer
}

/** An HTTP server that answers with what it was asked, behind `FirstRequests`. */
async function guarded(
  t: TestContext,
  { secure = false, handshakeTimeout = 10_000 } = {},
): Promise<Guarded> {
  const tls = { key: fixture('localhost.key.pem'), cert: fixture('localhost.cert.pem') }
  const http = secure ? createSecureServer(tls) : createServer()
  const event = secure ? 'secureConnection' : 'connection'
  const [taken, given] = [calls<Taken>(), calls<Socket>()]
  http.on(event, given.note)
  http.on('request', (request, response) => {
    void bodyOf(request).then((body) => response.end(`${request.method} ${request.url} ${body}`))
  })
  const limits = { ...defaultLimits, handshakeTimeout }
  const requests = new FirstRequests(http, event, limits, (head, socket, rest) => {
    taken.note({ head, socket, rest: Buffer.from(rest).toString('latin1') })
  })
  requests.begin()
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  const { port } = http.address() as AddressInfo
  const ca = fixture('localhost.cert.pem')
  const socket = secure
    ? connectTls({ port, host: 'localhost', ca })
    : connect({ port, host: '127.0.0.1' })
  const client = new RawClient(t, socket)
  t.after(() => {
    http.close()
    http.closeAllConnections()
  })
  return { client, taken, given, http }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('latin1')
}

test('what a program keeps of a first request keeps no more of it alive than its line', async (t) => {
  const { taken, http } = await guarded(t)
  const { port } = http.address() as AddressInfo
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const [size, count] = [15_000, 200]
  const kept: string[] = []
  collect()
  const before = process.memoryUsage().heapUsed
  for (let at = 0; at < count; at++) {
    const client = connect({ port, host: '127.0.0.1' })
    client.write(upgradeHead({ 'X-User': `the user with number ${at}`, Cookie: 'x'.repeat(size) }))
    const { head, socket } = await taken.next()
    kept.push(head.fields.get('x-user')!)
    taken.all.fill(undefined as never)
    socket.destroy()
    await once(client.resume(), 'close')
  }
  collect()
  const grown = process.memoryUsage().heapUsed - before
  assert.equal(kept.at(-1), `the user with number ${count - 1}`)
  assert.ok(grown < (count * size) / 2, `${grown} bytes for ${count} names`)
})

for (const secure of [false, true]) {
  describe(`the first request of a connection${secure ? ' over TLS' : ''}`, () => {
    test('is taken when it asks for a WebSocket, with what came behind it', async (t) => {
      const { client, taken, given } = await guarded(t, { secure })
      client.write(upgradeHead({}, 'GET /chat?room=1 HTTP/1.1'), 'frames')
      const { head, socket, rest } = await taken.next()
      assert.equal(head.target, '/chat?room=1')
      assert.equal(head.fields.get('Upgrade'), 'websocket')
      assert.equal(rest, 'frames')
      assert.equal(given.all.length, 0)
      socket.end('bye')
      await client.gone()
      assert.equal(client.pending.toString(), 'bye')
    })

    for (const [what, request, answer] of [
      ['a GET', 'GET /a HTTP/1.1\r\nHost: a\r\n\r\n', 'GET /a '],
      ['a POST', 'POST /b HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody', 'POST /b body'],
      ['empty lines first', '\r\n\r\nGET /c HTTP/1.1\r\nHost: a\r\n\r\n', 'GET /c '],
    ] as const) {
      test(`is left to HTTP: ${what}`, async (t) => {
        const { client, taken } = await guarded(t, { secure })
        client.write(request)
        assert.equal((await client.answer()).body, answer)
        assert.equal(taken.all.length, 0)
      })
    }

    test('is left to HTTP where it comes in pieces, an upgrade as well', async (t) => {
      const { client, taken, given, http } = await guarded(t, { secure })
      const upgraded = once(http, 'upgrade')
      const head = upgradeHead()
      client.write(head.slice(0, 30))
      await given.next()
      client.write(head.slice(30), 'frames')
      const [{ url }, , rest] = (await upgraded) as [IncomingMessage, Socket, Buffer]
      assert.equal(url, '/')
      assert.equal(rest.toString(), 'frames')
      assert.equal(taken.all.length, 0)
    })

    test('is left to HTTP where it cannot be read', async (t) => {
      const { client, taken, http } = await guarded(t, { secure })
      const refused = once(http, 'clientError')
      client.write(upgradeHead({ 'Bad Name': 'x' }))
      const [{ code }] = (await refused) as [NodeJS.ErrnoException]
      assert.match(code!, /^HPE_/)
      assert.equal(taken.all.length, 0)
    })

    test('may have more content than is read at a time', async (t) => {
      const { client } = await guarded(t, { secure })
      const body = Array.from({ length: 300_000 }, (_, i) => i % 10).join('')
      client.write(`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}\r\n\r\n`, body)
      assert.equal((await client.answer()).body, `POST / ${body}`)
    })

    test('is the only one that is looked at: an upgrade behind it is for HTTP', async (t) => {
      const { client, taken, http } = await guarded(t, { secure })
      const upgraded = once(http, 'upgrade')
      client.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
      await client.answer()
      client.write(upgradeHead())
      await upgraded
      assert.equal(taken.all.length, 0)
    })

    test('is not waited for: HTTP has its own clock for those that ask nothing', async (t) => {
      const { client, given } = await guarded(t, { secure, handshakeTimeout: 40 })
      await given.next()
      client.write('GET /late HTTP/1.1\r\nHost: a\r\n\r\n')
      assert.equal((await client.answer()).body, 'GET /late ')
    })

    test('may never come: the connection is ended as its client does', async (t) => {
      const { client, taken, given, http } = await guarded(t, { secure })
      await once(http, secure ? 'secureConnection' : 'connection')
      client.socket.end()
      await client.gone()
      assert.deepEqual([taken.all.length, given.all.length], [0, 0])
    })
  })
}

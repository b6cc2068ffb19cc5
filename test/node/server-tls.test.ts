import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { connect as connectTcp, Socket } from 'node:net'
import { describe, test, type TestContext } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import {
  type CloseOutcome,
  type ListeningServer,
  type Message,
  OptionError,
  type ServeOptions,
} from '../../dist/node/index.js'
import {
  type Calls,
  calls,
  frame,
  opcodes,
  opened,
  RawClient,
  rawClient,
  served,
  upgradeHead,
} from './raw-client.ts'

function fixture(name: string): Buffer {
  return readFileSync(new URL(`../../test/node/fixtures/localhost.${name}.pem`, import.meta.url))
}

interface Secure {
  readonly server: ListeningServer
  readonly outcomes: Calls<CloseOutcome>
}

async function secure(t: TestContext, options: ServeOptions = {}): Promise<Secure> {
  const outcomes = calls<CloseOutcome>()
  const server = await served(t, {
    tls: { key: fixture('key'), cert: fixture('cert') },
    close: (_, outcome) => outcomes.note(outcome),
    ...options,
  })
  return { server, outcomes }
}

const limited = { timeout: 30_000 }

describe('over TLS', () => {
  test('messages of every size go both ways', async (t) => {
    const { server, outcomes } = await secure(t, {
      message: (socket, message) => void socket.send(message),
    })
    const client = await opened(t, server)
    for (const length of [0, 1, 125, 126, 16_384, 65_536, 1 << 20]) {
      const text = 'x'.repeat(length)
      client.write(frame(opcodes.text, text))
      assert.equal(await client.text(), text)
    }
    await client.close()
    assert.equal((await outcomes.next()).wasClean, true)
  })

  for (const how of ['end', 'destroy'] as const) {
    test(`a client that goes away (${how}) is noticed`, async (t) => {
      const { server, outcomes } = await secure(t)
      const client = await opened(t, server)
      client.socket[how]()
      const { code, cause } = await outcomes.next()
      assert.equal(code, 1006)
      assert.equal(cause.trigger, 'transport')
      assert.equal(server.sockets.size, 0)
    })

    test(`and so it is while the upgrade is decided (${how})`, async (t) => {
      const [asked, aborted] = [calls<void>(), calls<void>()]
      const { server } = await secure(t, {
        upgrade({ signal }) {
          signal.addEventListener('abort', () => aborted.note())
          asked.note()
          return new Promise(() => {})
        },
      })
      const client = rawClient(t, server)
      client.write(upgradeHead())
      await asked.next()
      client.socket[how]()
      await aborted.next()
    })
  }

  test('a connection that is reset is noticed', async (t) => {
    const { server, outcomes } = await secure(t)
    const transport = connectTcp(server.port, server.hostname)
    const inside = connectTls({ socket: transport, rejectUnauthorized: false })
    const client = new RawClient(t, inside)
    await client.upgrade()
    transport.resetAndDestroy()
    const { cause } = await outcomes.next()
    assert.equal(cause.trigger, 'transport')
    assert.equal((cause.error as NodeJS.ErrnoException).code, 'ECONNRESET')
  })

  test('a client that reads slowly is closed at the limit', async (t) => {
    const { server, outcomes } = await secure(t, {
      limits: { buffered: 1 << 18, closeTimeout: 50 },
    })
    const client = await opened(t, server)
    client.socket.pause()
    const [socket] = server.sockets
    const block = 'x'.repeat(65_536)
    let largest = 0
    while (socket!.send(block) !== 'dropped') {
      largest = Math.max(largest, socket!.bufferedAmount)
      await new Promise(setImmediate)
    }
    assert.ok(largest < (1 << 18) + 4 * 65_536, `${largest} bytes waited`)
    assert.equal((await outcomes.next()).code, 1013)
  })

  test('a close that is not answered is cut off', async (t) => {
    const { server, outcomes } = await secure(t, { limits: { closeTimeout: 40 } })
    const client = await opened(t, server)
    void [...server.sockets][0]!.close()
    assert.equal((await client.closeFrame()).code, 1000)
    assert.equal((await outcomes.next()).wasClean, false)
  })

  // Deno asks in a way that is not seen here, and a test has no end there without a limit.
  test(
    'a client that is not read for long is asked by TCP whether it is there',
    limited,
    async (t) => {
      const asked = t.mock.method(Socket.prototype, 'setKeepAlive')
      const messages = calls<Message>()
      const { server } = await secure(t, {
        heartbeat: { interval: 20, timeout: 20 },
        open: (socket) => socket.pause(),
        message: (_, message) => messages.note(message),
      })
      const client = await opened(t, server)
      client.write(frame(opcodes.text, 'at last'))
      while (asked.mock.callCount() < 3) await nextTurn()
      assert.deepEqual([messages.all, client.pending.length], [[], 0])
      for (const socket of server.sockets) socket.resume()
      assert.equal(await messages.next(), 'at last')
      await client.close()
    },
  )

  test('an offer of HTTP/2 is ordinary HTTP', async (t) => {
    const { server } = await secure(t, { request: ({ url }) => new Response(url) })
    const client = rawClient(t, server)
    for (let i = 0; i < 3; i++) {
      client.write(
        'GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n',
      )
      assert.equal((await client.answer()).body, 'https://localhost/')
    }
    await client.upgrade()
    await client.close()
  })

  test('a certificate is renewed without dropping anyone', async (t) => {
    const { server } = await secure(t, { message: (socket, message) => void socket.send(message) })
    const serial = (client: RawClient): string =>
      (client.socket as TLSSocket).getPeerCertificate().serialNumber
    const before = await opened(t, server)
    const old = serial(before)
    const other = readFileSync(
      new URL('../../test/node/fixtures/expired.cert.pem', import.meta.url),
    )
    server.renewCertificate({ key: fixture('key'), cert: other })
    const after = await opened(t, server)
    assert.notEqual(serial(after), old)
    for (const client of [before, after]) {
      client.write(frame(opcodes.text, 'still here'))
      assert.equal(await client.text(), 'still here')
    }
    assert.throws(() => server.renewCertificate({ key: fixture('key'), cert: 'x' }), OptionError)
    assert.notEqual(serial(await opened(t, server)), old)
  })

  test('a certificate cannot come to a server without TLS', async (t) => {
    const server = await served(t)
    const renew = (): void =>
      server.renewCertificate({ key: fixture('key'), cert: fixture('cert') })
    assert.throws(renew, OptionError)
  })

  test('what is no request is answered with 400', async (t) => {
    const { server } = await secure(t)
    const client = rawClient(t, server)
    client.write('garbage\r\n\r\n')
    assert.equal((await client.answer()).status, 400)
    await client.gone()
  })
})

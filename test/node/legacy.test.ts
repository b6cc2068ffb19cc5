import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test, type TestContext } from 'node:test'
import {
  attach,
  type CloseOutcome,
  type ListeningServer,
  OptionError,
  type PublishResult,
  type ServeOptions,
  type ServerSocket,
} from '../../dist/node/index.js'
import {
  calls,
  closePayload,
  type FieldChanges,
  frame,
  opcodes,
  opened as openedNow,
  type RawClient,
  rawClient,
  served,
  upgradeHead,
} from './raw-client.ts'

function fixture(name: string): Buffer {
  return readFileSync(new URL(`../../test/node/fixtures/localhost.${name}.pem`, import.meta.url))
}

const hixie75: FieldChanges = {
  'Sec-WebSocket-Version': undefined,
  'Sec-WebSocket-Key': undefined,
  Origin: 'http://example.localhost',
}

/** The example of draft-hixie-thewebsocketprotocol-76 §1.2. */
const hixie76: FieldChanges = {
  ...hixie75,
  'Sec-WebSocket-Key1': '4 @1  46546xW%0l 1 5',
  'Sec-WebSocket-Key2': '12998 5 Y3 1  .P00',
}
const body = '^n:ds[4U'
const answer = "8jKS'y:G*Co,Wxa-"

const drafts = { 'hixie-75': hixie75, 'hixie-76': hixie76 } as const
const closeFrame = Uint8Array.of(0xff, 0)

/** ASCII, framed. */
const text = (message: string): Buffer => Buffer.from(`\0${message}\u00ff`, 'latin1')

function legacyServer(t: TestContext, options: ServeOptions = {}): Promise<ListeningServer> {
  return served(t, { legacy: true, message: (socket, message) => socket.send(message), ...options })
}

/** A client of a draft, its handshake done. */
async function opened(
  t: TestContext,
  server: ListeningServer,
  version: keyof typeof drafts,
): Promise<RawClient> {
  const client = rawClient(t, server)
  client.write(upgradeHead(drafts[version]), version === 'hixie-76' ? body : '')
  assert.match(await client.head(), /^HTTP\/1.1 101 Web ?Socket Protocol Handshake/)
  if (version === 'hixie-76') await says(client, Buffer.from(answer))
  return client
}

async function says(client: RawClient, bytes: Uint8Array): Promise<void> {
  assert.deepEqual(await client.bytes(bytes.length), bytes)
}

for (const version of ['hixie-75', 'hixie-76'] as const) {
  describe(`a client of ${version}`, () => {
    test('has its messages echoed, by the same handlers', async (t) => {
      const sockets = calls<ServerSocket>()
      const server = await legacyServer(t, { open: (socket) => sockets.note(socket) })
      const client = await opened(t, server, version)
      assert.equal((await sockets.next()).version, version)
      client.write(text('a'), text(''))
      await says(client, Buffer.concat([text('a'), text('')]))
      const long = 'x'.repeat(300_000)
      client.write(text(long))
      await says(client, text(long))
    })

    test('gets what is published, but for bytes', async (t) => {
      const server = await legacyServer(t, { open: (socket) => socket.subscribe('news') })
      const client = await opened(t, server, version)
      const modern = await openedNow(t, server)
      const results: PublishResult[] = [
        server.publish('news', 'text'),
        server.publish('news', Uint8Array.of(1)),
        server.publish('news', 'more'),
      ]
      await says(client, Buffer.concat([text('text'), text('more')]))
      assert.equal(await modern.text(), 'text')
      assert.equal((await modern.frame()).opcode, opcodes.binary)
      assert.equal(await modern.text(), 'more')
      assert.deepEqual(
        results.map(({ sent, dropped }) => [sent, dropped]),
        [
          [2, 0],
          [1, 1],
          [2, 0],
        ],
      )
    })

    test('cannot be sent bytes or a ping', async (t) => {
      const sockets = calls<ServerSocket>()
      const server = await legacyServer(t, { open: (socket) => sockets.note(socket) })
      const client = await opened(t, server, version)
      const socket = await sockets.next()
      assert.throws(() => socket.send(Uint8Array.of(1)), { code: 'ERR_DRAFT' })
      await assert.rejects(async () => socket.ping(), { code: 'ERR_DRAFT' })
      socket.send('still open')
      await says(client, text('still open'))
    })

    test('is told that the server goes away', async (t) => {
      const outcomes = calls<CloseOutcome>()
      const server = await legacyServer(t, { close: (_, outcome) => outcomes.note(outcome) })
      const client = await opened(t, server, version)
      const closed = server.close()
      if (version === 'hixie-76') {
        await says(client, Buffer.from(closeFrame))
        client.write(closeFrame)
      }
      await client.gone()
      const { code, wasClean, cause } = await outcomes.next()
      assert.deepEqual([code, wasClean, cause.by], [1005, true, 'local'])
      await closed
    })

    test('may close', async (t) => {
      const outcomes = calls<CloseOutcome>()
      const server = await legacyServer(t, { close: (_, outcome) => outcomes.note(outcome) })
      const client = await opened(t, server, version)
      client.write(text('last'))
      await says(client, text('last'))
      if (version === 'hixie-76') {
        client.write(closeFrame)
        await says(client, Buffer.from(closeFrame))
      } else {
        client.socket.end()
      }
      await client.gone()
      const { code, wasClean, cause } = await outcomes.next()
      assert.deepEqual([code, wasClean, cause.by], [1005, true, 'remote'])
    })

    test('is refused where it is not spoken', async (t) => {
      const server = await served(t)
      const client = rawClient(t, server)
      client.write(upgradeHead(drafts[version]), body)
      const { status, fields } = await client.answer()
      assert.deepEqual([status, fields.get('sec-websocket-version')], [426, '13'])
    })

    test('is refused when the page is from elsewhere', async (t) => {
      const server = await legacyServer(t)
      const client = rawClient(t, server)
      client.write(upgradeHead({ ...drafts[version], Origin: 'http://evil.test' }), body)
      assert.equal((await client.answer()).status, 403)
    })

    test('over TLS, or behind a proxy that has it, gets a URL with wss', async (t) => {
      const tls = { key: fixture('key'), cert: fixture('cert') }
      for (const [options, proxied] of [
        [{ tls }, undefined],
        [{}, 'https'],
      ] as const) {
        const client = rawClient(t, await legacyServer(t, options))
        client.write(upgradeHead({ ...drafts[version], 'X-Forwarded-Proto': proxied }), body)
        assert.match(await client.head(), /WebSocket-Location: wss:\/\/example.localhost\/$/m)
      }
    })
  })
}

describe('the challenge of hixie-76', () => {
  test('may come byte by byte, and with frames behind it', async (t) => {
    const server = await legacyServer(t)
    const client = rawClient(t, server)
    client.socket.setNoDelay(true)
    client.write(upgradeHead(hixie76))
    for (const byte of Buffer.from(body).subarray(0, 7)) client.write(Uint8Array.of(byte))
    client.write(Buffer.from(body).subarray(7), text('early'), text('bird'))
    assert.match(await client.head(), /101/)
    await says(client, Buffer.concat([Buffer.from(answer), text('early'), text('bird')]))
  })

  test('has the time of a handshake', async (t) => {
    const server = await legacyServer(t, { limits: { handshakeTimeout: 50 } })
    const client = rawClient(t, server)
    client.write(upgradeHead(hixie76), body.slice(0, 7))
    const { status, body: said } = await client.answer()
    assert.equal(status, 400)
    assert.match(said, /8 bytes of the challenge/)
    await client.gone()
  })

  test('leaves nothing behind when the client goes away over it', async (t) => {
    const upgrades: unknown[] = []
    const server = await legacyServer(t, { upgrade: () => void upgrades.push(0) })
    for (const leave of ['end', 'destroy', 'resetAndDestroy'] as const) {
      const client = rawClient(t, server)
      client.write(upgradeHead(hixie76), body.slice(0, 7))
      const second = await opened(t, server, 'hixie-75')
      client.socket[leave]()
      await client.gone()
      second.socket.destroy()
    }
    await server.close()
    assert.equal(upgrades.length, 3)
  })

  test('does not outlive a server that closes', async (t) => {
    const server = await legacyServer(t)
    const client = rawClient(t, server)
    client.write(upgradeHead(hixie76), body.slice(0, 7))
    // By the time another client is in, the server has read that head.
    const other = await opened(t, server, 'hixie-75')
    const closed = server.close()
    assert.equal((await client.answer()).status, 503)
    await Promise.all([closed, other.gone(), client.gone()])
  })
})

for (const version of [7, 8]) {
  test(`a client of version ${version} has messages, bytes, pings and closing codes`, async (t) => {
    const sockets = calls<ServerSocket>()
    const server = await legacyServer(t, { open: (socket) => sockets.note(socket) })
    const client = await openedNow(t, server, {
      'Sec-WebSocket-Version': String(version),
      'Sec-WebSocket-Origin': 'http://example.localhost',
      'Sec-WebSocket-Extensions': 'deflate-stream',
    })
    assert.equal((await sockets.next()).version, version)
    client.write(frame(opcodes.text, 'text'), frame(opcodes.binary, 'bytes'))
    assert.equal(await client.text(), 'text')
    assert.equal((await client.frame()).opcode, opcodes.binary)
    client.write(frame(opcodes.ping, 'ping'))
    assert.equal((await client.frame()).opcode, opcodes.pong)
    client.write(frame(opcodes.close, closePayload(4000)))
    assert.equal((await client.closeFrame()).code, 4000)
    await client.gone()
  })
}

test('everyone else is on version 13', async (t) => {
  const sockets = calls<ServerSocket>()
  const server = await legacyServer(t, { open: (socket) => sockets.note(socket) })
  await openedNow(t, server)
  assert.equal((await sockets.next()).version, 13)
})

test('legacy is true or false', () => {
  for (const legacy of ['yes', 1, null] as never[]) {
    assert.throws(() => attach(null, { legacy }), OptionError)
  }
})

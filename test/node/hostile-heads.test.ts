import assert from 'node:assert/strict'
import { execFile, spawnSync } from 'node:child_process'
import { setImmediate } from 'node:timers/promises'
import { describe, test } from 'node:test'
import { promisify } from 'node:util'
import { frame, opcodes, opened, rawClient, served, upgradeHead } from './raw-client.ts'

const limits = { handshakeTimeout: 60 }

describe('a client that is too slow with its request is sent away', () => {
  const starts: [what: string, bytes: string][] = [
    ['no byte', ''],
    ['half a request line', 'GET /'],
    ['half a head', upgradeHead().slice(0, -20)],
    ['all but the last byte', upgradeHead().slice(0, -1)],
  ]
  for (const [what, bytes] of starts) {
    test(what, async (t) => {
      const server = await served(t, { limits })
      const client = rawClient(t, server)
      if (bytes) client.write(bytes)
      const { status, body, fields } = await client.answer()
      assert.equal(status, 408)
      assert.equal(body, 'the request was not complete in time\n')
      assert.equal(fields.get('connection'), 'close')
      await client.gone()
    })
  }

  test('one byte after the other', async (t) => {
    const server = await served(t, { limits })
    const client = rawClient(t, server)
    const head = upgradeHead({ 'X-Long': 'x'.repeat(10_000) })
    let at = 0
    const timer = setInterval(() => client.socket.writable && client.write(head[at++]!), 5)
    t.after(() => clearInterval(timer))
    assert.equal((await client.answer()).status, 408)
    clearInterval(timer)
    await client.gone()
  })

  test('a second request on a connection that was good before', async (t) => {
    const server = await served(t, { limits, request: () => new Response('one') })
    const client = rawClient(t, server)
    client.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')
    assert.equal((await client.answer()).body, 'one')
    client.write('GET / HT')
    assert.equal((await client.answer()).status, 408)
  })

  test('the shortest deadline is one too', async (t) => {
    const server = await served(t, { limits: { handshakeTimeout: 1 } })
    assert.equal((await rawClient(t, server).answer()).status, 408)
  })
})

describe('what is no request', () => {
  const garbage: [what: string, bytes: string | Uint8Array][] = [
    ['text', 'hello\r\n\r\n'],
    ['a frame', frame(opcodes.text, 'hello')],
    ['zeros', new Uint8Array(100)],
    ['the start of TLS', Uint8Array.of(0x16, 3, 1, 0, 200, 1, 0, 0, 196)],
    ['HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['a field without a name', 'GET / HTTP/1.1\r\n: x\r\n\r\n'],
    ['a control character', 'GET / HTTP/1.1\r\nHost: a\0b\r\n\r\n'],
  ]
  for (const [what, bytes] of garbage) {
    test(`is answered with 400: ${what}`, async (t) => {
      const server = await served(t)
      const client = rawClient(t, server)
      client.write(bytes)
      const { status, body } = await client.answer()
      assert.equal(status, 400)
      assert.match(body, /^this is not an HTTP request that can be read: .+\n$/)
      await client.gone()
    })
  }

  test('does not get into a response that has begun', async (t) => {
    const stream = (): ReadableStream =>
      new ReadableStream({ start: (controller) => controller.enqueue(Buffer.from('begun')) })
    const server = await served(t, { request: () => new Response(stream()), error: () => {} })
    const client = rawClient(t, server)
    client.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')
    assert.match(await client.head(), /200 OK/)
    await client.bytes(10)
    client.write('garbage\r\n\r\n')
    await client.gone()
    assert.doesNotMatch(client.pending.toString(), /400/)
  })
})

describe('an upgrade', () => {
  test('can come in two pieces, cut anywhere, and byte by byte', async (t) => {
    const server = await served(t, { message: (socket, message) => void socket.send(message) })
    const bytes = Buffer.concat([Buffer.from(upgradeHead()), frame(opcodes.text, 'first')])
    const cuts = [...bytes.keys()].map((cut) => [bytes.subarray(0, cut), bytes.subarray(cut)])
    cuts.push([...bytes].map((byte) => Buffer.of(byte)))
    for (const pieces of cuts) {
      const client = rawClient(t, server)
      client.socket.setNoDelay(true)
      for (const piece of pieces) {
        await new Promise((resolve) => client.socket.write(piece, resolve))
      }
      assert.match(await client.head(), /101/)
      assert.equal(await client.text(), 'first')
      client.socket.destroy()
    }
  })

  test('behind a request that is not answered yet is cut off', async (t) => {
    const server = await served(t, {
      request: () => new Promise(() => {}),
      open: () => assert.fail('opened'),
    })
    const client = rawClient(t, server)
    client.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n', upgradeHead())
    await client.gone()
    assert.equal(client.pending.length, 0)
  })

  test('behind a request that is answered is like any other', async (t) => {
    const server = await served(t, { request: () => new Response('plain') })
    const client = rawClient(t, server)
    client.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')
    assert.equal((await client.answer()).body, 'plain')
    await client.upgrade()
    await client.close()
  })
})

describe('an offer to upgrade to something else is ordinary HTTP', () => {
  const h2c = [
    'Host: example.localhost',
    'Connection: Upgrade, HTTP2-Settings',
    'Upgrade: h2c',
    'HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA',
  ].join('\r\n')

  test('on a connection that goes on, many times', async (t) => {
    const warnings: Error[] = []
    const warn = (warning: Error): void => void warnings.push(warning)
    process.on('warning', warn)
    t.after(() => process.off('warning', warn))
    const server = await served(t, {
      request: async (request) => new Response(`${request.method} ${await request.text()}`),
    })
    const client = rawClient(t, server)
    for (let i = 0; i < 30; i++) {
      client.write(`GET / HTTP/1.1\r\n${h2c}\r\n\r\n`)
      assert.equal((await client.answer()).body, 'GET ')
      client.write(`POST / HTTP/1.1\r\n${h2c}\r\nContent-Length: 4\r\n\r\nbo`, 'dy')
      assert.equal((await client.answer()).body, 'POST body')
    }
    await client.upgrade()
    assert.deepEqual(warnings, [])
  })

  test('does not overtake a request that is not answered yet', async (t) => {
    const answers: ((response: Response) => void)[] = []
    const server = await served(t, {
      request: () => new Promise<Response>((resolve) => answers.push(resolve)),
    })
    const client = rawClient(t, server)
    client.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n', `GET / HTTP/1.1\r\n${h2c}\r\n\r\n`)
    while (answers.length === 0 && !client.closed) await setImmediate()
    // Older versions of Node cannot keep them in order: there the connection is cut off.
    answers[1]?.(new Response('second'))
    answers[0]?.(new Response('first'))
    const first = await client.answer().catch(() => undefined)
    assert.equal(first?.body ?? 'first', 'first')
  })

  test('keeps what Connection says beside the offer', async (t) => {
    const server = await served(t, {
      request: ({ method }) => new Response(method),
    })
    const client = rawClient(t, server)
    client.write(
      'GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close, Upgrade\r\nUpgrade: foo\r\n\r\n',
    )
    const { body, fields } = await client.answer()
    assert.equal(body, 'GET')
    assert.equal(fields.get('connection'), 'close')
    await client.gone()
  })

  const skip = spawnSync('curl', ['--version']).error && 'there is no curl'
  test('as curl --http2 makes it', { skip: skip ?? false }, async (t) => {
    const server = await served(t, {
      request: async (request) => new Response(`${request.method} ${await request.text()}`),
    })
    const curl = async (...options: string[]): Promise<string> => {
      const { stdout } = await promisify(execFile)('curl', [
        '-s',
        '--http2',
        ...options,
        server.url,
      ])
      return stdout
    }
    assert.equal(await curl(), 'GET ')
    assert.equal(await curl('-d', 'some body'), 'POST some body')
  })

  test('WebSocket without the token upgrade is one', async (t) => {
    const server = await served(t, { request: () => new Response('plain') })
    const client = rawClient(t, server)
    for (const changes of [
      { Connection: 'keep-alive' },
      { Upgrade: undefined },
      { Upgrade: 'web' },
    ]) {
      client.write(upgradeHead(changes))
      const { status, body } = await client.answer()
      assert.equal(status, 200)
      assert.equal(body, 'plain')
    }
    await opened(t, server)
  })
})

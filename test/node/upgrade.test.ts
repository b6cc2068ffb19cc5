import assert from 'node:assert/strict'
import { setImmediate } from 'node:timers/promises'
import { describe, test } from 'node:test'
import { deferred } from '../../dist/node/deferred.js'
import type { HttpRequest } from '../../dist/node/index.js'
import { calls, frame, opcodes, opened, rawClient, served, upgradeHead } from './raw-client.ts'

describe('the upgrade handler', () => {
  test('sees the request', async (t) => {
    const seen = calls<HttpRequest>()
    const server = await served(t, { upgrade: (request) => seen.note(request) })
    const client = rawClient(t, server)
    const cookie = ['a=1; b="q uoted"; a=2; c=%C3%A9', '__proto__=x; d=%E9; bare; =n; e="']
    await client.upgrade(
      { Cookie: cookie, 'X-Any': ['1', '2'] },
      'GET /chat/%20?room=a&room=b HTTP/1.1',
    )
    const request = await seen.next()
    assert.equal(request.method, 'GET')
    assert.equal(request.url, 'http://example.localhost/chat/%20?room=a&room=b')
    assert.equal(request.path, '/chat/%20')
    assert.deepEqual(request.searchParams.getAll('room'), ['a', 'b'])
    assert.equal(request.headers.get('x-any'), '1, 2')
    assert.equal(request.remoteAddress, '127.0.0.1')
    assert.equal(request.tls, undefined)
    assert.equal(request.body, null)
    assert.equal(request.signal.aborted, false)
    assert.deepEqual(
      [...request.cookies],
      [
        ['a', '1'],
        ['b', 'q uoted'],
        ['c', 'é'],
        ['__proto__', 'x'],
        ['d', '%E9'],
        ['', 'n'],
        ['e', ''],
      ],
    )
  })

  test('gives the socket its data, at once or later', async (t) => {
    const data = calls<unknown>()
    const server = await served<unknown>(t, {
      upgrade: ({ path }) => (path === '/now' ? 'now' : setImmediate('later')),
      open: (socket) => data.note(socket.data),
    })
    await rawClient(t, server).upgrade({}, 'GET /now HTTP/1.1')
    assert.equal(await data.next(), 'now')
    await rawClient(t, server).upgrade({}, 'GET /later HTTP/1.1')
    assert.equal(await data.next(), 'later')
  })

  test('may return a promise that is no Promise', async (t) => {
    // As the query builders of databases do.
    class Query extends Array<never> {
      // oxlint-disable-next-line unicorn/no-thenable
      then = Promise.resolve('ada').then.bind(Promise.resolve('ada'))
    }
    const data = calls<unknown>()
    const server = await served<unknown>(t, {
      upgrade: () => new Query(),
      open: (socket) => data.note(socket.data),
    })
    await opened(t, server)
    assert.equal(await data.next(), 'ada')
  })

  test('refuses with a Response, whole and as it is', async (t) => {
    const server = await served(t, {
      upgrade: ({ path }) => {
        if (path === '/stream') return new Response(new Blob(['strea', 'med']).stream())
        const headers: [string, string][] = [
          ['WWW-Authenticate', 'Bearer'],
          ['Set-Cookie', 'a=1'],
          ['Set-Cookie', 'b=2'],
          ['Connection', 'keep-alive'],
          ['Content-Length', '1'],
        ]
        return new Response('who are you? ¿', { status: 401, headers })
      },
      open: () => assert.fail('opened'),
    })
    const client = rawClient(t, server)
    client.write(upgradeHead(), frame(opcodes.text, 'never delivered'))
    const { head, body } = await client.answer()
    assert.equal(body, 'who are you? ¿')
    assert.deepEqual(head.split('\r\n').toSorted(), [
      'Connection: close',
      'Content-Length: 15',
      'HTTP/1.1 401 Unauthorized',
      'content-type: text/plain;charset=UTF-8',
      'set-cookie: a=1',
      'set-cookie: b=2',
      'www-authenticate: Bearer',
    ])
    await client.gone()
    const other = rawClient(t, server)
    other.write(upgradeHead({}, 'GET /stream HTTP/1.1'))
    assert.equal((await other.answer()).body, 'streamed')
  })

  test('can set headers on the 101', async (t) => {
    const server = await served(t, {
      upgrade({ responseHeaders }) {
        responseHeaders.append('Set-Cookie', 'a=1; HttpOnly')
        responseHeaders.append('Set-Cookie', 'b=2')
      },
      open: (_, { response }) => responses.note(response),
    })
    const responses = calls<string>()
    const head = await rawClient(t, server).upgrade()
    assert.deepEqual(head.match(/set-cookie: .*/g), [
      'set-cookie: a=1; HttpOnly',
      'set-cookie: b=2',
    ])
    assert.equal(await responses.next(), `${head}\r\n\r\n`)
  })

  const failures: [what: string, upgrade: (request: HttpRequest) => unknown][] = [
    ['throws', () => assert.fail('boom')],
    ['rejects', () => Promise.reject(new Error('boom'))],
    ['writes a header of two lines', (r) => r.responseHeaders.set('X-Bad', 'a\r\nSet-Cookie: b')],
    ['writes a header of the handshake', (r) => r.responseHeaders.set('Sec-WebSocket-Accept', 'x')],
    ['returns a Response that is no answer', () => Response.error()],
    ['returns an unreadable Response', () => new Response(new ReadableStream({ start: broken }))],
  ]
  for (const [what, upgrade] of failures) {
    test(`that ${what} is answered with 500 and reported`, async (t) => {
      const errors = calls<unknown>()
      const server = await served(t, {
        upgrade,
        open: () => assert.fail('opened'),
        error: (socket, error) => errors.note([socket, error]),
      })
      const client = rawClient(t, server)
      client.write(upgradeHead(), frame(opcodes.text, 'never delivered'))
      const { status, body } = await client.answer()
      assert.equal(status, 500)
      assert.equal(body, 'the server failed while it decided about this request\n')
      await client.gone()
      assert.equal(errors.all.length, 1)
      assert.equal((errors.all[0] as unknown[])[0], undefined)
    })
  }

  const choices: [what: string, protocols: (offered: readonly string[]) => string | undefined][] = [
    ['throws', () => assert.fail('boom')],
    ['picks what was not offered', () => 'other'],
  ]
  for (const [what, protocols] of choices) {
    test(`is not asked when the choice of a subprotocol ${what}`, async (t) => {
      const errors = calls<unknown>()
      const server = await served(t, {
        protocols,
        upgrade: () => assert.fail('asked'),
        error: (_, error) => errors.note(error),
      })
      const client = rawClient(t, server)
      client.write(upgradeHead({ 'Sec-WebSocket-Protocol': 'chat' }))
      assert.equal((await client.answer()).status, 500)
      assert.equal(errors.all.length, 1)
    })
  }

  test('is not asked about a request that is refused anyway', async (t) => {
    const server = await served(t, { upgrade: () => assert.fail('asked') })
    const client = rawClient(t, server)
    client.write(upgradeHead({ Origin: 'https://evil.example' }))
    assert.equal((await client.answer()).status, 403)
  })
})

describe('while an async upgrade handler runs', () => {
  test('what the client sends waits, in order and whole', async (t) => {
    const decision = deferred<void>()
    const messages = calls<unknown>()
    const server = await served(t, {
      upgrade: () => decision.promise,
      open: () => messages.note('open'),
      message: (_, message) => messages.note(message),
    })
    const client = rawClient(t, server)
    client.write(upgradeHead(), frame(opcodes.text, 'with the head'))
    // More than Node reads ahead.
    const large = 'x'.repeat(300_000)
    for (let i = 0; i < 5; i++) client.write(frame(opcodes.text, `${i}${large}`))
    await setImmediate()
    decision.resolve()
    assert.equal(await messages.next(), 'open')
    assert.equal(await messages.next(), 'with the head')
    for (let i = 0; i < 5; i++) assert.equal(await messages.next(), `${i}${large}`)
  })

  for (const how of ['end', 'destroy', 'resetAndDestroy'] as const) {
    test(`a client that goes away (${how}) aborts the signal`, async (t) => {
      const [asked, aborted] = [calls<void>(), calls<void>()]
      const server = await served(t, {
        upgrade({ signal }) {
          asked.note()
          signal.addEventListener('abort', () => aborted.note())
          return new Promise(() => {})
        },
        open: () => assert.fail('opened'),
      })
      const client = rawClient(t, server)
      client.write(upgradeHead())
      await asked.next()
      client.socket[how]()
      await aborted.next()
      await client.gone()
    })
  }

  test('a client that goes away is not opened afterwards', async (t) => {
    const asked = calls<void>()
    const server = await served(t, {
      async upgrade({ signal }) {
        asked.note()
        await new Promise((resolve) => signal.addEventListener('abort', resolve))
      },
      open: () => assert.fail('opened'),
    })
    const client = rawClient(t, server)
    client.write(upgradeHead())
    await asked.next()
    client.socket.destroy()
    await client.gone()
    await server.close({ timeout: 1000 })
    assert.equal(server.sockets.size, 0)
  })

  for (const [what, answer] of [
    ['a promise that never settles', () => new Promise<never>(() => {})],
    ['a Response that never ends', () => new Response(new ReadableStream())],
  ] as const) {
    test(`its time is limited: ${what}`, async (t) => {
      const errors = calls<unknown>()
      const server = await served(t, {
        limits: { handshakeTimeout: 50 },
        upgrade: answer,
        error: (_, error) => errors.note(error),
      })
      const client = rawClient(t, server)
      client.write(upgradeHead())
      const { status, body } = await client.answer()
      assert.equal(status, 503)
      assert.equal(body, 'the server took too long to decide about this request\n')
      assert.equal(((await errors.next()) as { code: string }).code, 'ERR_UPGRADE_TIMEOUT')
    })
  }

  test('its signal means nothing any more once it has answered', async (t) => {
    const requests = calls<HttpRequest>()
    const server = await served(t, {
      async upgrade(request) {
        assert.equal(request.signal.aborted, false)
        requests.note(request)
      },
    })
    const client = await opened(t, server)
    const { signal } = await requests.next()
    const [socket] = server.sockets
    await client.close()
    await socket!.closed
    assert.equal(signal.aborted, false)
  })

  test('its body is empty', async (t) => {
    const bodies = calls<string>()
    const server = await served(t, {
      upgrade: async (request) => bodies.note(await request.text()),
    })
    await opened(t, server)
    assert.equal(await bodies.next(), '')
  })
})

function broken(controller: ReadableStreamDefaultController): void {
  controller.error(new Error('boom'))
}

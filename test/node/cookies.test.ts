import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { CookieJar as ToughJar } from 'tough-cookie'
import { OptionError } from '../../dist/errors/index.js'
import { ConnectError } from '../../dist/node/connect-error.js'
import { connect } from '../../dist/node/connect.js'
import type { CookieJar } from '../../dist/node/cookie-jar.js'
import { deferred } from '../../dist/node/deferred.js'
import {
  acceptance,
  field,
  fixture,
  frame,
  nothingOpen,
  onRequest,
  opcodes,
  rawPeer,
  rawTlsPeer,
  rejection,
} from './peers.ts'
import { rawHttpProxy } from './proxies.ts'

/** The few lines that docs/client.md has. */
function fromTough(tough: ToughJar): CookieJar {
  return {
    get: (url) => tough.getCookieString(url),
    set: (url, cookies) => Promise.all(cookies.map((cookie) => tough.setCookie(cookie, url))),
  }
}

/** A jar that notes what it is told. */
function notingJar(cookies?: string): CookieJar & { readonly told: [string, string[]][] } {
  const told: [string, string[]][] = []
  return { told, get: () => cookies, set: (url, lines) => void told.push([url, [...lines]]) }
}

describe('a cookie jar', () => {
  test('gives cookies and keeps those that are set, as tough-cookie does', async (t) => {
    const tough = new ToughJar()
    const seen: (string | undefined)[] = []
    const url = await rawPeer(t, (socket, request) => {
      seen.push(field(request, 'cookie'))
      const lines = ['Set-Cookie: sid=1; Path=/', 'Set-Cookie: room=a; Path=/chat']
      socket.write(acceptance(request, ...lines))
    })
    for (const path of ['/chat', '/chat', '/']) {
      const socket = await connect(url + path, { cookies: fromTough(tough) })
      socket.terminate()
      await socket.closed
    }
    assert.deepEqual(seen, [undefined, 'room=a; sid=1', 'sid=1'])
  })

  test('keeps secure cookies for TLS', async (t) => {
    const tough = new ToughJar()
    const url = await rawTlsPeer(t, (socket, request) => {
      socket.write(acceptance(request, 'Set-Cookie: sid=1; Secure'))
    })
    const tls = { ca: fixture('localhost.cert.pem') }
    const socket = await connect(url, { tls, cookies: fromTough(tough) })
    socket.terminate()
    assert.equal(await tough.getCookieString(url.replace('wss:', 'https:')), 'sid=1')
    assert.equal(await tough.getCookieString(url.replace('wss:', 'http:')), '')
  })

  test('is asked and told by the URL that a browser has, with all the lines', async (t) => {
    const asked: string[] = []
    const jar = {
      ...notingJar(),
      get(url: string) {
        asked.push(url)
        return ''
      },
    }
    const url = await rawPeer(t, (socket, request) => {
      socket.write(
        acceptance(request, 'Set-Cookie: a=1; Expires=Sat, 21 Nov 2026', 'Set-Cookie: b'),
      )
    })
    const socket = await connect(`${url}/chat?x`, { cookies: jar })
    socket.terminate()
    const http = `${url.replace('ws:', 'http:')}/chat?x`
    assert.deepEqual(asked, [http])
    assert.deepEqual(jar.told, [[http, ['a=1; Expires=Sat, 21 Nov 2026', 'b']]])
  })

  test('shares one field with the cookies of headers (RFC 6265 §5.4)', async (t) => {
    let seen = ''
    const url = await rawPeer(t, (socket, request) => {
      seen = request
      socket.write(acceptance(request))
    })
    const headers = [
      ['Cookie', 'a=1'],
      ['X-One', '1'],
      ['cookie', 'b=2'],
    ] as const
    const socket = await connect(url, { headers, cookies: notingJar('c=3') })
    socket.terminate()
    assert.equal(seen.match(/^cookie:/gim)?.length, 1)
    assert.equal(field(seen, 'cookie'), 'a=1; b=2; c=3')
    assert.equal(field(seen, 'x-one'), '1')
  })

  test('hears of refusals and redirects, and is asked anew where they lead', async (t) => {
    const tough = new ToughJar()
    const seen: (string | undefined)[] = []
    const url = await rawPeer(t, (socket, request) => {
      seen.push(field(request, 'cookie'))
      if (request.startsWith('GET /login')) {
        const fields = 'Location: /chat\r\nSet-Cookie: sid=1; Path=/'
        socket.end(`HTTP/1.1 302 Found\r\n${fields}\r\nContent-Length: 0\r\n\r\n`)
      } else {
        const fields = 'Set-Cookie: why=late; Path=/'
        socket.end(`HTTP/1.1 403 Forbidden\r\n${fields}\r\nContent-Length: 0\r\n\r\n`)
      }
    })
    const options = { cookies: fromTough(tough), redirects: 1, headers: { Cookie: 'own=1' } }
    const error = await rejection(connect(`${url}/login`, options))
    assert.ok(error instanceof ConnectError)
    assert.equal(error.status, 403)
    assert.deepEqual(seen, ['own=1', 'own=1; sid=1'])
    assert.equal(await tough.getCookieString(url.replace('ws:', 'http:')), 'sid=1; why=late')
  })

  test('gives a server that is redirected to its own cookies, and not those of headers', async (t) => {
    const seen: (string | undefined)[] = []
    const other = await rawPeer(t, (socket, request) => {
      seen.push(field(request, 'cookie'))
      socket.write(acceptance(request))
    })
    const url = await rawPeer(t, (socket) => {
      socket.end(`HTTP/1.1 302 Found\r\nLocation: ${other}\r\nContent-Length: 0\r\n\r\n`)
    })
    const jar = { ...notingJar(), get: (asked: string) => `for=${new URL(asked).port}` }
    const options = { cookies: jar, redirects: 1, headers: { Cookie: 'own=1' } }
    const socket = await connect(url, options)
    socket.terminate()
    assert.deepEqual(seen, [`for=${new URL(other).port}`])
  })

  test('does not hear what a proxy sets', async (t) => {
    const proxy = await rawHttpProxy(t, (socket) => {
      socket.end('HTTP/1.1 403 No\r\nSet-Cookie: sid=1\r\nContent-Length: 0\r\n\r\n')
    })
    const jar = notingJar()
    await rejection(connect('ws://chat.example', { proxy, cookies: jar }))
    assert.deepEqual(jar.told, [])
  })

  test('may take its time: what the server sends meanwhile is not lost', async (t) => {
    const tls = { ca: fixture('localhost.cert.pem') }
    for (const peer of [rawPeer, rawTlsPeer]) {
      const url = await peer(t, (socket, request) => {
        socket.write(acceptance(request, 'Set-Cookie: a=1'))
        for (let count = 0; count < 5; count++) {
          setTimeout(() => socket.write(frame(opcodes.text, `message ${count}`)), count)
        }
      })
      const jar: CookieJar = {
        get: () => undefined,
        set: () => new Promise((resolve) => setTimeout(resolve, 50)),
      }
      const socket = await connect(url, { cookies: jar, tls })
      const messages = socket[Symbol.asyncIterator]()
      for (let count = 0; count < 5; count++) {
        assert.equal((await messages.next()).value, `message ${count}`)
      }
      socket.terminate()
    }
  })
})

describe('a cookie jar that fails', () => {
  const fault = new Error('the jar is broken')
  const failing: [what: string, jar: CookieJar][] = [
    ['when asked', { get: () => Promise.reject(fault), set() {} }],
    [
      'at once when asked',
      {
        get() {
          throw fault
        },
        set() {},
      },
    ],
    ['when told', { get: () => '', set: () => Promise.reject(fault) }],
  ]
  for (const [what, jar] of failing) {
    test(`${what} fails the connect with its error`, async (t) => {
      const url = await rawPeer(t, (socket, request) => {
        socket.on('end', () => socket.end())
        socket.write(acceptance(request, 'Set-Cookie: a=1'))
      })
      assert.equal(await rejection(connect(url, { cookies: jar })), fault)
      await nothingOpen()
    })
  }

  test('by what cannot be sent is told so', async () => {
    const cookies = notingJar('a=1\r\nEvil: b')
    const error = await rejection(connect('ws://127.0.0.1:1', { cookies }))
    assert.ok(error instanceof OptionError)
    assert.equal(error.option, 'header field Cookie')
  })

  test('by its silence is not waited for longer than for a handshake', async (t) => {
    const never = new Promise<undefined>(() => {})
    const url = await rawPeer(t, (socket, request) => {
      socket.on('end', () => socket.end())
      socket.write(acceptance(request, 'Set-Cookie: a=1'))
    })
    const limits = { handshakeTimeout: 250 }
    for (const cookies of [
      { get: () => never, set() {} },
      { get: () => '', set: () => never },
    ]) {
      const error = await rejection(connect(url, { cookies, limits }))
      assert.ok(error instanceof ConnectError)
      assert.deepEqual([error.code, error.phase], ['ERR_CONNECT_TIMEOUT', 'cookies'])
      assert.match(error.message, /the cookie jar did not answer within 250 ms/)
      const controller = new AbortController()
      const connecting = connect(url, { cookies, signal: controller.signal })
      await setImmediate()
      controller.abort()
      assert.equal((await rejection(connecting)).name, 'AbortError')
    }
    await nothingOpen()
  })

  test('to answer before the connection is reset, which a tunnel notices at once', async (t) => {
    const told = deferred<void>()
    const closed = deferred<void>()
    const proxy = await rawHttpProxy(t, (socket) => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n')
      onRequest(socket, (peer, request) => {
        peer.write(acceptance(request, 'Set-Cookie: a=1'))
        peer.on('close', closed.resolve)
        void told.promise.then(() => peer.resetAndDestroy())
      })
    })
    const cookies: CookieJar = {
      get: () => '',
      set: async () => {
        told.resolve()
        await closed.promise
        // Of Bun it cannot be known what is open.
        for (let turn = 0; turn < 20; turn++) await setImmediate()
        await nothingOpen()
      },
    }
    const error = await rejection(connect('ws://chat.example', { cookies, proxy }))
    assert.ok(error instanceof ConnectError, String(error))
    assert.deepEqual([error.code, error.phase], ['ERR_CONNECT_ENDED', 'response'])
  })
})

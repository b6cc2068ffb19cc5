import assert from 'node:assert/strict'
import { createServer as createHttpServer } from 'node:http'
import { createServer, type LookupFunction } from 'node:net'
import { describe, test } from 'node:test'
import { HandshakeError } from '../../dist/core/index.js'
import { ConnectError } from '../../dist/node/connect-error.js'
import { connect, type ConnectOptions } from '../../dist/node/connect.js'
import {
  acceptance,
  closedPort,
  acceptKey,
  fixture,
  listen,
  rawPeer,
  rawTlsPeer,
  rejection,
  wsPeer,
} from './peers.ts'

async function failure(url: string, options: ConnectOptions = {}): Promise<ConnectError> {
  const error = await rejection(connect(url, options))
  assert.ok(error instanceof ConnectError, String(error))
  assert.equal(error.name, 'ConnectError')
  return error
}

/** A look-up that fails as the system's does. */
function failingLookup(code: string): LookupFunction {
  return (name, _, callback) => {
    const error = Object.assign(new Error(`getaddrinfo ${code} ${name}`), { code })
    process.nextTick(callback, error, '', 4)
  }
}

describe('a connect that fails says why:', () => {
  test('the URL', async () => {
    const error = await failure('wss://example.com/#top')
    assert.deepEqual([error.code, error.phase], ['ERR_CONNECT_URL', undefined])
    assert.match(error.message, /fragment/)
  })

  for (const [code, words] of [
    ['ENOTFOUND', /there is no host named nonexistent\.invalid/],
    ['EAI_AGAIN', /no name server answers for nonexistent\.invalid/],
    ['EAI_FAIL', /could not be resolved \(EAI_FAIL\)/],
  ] as const) {
    test(`DNS, ${code}`, async () => {
      const lookup = failingLookup(code)
      const error = await failure('ws://ada:hunter2@nonexistent.invalid/?token=abc', { lookup })
      assert.deepEqual([error.code, error.phase], ['ERR_CONNECT_DNS', 'dns'])
      assert.match(error.message, words)
      assert.doesNotMatch(error.message, /hunter2|abc/)
      assert.equal((error.cause as NodeJS.ErrnoException).code, code)
    })
  }

  test('DNS, as this machine answers', async () => {
    // RFC 6761 §6.4: .invalid never exists; without a network the system may say so in other words.
    const error = await failure('ws://nonexistent.invalid/')
    assert.deepEqual([error.code, error.phase], ['ERR_CONNECT_DNS', 'dns'])
  })

  test('nobody listens', async () => {
    const port = await closedPort()
    const error = await failure(`ws://127.0.0.1:${port}`)
    assert.deepEqual([error.code, error.phase], ['ERR_CONNECT_REFUSED', 'tcp'])
    assert.equal(
      error.message,
      `no connection to 127.0.0.1:${port}: nobody listens there. Check the port and that the server runs.`,
    )
    assert.equal((error.cause as NodeJS.ErrnoException).code, 'ECONNREFUSED')
    const both: LookupFunction = (_, __, callback) => {
      const addresses = ['127.0.0.1', '127.0.0.2'].map((address) => ({ address, family: 4 }))
      process.nextTick(callback, null, addresses)
    }
    const named = await failure(`ws://two.example:${port}`, { lookup: both })
    assert.deepEqual([named.code, named.phase], ['ERR_CONNECT_REFUSED', 'tcp'])
  })

  test('after a look-up that answers at once', async () => {
    const port = await closedPort()
    const atOnce: LookupFunction = (_, { all }, callback) => {
      if (all) callback(null, [{ address: '127.0.0.1', family: 4 }])
      else callback(null, '127.0.0.1', 4)
    }
    for (const scheme of ['ws', 'wss']) {
      const error = await failure(`${scheme}://chat.example:${port}`, { lookup: atOnce })
      assert.deepEqual([error.code, error.phase], ['ERR_CONNECT_REFUSED', 'tcp'])
    }
    const fault = new Error('no names today')
    const thrown = await failure('wss://chat.example', {
      lookup() {
        throw fault
      },
    })
    assert.deepEqual([thrown.code, thrown.phase], ['ERR_CONNECT_DNS', 'dns'])
    assert.equal(thrown.cause, fault)
  })

  describe('a look-up that answers', () => {
    // As JavaScript may, whatever the types say.
    type Answer = (...answer: unknown[]) => void
    const answering = (answer: (callback: Answer) => void): LookupFunction =>
      ((_: string, __: object, callback: Answer) => answer(callback)) as LookupFunction
    const ways = [
      ['by itself', {}],
      ['for a proxy', { proxy: 'socks5://127.0.0.1:1' }],
    ] as const

    for (const [what, ...answer] of [
      ['nothing'],
      ['null', null, null],
      ['no addresses', null, []],
      ['a number', null, 42],
      ['a name', null, 'localhost'],
      ['names', null, ['localhost']],
      ['what is no address', null, [null, {}, { address: 4 }]],
    ] as [string, ...unknown[]][]) {
      for (const [way, options] of ways) {
        test(`${what}, ${way}`, async () => {
          const lookup = answering((callback) => callback(...answer))
          const error = await failure('ws://chat.example', { ...options, lookup })
          assert.deepEqual([error.code, error.phase], ['ERR_CONNECT_DNS', 'dns'])
          assert.match(error.message, /could not be resolved \(there are no addresses\)/)
        })
      }
    }

    for (const [way, options] of ways) {
      test(`an error and nothing else, ${way}`, async () => {
        const fault = Object.assign(new Error('no'), { code: 'ENOTFOUND' })
        for (const [given, words] of [
          [fault, /there is no host named chat\.example/],
          ['no names today', /could not be resolved \(no names today\)/],
        ] as const) {
          const lookup = answering((callback) => callback(given))
          const error = await failure('ws://chat.example', { ...options, lookup })
          assert.deepEqual([error.code, error.phase], ['ERR_CONNECT_DNS', 'dns'])
          assert.match(error.message, words)
        }
      })
    }

    for (const [form, ...found] of [
      ['one address', '127.0.0.1', 4],
      ['addresses', [{ address: '127.0.0.1', family: 4 }]],
      ['bare addresses', ['127.0.0.1']],
    ] as [string, ...unknown[]][]) {
      test(`twice, with ${form} whatever it is asked for`, async () => {
        const url = `ws://chat.example:${await closedPort()}`
        const lookup = answering((callback) => {
          callback(null, ...found)
          callback(new Error('again'))
        })
        // With a family, one address is asked for; else all that there are.
        for (const options of [{}, { family: 4 }] as const) {
          const error = await failure(url, { ...options, lookup })
          assert.deepEqual([error.code, error.phase], ['ERR_CONNECT_REFUSED', 'tcp'])
        }
      })
    }
  })

  test('an address to connect from that this machine has not', async () => {
    // RFC 5737: 192.0.2.0/24 is for documentation; no machine has it.
    const error = await failure('ws://127.0.0.1:9', { localAddress: '192.0.2.1' })
    assert.deepEqual([error.code, error.phase], ['ERR_CONNECT_NETWORK', 'tcp'])
    assert.match(error.message, /this machine has no such address/)
  })

  test('no such Unix socket', async () => {
    const error = await failure('ws+unix:/nonexistent/tidewire.sock')
    assert.equal(error.code, 'ERR_CONNECT_REFUSED')
    assert.match(error.message, /no connection to \/nonexistent\/tidewire\.sock: there is no such/)
  })

  describe('TLS:', () => {
    const tlsCases: [what: string, words: RegExp, options: ConnectOptions, host?: string][] = [
      ['self-signed', /is self-signed\. Give that certificate as tls\.ca/, {}],
      [
        'the name',
        /is not for 127\.0\.0\.1 but for DNS:localhost, DNS:other\.test\. Connect by a name/,
        { tls: { ca: fixture('localhost.cert.pem') } },
        '127.0.0.1',
      ],
      [
        'the servername',
        /is not for .* but for DNS:localhost/,
        { tls: { ca: fixture('localhost.cert.pem'), servername: 'third.test' } },
      ],
    ]
    for (const [what, words, options, host = 'localhost'] of tlsCases) {
      test(what, async (t) => {
        const url = await rawTlsPeer(t, () => {})
        const error = await failure(url.replace('localhost', host), options)
        assert.deepEqual([error.code, error.phase], ['ERR_CONNECT_TLS', 'tls'])
        assert.match(error.message, words)
        assert.ok(error.cause instanceof Error)
      })
    }

    test('expired', async (t) => {
      const cert = fixture('expired.cert.pem')
      const url = await rawTlsPeer(t, () => {}, { cert })
      const error = await failure(url, { tls: { ca: cert } })
      assert.deepEqual([error.code, error.phase], ['ERR_CONNECT_TLS', 'tls'])
      assert.match(error.message, /certificate has expired\. Renew it/)
    })

    test('a server that wants a certificate of ours', async (t) => {
      const ca = fixture('localhost.cert.pem')
      const url = await rawTlsPeer(t, () => {}, { requestCert: true, rejectUnauthorized: true, ca })
      const error = await failure(url, { tls: { ca } })
      assert.equal(error.code, 'ERR_CONNECT_TLS')
      assert.match(error.message, /wants a certificate of yours\. Give tls\.cert and tls\.key/)
    })

    test('no version in common', async (t) => {
      const url = await rawTlsPeer(t, () => {}, { minVersion: 'TLSv1.3' })
      const error = await failure(url, { tls: { maxVersion: 'TLSv1.2' } })
      assert.equal(error.code, 'ERR_CONNECT_TLS')
      assert.match(error.message, /the TLS handshake failed: .*version/)
    })

    test('a server that does not speak it', async (t) => {
      const port = await listen(
        t,
        createHttpServer((_, response) => void response.end()),
      )
      const error = await failure(`wss://127.0.0.1:${port}`)
      assert.deepEqual([error.code, error.phase], ['ERR_CONNECT_TLS', 'tls'])
      assert.match(error.message, /does not speak TLS on that port\. Use ws:\/\//)
    })

    test('a certificate of ours that is none', async () => {
      const error = await failure('wss://127.0.0.1:1', { tls: { cert: 'x', key: 'y' } })
      assert.equal(error.code, 'ERR_CONNECT_TLS')
      assert.match(error.message, /the tls options are not usable/)
    })

    test('a server that ends the handshake', async (t) => {
      const server = createServer((socket) => void socket.once('data', () => socket.end()))
      const port = await listen(t, server)
      const error = await failure(`wss://127.0.0.1:${port}`)
      assert.deepEqual([error.code, error.phase], ['ERR_CONNECT_ENDED', 'tls'])
      assert.match(error.message, /before the TLS handshake was done/)
    })
  })

  test('ws:// where TLS is spoken', async (t) => {
    const server = createServer(
      (socket) =>
        // The alert "unexpected message" as OpenSSL sends it in answer to HTTP.
        void socket.once('data', () => socket.end(Buffer.of(0x15, 3, 1, 0, 2, 2, 10, 13, 10))),
    )
    const port = await listen(t, server)
    const error = await failure(`ws://127.0.0.1:${port}`)
    assert.equal(error.code, 'ERR_HANDSHAKE_HEAD')
    assert.match(error.message, /The server speaks TLS on that port: use wss:\/\//)
  })

  describe('the time was up', () => {
    const limits = { handshakeTimeout: 250 }

    test('in DNS', async () => {
      const error = await failure('ws://slow.example', { limits, lookup: () => {} })
      assert.deepEqual([error.code, error.phase], ['ERR_CONNECT_TIMEOUT', 'dns'])
      assert.match(error.message, /the host name was not resolved within 250 ms/)
    })

    test('in TLS', async (t) => {
      const port = await listen(t, createServer())
      const error = await failure(`wss://127.0.0.1:${port}`, { limits })
      assert.deepEqual([error.code, error.phase], ['ERR_CONNECT_TIMEOUT', 'tls'])
      assert.match(error.message, /the TLS handshake was not done within 250 ms/)
    })

    test('before the response, and in its middle', async (t) => {
      const silent = await rawPeer(t, () => {})
      const half = await rawPeer(t, (socket) => socket.write('HTTP/1.1 101 Switching\r\nUpgr'))
      for (const url of [silent, half]) {
        const error = await failure(url, { limits })
        assert.deepEqual([error.code, error.phase], ['ERR_CONNECT_TIMEOUT', 'response'])
        assert.match(error.message, /did not answer the upgrade request within 250 ms/)
      }
    })
  })

  test('the server ended it', async (t) => {
    const mute = await rawPeer(t, (socket) => socket.end())
    const cut = await rawPeer(t, (socket) => socket.end('HTTP/1.1 101'))
    const reset = await rawPeer(t, (socket) => socket.resetAndDestroy())
    for (const [url, words] of [
      [mute, /the server ended it before it had answered/],
      [cut, /the server ended it after 12 bytes of an unfinished response/],
      [reset, /the server reset it before it had answered/],
    ] as const) {
      const error = await failure(url)
      assert.deepEqual([error.code, error.phase], ['ERR_CONNECT_ENDED', 'response'])
      assert.match(error.message, words)
    }
  })

  test('it is not HTTP', async (t) => {
    const server = createServer((socket) => void socket.write('SSH-2.0-OpenSSH_9.2\r\n'))
    const port = await listen(t, server)
    const error = await failure(`ws://127.0.0.1:${port}`)
    assert.equal(error.code, 'ERR_HANDSHAKE_HEAD')
    assert.match(error.message, /SSH-2\.0/)
    assert.equal(error.status, undefined)
  })

  describe('another status than 101:', () => {
    async function refused(
      t: Parameters<typeof rawPeer>[0],
      response: string,
      options?: ConnectOptions,
    ): Promise<ConnectError> {
      return failure(await rawPeer(t, (socket) => socket.write(response)), options)
    }

    test('404 with its body', async (t) => {
      const server = createHttpServer((_, response) => {
        response.setHeader('X-Trace', 'abc').setHeader('Set-Cookie', 'sid=hunter2')
        response.statusCode = 404
        response.end('no such room\nsee the manual\n')
      })
      const error = await failure(`ws://127.0.0.1:${await listen(t, server)}/room`)
      assert.deepEqual([error.code, error.status], ['ERR_HANDSHAKE_STATUS', 404])
      assert.equal(error.body, 'no such room\nsee the manual\n')
      assert.equal(error.headers?.get('x-trace'), 'abc')
      assert.match(
        error.message,
        /answered 404 "Not Found"; expected 101; it says "no such room"\./,
      )
      assert.match(error.message, /Check the path of the URL/)
      assert.ok(error.cause instanceof HandshakeError)
      assert.doesNotMatch(error.stack ?? '', /hunter2/)
    })

    test('404 in chunks, over TLS, by a server that keeps the connection', async (t) => {
      const url = await rawTlsPeer(t, (socket) => {
        socket.write('HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n4\r\ngone\r\n0')
        socket.write('\r\n\r\n')
      })
      const error = await failure(url, { tls: { ca: fixture('localhost.cert.pem') } })
      assert.deepEqual([error.status, error.body], [404, 'gone'])
    })

    test('a long body is cut, HTML is not quoted', async (t) => {
      const page = `<html>${'ä'.repeat(5000)}`
      const error = await refused(t, `HTTP/1.1 502 Bad Gateway\r\n\r\n${page}`)
      assert.equal(error.status, 502)
      assert.equal(Buffer.byteLength(error.body!), 1024)
      assert.ok(page.startsWith(error.body!))
      assert.doesNotMatch(error.message, /html/)
      const long = await refused(t, `HTTP/1.1 500\r\nContent-Length: 300\r\n\r\n${'a'.repeat(300)}`)
      assert.match(long.message, /it says "a{120}\.\.\."/)
    })

    test('no control character of what it says', async (t) => {
      // U+009B begins a sequence for terminals, as ESC [ does.
      for (const head of [
        'HTTP/1.1 404 \x9b2J',
        'HTTP/1.1 426 No\r\nSec-WebSocket-Version: \x9b2J',
        'HTTP/1.1 503 No\r\nRetry-After: \x9b2J',
      ]) {
        const response = `${head}\r\nContent-Length: 11\r\n\r\nno \u009b2J\u202e!`
        const url = await rawPeer(t, (socket) => {
          const [first, body] = response.split('\r\n\r\n')
          socket.write(Buffer.from(`${first}\r\n\r\n`, 'latin1'))
          socket.write(body!)
        })
        const error = await failure(url)
        assert.equal(error.code, 'ERR_HANDSHAKE_STATUS')
        assert.match(error.message, /it says "no \\u009b2J/)
        assert.doesNotMatch(error.message, /\p{Cc}/u)
        const proxied = await failure('ws://chat.example', { proxy: url.replace('ws:', 'http:') })
        assert.equal(proxied.code, 'ERR_CONNECT_PROXY')
        assert.doesNotMatch(proxied.message, /\p{Cc}/u)
      }
    })

    test('a body that never ends, or breaks off', async (t) => {
      const head = 'HTTP/1.1 403 Forbidden\r\nContent-Length: 50\r\n\r\nnot '
      const slow = await refused(t, head)
      assert.deepEqual([slow.code, slow.body], ['ERR_HANDSHAKE_STATUS', 'not '])
      const cut = await failure(await rawPeer(t, (socket) => socket.end(head)))
      assert.deepEqual([cut.status, cut.body], [403, 'not '])
      const reset = await failure(
        await rawPeer(t, (socket) => socket.write(head, () => socket.resetAndDestroy())),
      )
      assert.deepEqual([reset.status, reset.body], [403, 'not '])
    })

    test('a redirect, whose secrets are not named', async (t) => {
      const location = 'https://ada:hunter2@other.example/chat?token=abc'
      const fields = `Location: ${location}\r\nContent-Length: 0`
      const error = await refused(t, `HTTP/1.1 301 Moved\r\n${fields}\r\n\r\n`)
      assert.equal(error.status, 301)
      assert.match(error.message, /redirects to https:\/\/other\.example\/chat: connect there/)
      assert.doesNotMatch(error.message, /hunter2|abc/)
      assert.equal(error.headers?.get('location'), location)
    })

    const remedies = [
      ['302 Found\r\nLocation: /login\r\n', /redirects to ws:\/\/127\.0\.0\.1:\d+\/login/],
      ['302 Found\r\n', /may not be that of a WebSocket/],
      ['200 OK\r\n', /No WebSocket is at this URL, or a proxy/],
      ['401 Unauthorized\r\n', /Give credentials/],
      ['426 Upgrade Required\r\nSec-WebSocket-Version: 14\r\n', /speaks version 14/],
      ['503 Busy\r\nRetry-After: 5\r\n', /Try again as its Retry-After says: 5/],
      ['418 Teapot\r\n', /Read the status and the body/],
    ] as const
    for (const [head, words] of remedies) {
      test(head.slice(0, head.indexOf('\r')), async (t) => {
        const error = await refused(t, `HTTP/1.1 ${head}Content-Length: 0\r\n\r\n`)
        assert.equal(error.status, Number(head.slice(0, 3)))
        assert.equal(error.body, '')
        assert.match(error.message, words)
      })
    }
  })

  test('a wrong Sec-WebSocket-Accept, with the right one', async (t) => {
    let right = ''
    const url = await rawPeer(t, (socket, request) => {
      right = acceptKey(request)
      socket.write(acceptance(request).replace(right, 'AAAAAAAAAAAAAAAAAAAAAAAAAAA='))
    })
    const error = await failure(url)
    assert.deepEqual([error.code, error.status], ['ERR_HANDSHAKE_ACCEPT', 101])
    assert.ok(error.message.includes(`"AAAAAAAAAAAAAAAAAAAAAAAAAAA="`))
    assert.ok(error.message.includes(`expected ${right}`))
    assert.ok(error.cause instanceof HandshakeError)
    assert.deepEqual([error.cause.expected, error.body], [right, undefined])
  })

  test('a wrong subprotocol', async (t) => {
    const url = await wsPeer(t, () => {}, { handleProtocols: () => 'third' })
    const foreign = await failure(url, { protocols: ['a', 'b'] })
    assert.equal(foreign.code, 'ERR_HANDSHAKE_SUBPROTOCOL')
    assert.match(foreign.message, /is "third" in the server's answer; expected one of a, b/)
    const none = await wsPeer(t, () => {}, { handleProtocols: () => false })
    assert.equal((await failure(none, { protocols: ['a'] })).code, 'ERR_HANDSHAKE_SUBPROTOCOL')
  })

  test('an extension that was not offered, and a missing Upgrade', async (t) => {
    const extended = await rawPeer(t, (socket, request) =>
      socket.write(acceptance(request, 'Sec-WebSocket-Extensions: permessage-deflate')),
    )
    assert.equal((await failure(extended)).code, 'ERR_HANDSHAKE_EXTENSION')
    const bare = await rawPeer(t, (socket, request) =>
      socket.write(acceptance(request).replace('Upgrade: websocket\r\n', '')),
    )
    assert.equal((await failure(bare)).code, 'ERR_HANDSHAKE_UPGRADE')
  })

  test('a head over the limit', async (t) => {
    const url = await rawPeer(t, (socket, request) =>
      socket.write(acceptance(request, `X: ${'a'.repeat(1000)}`)),
    )
    const error = await failure(url, { limits: { head: 256 } })
    assert.equal(error.code, 'ERR_HANDSHAKE_HEAD_SIZE')
  })
})

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect as connectTcp } from 'node:net'
import { describe, test, type TestContext } from 'node:test'
import type { TLSSocket } from 'node:tls'
import { OptionError } from '../../dist/errors/index.js'
import { ConnectError } from '../../dist/node/connect-error.js'
import { connect, type ConnectOptions } from '../../dist/node/connect.js'
import { WebSocket } from '../../dist/node/websocket.js'
import {
  acceptance,
  echoPeer,
  fixture,
  frame,
  nothingOpen,
  opcodes,
  onRequest,
  rawPeer,
  rawTlsPeer,
  rejection,
} from './peers.ts'
import { httpProxy, rawHttpProxy, rawSocksProxy, socksProxy } from './proxies.ts'

const ca = fixture('localhost.cert.pem')
const established = 'HTTP/1.1 200 OK\r\n\r\n'

async function failure(url: string, options: ConnectOptions): Promise<ConnectError> {
  const error = await rejection(connect(url, options))
  assert.ok(error instanceof ConnectError, String(error))
  return error
}

/** An echo server over TLS, with the server names that clients asked for. */
async function tlsEcho(t: TestContext): Promise<{ url: string; names: unknown[] }> {
  const names: unknown[] = []
  const url = await rawTlsPeer(
    t,
    (socket, request) => {
      const { servername, alpnProtocol } = socket as TLSSocket
      names.push([servername, alpnProtocol])
      socket.write(acceptance(request))
      socket.write(frame(opcodes.text, 'hello from TLS'))
    },
    { ALPNProtocols: ['h2', 'http/1.1'] },
  )
  return { url, names }
}

async function firstMessage(url: string, options: ConnectOptions): Promise<unknown> {
  const socket = await connect(url, options)
  const { value } = await socket[Symbol.asyncIterator]().next()
  socket.terminate()
  await socket.closed
  return value
}

async function echoed(url: string, options: ConnectOptions): Promise<unknown> {
  const socket = await connect(url, options)
  socket.send('through it')
  const { value } = await socket[Symbol.asyncIterator]().next()
  await socket.close()
  return value
}

describe('a client goes through', () => {
  test('an HTTP proxy, for ws: as well', async (t) => {
    const url = await echoPeer(t)
    const proxy = await httpProxy(t)
    const named = url.replace('127.0.0.1', 'chat.example')
    assert.equal(
      await echoed(named, { proxy: proxy.url, headers: { Cookie: 'a=b' } }),
      'through it',
    )
    const { host } = new URL(named)
    assert.deepEqual(proxy.requests, [`CONNECT ${host} HTTP/1.1\r\nHost: ${host}\r\n\r\n`])
  })

  test('an HTTP proxy, which asks for the port also where the URL has none', async (t) => {
    const asked: string[] = []
    const proxy = await rawHttpProxy(t, (socket, request) => {
      asked.push(request.split('\r\n', 1)[0]!)
      socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n')
    })
    await failure('ws://chat.example', { proxy })
    await failure('wss://[::1]', { proxy })
    assert.deepEqual(asked, ['CONNECT chat.example:80 HTTP/1.1', 'CONNECT [::1]:443 HTTP/1.1'])
  })

  test('an HTTP proxy that wants credentials, which the server does not see', async (t) => {
    let seen = ''
    const url = await rawPeer(t, (socket, request) => {
      seen = request
      socket.write(acceptance(request))
      socket.write(frame(opcodes.text, 'hello'))
    })
    const proxy = await httpProxy(t, { credentials: 'ada:p@ss' })
    const withUser = proxy.url.replace('//', '//ada:p%40ss@')
    assert.equal(await firstMessage(url, { proxy: withUser }), 'hello')
    const headers = { 'Proxy-Authorization': `Basic ${btoa('ada:p@ss')}` }
    assert.equal(await firstMessage(url, { proxy: { url: proxy.url, headers } }), 'hello')
    assert.doesNotMatch(seen, /proxy|authorization/i)
  })

  for (const kind of ['http', 'https', 'socks5'] as const) {
    test(`a proxy of ${kind}: with TLS to the server inside`, async (t) => {
      const { url, names } = await tlsEcho(t)
      const proxy =
        kind === 'socks5' ? await socksProxy(t) : await httpProxy(t, { tls: kind === 'https' })
      const given = kind === 'https' ? { url: proxy.url, tls: { ca } } : proxy.url
      assert.equal(await firstMessage(url, { proxy: given, tls: { ca } }), 'hello from TLS')
      assert.deepEqual(names, [['localhost', 'http/1.1']])
      assert.equal(proxy.requests.length, 1)
    })
  }

  test('a proxy over TLS, without TLS to the server', async (t) => {
    const proxy = await httpProxy(t, { tls: true })
    const options = { proxy: { url: proxy.url, tls: { ca } } }
    assert.equal(await echoed(await echoPeer(t), options), 'through it')
  })

  test('a SOCKS5 proxy that resolves names, or does not', async (t) => {
    const url = await echoPeer(t)
    const { port } = new URL(url)
    const proxy = await socksProxy(t)
    const named = `ws://chat.example:${port}`
    assert.equal(await echoed(named, { proxy: proxy.url }), 'through it')
    const looked: string[] = []
    const options: ConnectOptions = {
      proxy: proxy.url.replace('socks5h', 'socks5'),
      lookup(name, { all }, callback) {
        looked.push(`${name} ${all}`)
        callback(null, [{ address: '127.0.0.1', family: 4 }])
      },
    }
    assert.equal(await echoed(named, options), 'through it')
    assert.equal(await echoed(url, options), 'through it')
    assert.deepEqual(looked, ['chat.example false'])
    assert.deepEqual(proxy.requests, [
      `chat.example:${port}`,
      `127.0.0.1:${port}`,
      `127.0.0.1:${port}`,
    ])
  })

  test('a SOCKS5 proxy that wants credentials', async (t) => {
    const proxy = await socksProxy(t, { credentials: 'ada:p@ss' })
    const withUser = proxy.url.replace('//', '//ada:p%40ss@')
    assert.equal(await echoed(await echoPeer(t), { proxy: withUser }), 'through it')
  })

  test('a proxy with the WebSocket class', async (t) => {
    const url = await echoPeer(t)
    const proxy = await httpProxy(t)
    const socket = new WebSocket(url, { proxy: proxy.url })
    await once(socket, 'open')
    socket.close()
    await once(socket, 'close')
    assert.equal(proxy.requests.length, 1)
  })

  test('none when there is none', async (t) => {
    assert.equal(await echoed(await echoPeer(t), { proxy: false }), 'through it')
  })

  test('a proxy with what the server sends in the same packet', async (t) => {
    // A proxy that is a server as well: its 200, the 101 and a message are one write, or are cut anywhere.
    const head = Buffer.from(established)
    for (let at = 0; at <= head.length; at++) {
      const proxy = await rawHttpProxy(t, (socket) => {
        socket.setNoDelay(true)
        socket.write(head.subarray(0, at), () => {
          setImmediate(() => socket.write(head.subarray(at)))
        })
        onRequest(socket, (peer, request) => {
          peer.write(
            Buffer.concat([Buffer.from(acceptance(request)), frame(opcodes.text, 'first')]),
          )
        })
      })
      assert.equal(await firstMessage('ws://chat.example', { proxy }), 'first')
    }
  })

  test('a large message through TLS in TLS, whole', async (t) => {
    const { url } = await tlsEchoes(t)
    const proxy = await httpProxy(t, { tls: true })
    const text = 'tide'.repeat(50_000)
    const socket = await connect(url, {
      proxy: { url: proxy.url, tls: { ca } },
      tls: { ca },
    })
    socket.send(text)
    assert.equal((await socket[Symbol.asyncIterator]().next()).value, text)
    await socket.close()
  })
})

/** An echo server of ws over TLS. */
async function tlsEchoes(t: TestContext): Promise<{ url: string }> {
  const plain = await echoPeer(t)
  const { port } = new URL(plain)
  const url = await rawTlsPeer(t, (socket, request) => {
    const back = connectTcp(Number(port), '127.0.0.1')
    back.on('error', () => socket.destroy())
    back.write(request)
    socket.pipe(back).pipe(socket)
  })
  return { url }
}

describe('a proxy that does not open the way is explained:', () => {
  const answers: [status: string, words: RegExp, more?: string][] = [
    ['403 Forbidden', /answered 403 "Forbidden" to CONNECT; .*\. It does not let this host/],
    ['405 Method Not Allowed', /It may be no proxy but an ordinary web server/],
    ['502 Bad Gateway', /It cannot reach the server/],
    ['504 Gateway Timeout', /The server does not answer it in time/],
    ['418 Teapot', /Check the option `proxy`/],
    ['101 Switching Protocols', /answered 101/],
  ]
  for (const [status, words] of answers) {
    test(status, async (t) => {
      const proxy = await rawHttpProxy(t, (socket) => {
        socket.write(`HTTP/1.1 ${status}\r\nContent-Length: 7\r\nX-Proxy: 1\r\n\r\nno, no\n`)
      })
      const error = await failure('wss://chat.example', { proxy })
      assert.deepEqual([error.code, error.phase], ['ERR_CONNECT_PROXY', 'proxy'])
      assert.equal(error.status, Number(status.slice(0, 3)))
      assert.equal(error.headers?.get('x-proxy'), '1')
      assert.match(error.message, /^no connection to the proxy 127\.0\.0\.1:\d+ on the way to chat/)
      assert.match(error.message, words)
      if (error.status !== 101) {
        assert.equal(error.body, 'no, no\n')
        assert.match(error.message, /it says "no, no"/)
      }
    })
  }

  test('407, with what to do', async (t) => {
    const proxy = await httpProxy(t, { credentials: 'ada:right' })
    const none = await failure('ws://chat.example', { proxy: proxy.url })
    assert.deepEqual([none.code, none.status], ['ERR_CONNECT_PROXY_AUTH', 407])
    assert.match(none.message, /Give a user name and a password in its URL.* It takes Basic\./)
    const wrong = await failure('ws://chat.example', {
      proxy: proxy.url.replace('//', '//ada:wrong@'),
    })
    assert.match(
      wrong.message,
      /It does not accept the credentials it was given\. It takes Basic\./,
    )
    assert.doesNotMatch(wrong.message, /wrong/)
    const bare = await rawHttpProxy(t, (socket) => {
      socket.end('HTTP/1.1 407 Who?\r\nContent-Length: 0\r\n\r\n')
    })
    const unsaid = await failure('ws://chat.example', { proxy: bare })
    assert.match(unsaid.message, /or proxy\.headers\.$/)
  })

  test('a server that cannot be reached', async (t) => {
    const http = await httpProxy(t)
    const viaHttp = await failure('ws://127.0.0.1:1', { proxy: http.url })
    assert.deepEqual([viaHttp.code, viaHttp.status], ['ERR_CONNECT_PROXY', 502])
    const socks = await socksProxy(t)
    const viaSocks = await failure('ws://127.0.0.1:1', { proxy: socks.url })
    assert.equal(viaSocks.code, 'ERR_CONNECT_PROXY')
    assert.match(viaSocks.message, /nobody listens there, it says\. Check the port/)
  })

  test('a name that the proxy does not resolve and we neither', async () => {
    const error = await failure('ws://nonexistent.invalid', {
      proxy: 'socks5://127.0.0.1:1',
      lookup: (_, __, callback) =>
        callback(Object.assign(new Error('no'), { code: 'ENOTFOUND' }), []),
    })
    assert.deepEqual([error.code, error.phase], ['ERR_CONNECT_DNS', 'dns'])
    assert.match(error.message, /no connection to nonexistent\.invalid:80 through the proxy/)
    const empty = await failure('ws://nonexistent.invalid', {
      proxy: 'socks5://127.0.0.1:1',
      lookup: (_, __, callback) => callback(null, []),
    })
    assert.match(empty.message, /could not be resolved \(there are no addresses\)/)
  })

  test('SOCKS5 credentials', async (t) => {
    const proxy = await socksProxy(t, { credentials: 'ada:right' })
    const none = await failure('ws://chat.example', { proxy: proxy.url })
    assert.equal(none.code, 'ERR_CONNECT_PROXY_AUTH')
    assert.match(none.message, /it takes nobody without credentials/)
    const wrong = await failure('ws://chat.example', {
      proxy: proxy.url.replace('//', '//ada:wrong@'),
    })
    assert.equal(wrong.code, 'ERR_CONNECT_PROXY_AUTH')
    assert.match(wrong.message, /it does not accept the user name and the password/)
  })

  test('nobody there, or nobody of that name', async () => {
    const proxy = 'http://127.0.0.1:1'
    const refused = await failure('wss://chat.example', { proxy })
    assert.deepEqual([refused.code, refused.phase], ['ERR_CONNECT_REFUSED', 'proxy'])
    assert.match(
      refused.message,
      /the proxy 127\.0\.0\.1:1 on the way to chat\.example:443: nobody/,
    )
    const unknown = await failure('wss://chat.example', { proxy: 'http://nonexistent.invalid' })
    assert.deepEqual([unknown.code, unknown.phase], ['ERR_CONNECT_DNS', 'proxy'])
  })

  test('TLS with the proxy, and with the server behind it', async (t) => {
    const { url } = await tlsEcho(t)
    const secure = await httpProxy(t, { tls: true })
    const proxyFault = await failure(url, { proxy: secure.url, tls: { ca } })
    assert.deepEqual([proxyFault.code, proxyFault.phase], ['ERR_CONNECT_TLS', 'proxy'])
    assert.match(proxyFault.message, /the proxy's certificate is self-signed.* as proxy\.tls\.ca/)
    const plain = await httpProxy(t)
    const serverFault = await failure(url, { proxy: plain.url })
    assert.deepEqual([serverFault.code, serverFault.phase], ['ERR_CONNECT_TLS', 'tls'])
    assert.match(serverFault.message, /localhost:\d+ through the proxy .* the server's certificate/)
    const other = await rawSocksProxy(t, (socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
    const noTls = await failure(url, { proxy: other.replace('socks5h:', 'https:') })
    assert.match(noTls.message, /the proxy does not speak TLS on that port\. Use http:\/\//)
  })

  test('tls options that are not usable, with the one and with the other', async (t) => {
    const { url } = await tlsEcho(t)
    const secure = await httpProxy(t, { tls: true })
    const plain = await httpProxy(t)
    const noKey = await failure(url, { proxy: plain.url, tls: { cert: 'x', key: 'y' } })
    assert.match(noKey.message, /the tls options are not usable/)
    const noProxyKey = await failure(url, {
      proxy: { url: secure.url, tls: { cert: 'x', key: 'y' } },
    })
    assert.match(noProxyKey.message, /in the option proxy\.tls/)
  })

  test('a proxy that speaks TLS, SOCKS or something else', async (t) => {
    const alert = await rawHttpProxy(t, (socket) => {
      socket.end(Buffer.of(0x15, 3, 1, 0, 2, 2, 10, 13, 10))
    })
    const tls = await failure('ws://chat.example', { proxy: alert })
    assert.equal(tls.code, 'ERR_CONNECT_PROXY')
    assert.match(tls.message, /It speaks TLS on that port: use https:\/\//)
    const ssh = await rawHttpProxy(t, (socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n'))
    const other = await failure('ws://chat.example', { proxy: ssh })
    assert.match(other.message, /its answer is not HTTP: .*SSH-2\.0/)
    const web = await rawSocksProxy(t, (socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
    const http = await failure('ws://chat.example', { proxy: web })
    assert.match(http.message, /It speaks HTTP: use http:\/\//)
  })

  test('a proxy that ends or resets', async (t) => {
    for (const tls of [false, true]) {
      const ended = await rawHttpProxy(t, (socket) => socket.end('HTTP/1.1 200'), tls)
      const error = await failure('wss://chat.example', { proxy: { url: ended, tls: { ca } } })
      assert.deepEqual([error.code, error.phase], ['ERR_CONNECT_ENDED', 'proxy'])
      assert.match(error.message, /the proxy ended it after 12 bytes/)
    }
    const mute = await rawSocksProxy(t, (socket) => socket.resume().end(Buffer.of(5, 0)))
    const after = await failure('ws://chat.example', { proxy: mute })
    assert.match(after.message, /the proxy ended it before it had answered/)
    const reset = await rawHttpProxy(t, (socket) => socket.resetAndDestroy())
    const error = await failure('ws://chat.example', { proxy: reset })
    assert.match(error.message, /the proxy reset it before it had answered/)
    const late = await rawHttpProxy(t, (socket) => socket.end(established))
    const server = await failure('wss://chat.example', { proxy: late })
    assert.deepEqual([server.code, server.phase], ['ERR_CONNECT_ENDED', 'tls'])
  })
})

describe('a hostile proxy is held to limits:', () => {
  test('a head without end', async (t) => {
    const proxy = await rawHttpProxy(t, (socket) => {
      socket.write('HTTP/1.1 200 OK\r\n')
      const more = (): void => {
        if (!socket.destroyed) socket.write(`X: ${'a'.repeat(1000)}\r\n`, more)
      }
      more()
    })
    const error = await failure('ws://chat.example', { proxy })
    assert.equal(error.code, 'ERR_CONNECT_PROXY')
    assert.match(error.message, /more than 16384 bytes/)
  })

  test('interim responses without end', async (t) => {
    const proxy = await rawHttpProxy(t, (socket) => {
      const more = (): void => {
        if (!socket.destroyed) setImmediate(() => socket.write('HTTP/1.1 103 Hm\r\n\r\n', more))
      }
      more()
    })
    const error = await failure('ws://chat.example', { proxy })
    assert.equal(error.code, 'ERR_CONNECT_PROXY')
    assert.match(error.message, /more than 16384 bytes/)
  })

  test('silence, at each step', async (t) => {
    const limits = { handshakeTimeout: 250 }
    const silent = await rawHttpProxy(t, () => {})
    const half = await rawHttpProxy(t, (socket) => socket.write('HTTP/1.1 200 OK\r\nX'))
    const mute = await rawSocksProxy(t, (socket) => socket.resume())
    const slow = await rawSocksProxy(t, (socket) => socket.resume().write(Buffer.of(5, 0)))
    for (const proxy of [silent, half, mute, slow]) {
      const error = await failure('wss://chat.example', { proxy, limits })
      assert.deepEqual([error.code, error.phase], ['ERR_CONNECT_TIMEOUT', 'proxy'])
      assert.match(error.message, /the proxy did not open the way to the server within 250 ms/)
    }
    const noTls = await failure('wss://chat.example', {
      proxy: silent.replace('http:', 'https:'),
      limits,
    })
    assert.match(noTls.message, /the proxy .*: the TLS handshake was not done within 250 ms/)
    const tunnel = await rawHttpProxy(t, (socket) => socket.write(established))
    for (const [scheme, phase] of [
      ['ws', 'response'],
      ['wss', 'tls'],
    ] as const) {
      const error = await failure(`${scheme}://chat.example`, { proxy: tunnel, limits })
      assert.deepEqual([error.code, error.phase], ['ERR_CONNECT_TIMEOUT', phase])
    }
  })

  test('bytes that pass for the start of TLS', async (t) => {
    const proxy = await rawHttpProxy(t, (socket) => socket.write(`${established}garbage, no TLS`))
    const error = await failure('wss://chat.example', { proxy })
    assert.deepEqual([error.code, error.phase], ['ERR_CONNECT_TLS', 'tls'])
    assert.match(error.message, /the server sent something before TLS began/)
  })
})

describe('the signal of a connect through a proxy', () => {
  type Open = (t: TestContext, reached: () => void) => Promise<string>
  const tunnel: Open = (t, reached) =>
    rawHttpProxy(t, (socket) => {
      socket.write(established)
      socket.once('data', reached)
    })
  const steps: [what: string, scheme: 'ws' | 'wss', open: Open][] = [
    ['while the proxy is asked', 'ws', (t, reached) => rawHttpProxy(t, reached)],
    ['while TLS with the server begins', 'wss', tunnel],
    ['while the server is asked', 'ws', tunnel],
    [
      'while a SOCKS proxy is asked',
      'ws',
      (t, reached) => rawSocksProxy(t, (socket) => void socket.once('data', reached)),
    ],
  ]
  for (const [what, scheme, open] of steps) {
    test(`that is aborted ${what}`, async (t) => {
      const controller = new AbortController()
      const proxy = await open(t, () => controller.abort())
      const connecting = connect(`${scheme}://chat.example`, { proxy, signal: controller.signal })
      assert.equal((await rejection(connecting)).name, 'AbortError')
      await nothingOpen()
    })
  }

  test('that is aborted while a name is looked up for it', async () => {
    const controller = new AbortController()
    const connecting = connect('ws://chat.example', {
      proxy: 'socks5://127.0.0.1:1',
      signal: controller.signal,
      lookup(_, __, callback) {
        controller.abort()
        setImmediate(() => callback(null, '127.0.0.1', 4))
      },
    })
    assert.equal((await rejection(connecting)).name, 'AbortError')
    await nothingOpen()
  })
})

describe('the option proxy', () => {
  const wrong: [option: string, proxy: unknown, extra?: object][] = [
    ['proxy', 'proxy.example'],
    ['proxy', 'ftp://proxy.example'],
    ['proxy', 'proxy.example:3128'],
    ['proxy', 'socks5://'],
    ['proxy', 3128],
    ['proxy', true],
    ['proxy', null],
    ['proxy', {}],
    ['proxy', 'socks5://secret@proxy.example'],
    ['proxy', `socks5://secret:${'x'.repeat(256)}@proxy.example`],
    ['proxy', 'http://proxy.example', { socketPath: '/tmp/a.sock' }],
    ['proxy.headers', { url: 'socks5://proxy.example', headers: { A: 'b' } }],
    ['fields', { url: 'http://proxy.example', headers: { Host: 'secret' } }],
    ['header field A', { url: 'http://proxy.example', headers: { A: 'secret\r\nB: c' } }],
  ]
  for (const [option, proxy, extra] of wrong) {
    test(`refuses ${JSON.stringify(proxy)?.slice(0, 60)}`, async () => {
      const options = { proxy, ...extra } as ConnectOptions
      const error = await rejection(connect('ws://chat.example', options))
      assert.ok(error instanceof OptionError, String(error))
      assert.equal(error.option, option)
      assert.doesNotMatch(error.message, /secret/)
    })
  }

  test('cannot say a host name of more than 255 bytes to SOCKS', async () => {
    const name = `${'a'.repeat(60)}.`.repeat(5)
    const error = await failure(`ws://${name}example`, { proxy: 'socks5h://127.0.0.1:1' })
    assert.equal(error.code, 'ERR_CONNECT_URL')
    assert.match(error.message, /the host name has 312 bytes/)
  })
})

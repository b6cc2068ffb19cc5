import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type LookupFunction } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import type { TLSSocket } from 'node:tls'
import { OptionError } from '../../dist/errors/index.js'
import { connect, type ConnectOptions } from '../../dist/node/connect.js'
import {
  acceptance,
  closeFrame,
  echoPeer,
  field,
  fixture,
  frame,
  listen,
  onRequest,
  opcodes,
  rawPeer,
  rawTlsPeer,
  rejection,
  textOf,
  wsPeer,
} from './peers.ts'

/** The request that `connect` sends for these options. */
async function requestOf(
  t: Parameters<typeof rawPeer>[0],
  options: ConnectOptions = {},
  edit = (url: string) => url,
): Promise<string> {
  let seen = ''
  const url = await rawPeer(t, (socket, request) => {
    seen = request
    const [protocol] = field(request, 'sec-websocket-protocol')?.split(', ') ?? []
    const lines = protocol === undefined ? [] : [`Sec-WebSocket-Protocol: ${protocol}`]
    socket.write(acceptance(request, ...lines))
  })
  const socket = await connect(edit(url), options)
  socket.terminate()
  await socket.closed
  return seen
}

describe('connect', () => {
  test('opens a connection on which messages go both ways', async (t) => {
    const url = await echoPeer(t)
    const socket = await connect(url, { data: { user: 'ada' } })
    assert.equal(socket.readyState, 1)
    assert.equal(socket.url, `${url}/`)
    assert.equal(socket.data.user, 'ada')
    assert.deepEqual([socket.protocol, socket.extensions], ['', ''])
    assert.equal(socket.headers.get('upgrade'), 'websocket')
    assert.equal(socket.remoteAddress, '127.0.0.1')
    assert.equal(socket.send('grüße'), 'sent')
    assert.equal(socket.send(Uint8Array.of(1, 2, 3)), 'sent')
    assert.equal(socket.send(Uint8Array.of(4, 5).buffer), 'sent')
    const messages = socket[Symbol.asyncIterator]()
    assert.deepEqual(await messages.next(), { done: false, value: 'grüße' })
    for (const expected of [
      [1, 2, 3],
      [4, 5],
    ]) {
      const { value } = await messages.next()
      assert.ok(value instanceof Uint8Array && !Buffer.isBuffer(value))
      assert.deepEqual([...value], expected)
    }
    const { code, wasClean } = await socket.close(4000, 'enough')
    assert.deepEqual([code, wasClean], [4000, true])
    assert.equal(socket.readyState, 3)
    assert.equal(socket.send('late'), 'dropped')
  })

  test('asks as RFC 6455 §4.1 says', async (t) => {
    const request = await requestOf(t)
    assert.match(request, /^GET \/ HTTP\/1\.1\r\nHost: 127\.0\.0\.1:\d+\r\n/)
    assert.equal(Buffer.from(field(request, 'sec-websocket-key')!, 'base64').length, 16)
    assert.equal(field(request, 'origin'), undefined)
    assert.equal(field(request, 'sec-websocket-protocol'), undefined)
  })

  test('asks for what its caller wants', async (t) => {
    const request = await requestOf(
      t,
      {
        protocols: ['chat.v2', 'chat.v1'],
        headers: { Cookie: 'a=b', 'X-Many': ['1', '2'] },
        origin: 'https://app.example',
      },
      (url) => `${url.replace('ws:', 'http:')}/chat?room=1`,
    )
    assert.match(request, /^GET \/chat\?room=1 HTTP/)
    assert.match(request, /\r\nX-Many: 1\r\nX-Many: 2\r\n/)
    assert.equal(field(request, 'cookie'), 'a=b')
    assert.equal(field(request, 'origin'), 'https://app.example')
    assert.equal(field(request, 'sec-websocket-protocol'), 'chat.v2, chat.v1')
  })

  test('takes Headers, and credentials from the URL', async (t) => {
    const headers = new Headers({ 'X-One': '1' })
    const request = await requestOf(t, { headers }, (url) => url.replace('//', '//ada:secret@'))
    assert.equal(field(request, 'x-one'), '1')
    assert.equal(field(request, 'authorization'), `Basic ${btoa('ada:secret')}`)
    const own = await requestOf(t, { headers: { Authorization: 'Bearer x' } }, (url) =>
      url.replace('//', '//ada:secret@'),
    )
    assert.equal(own.match(/authorization/gi)?.length, 1)
    assert.equal(field(own, 'authorization'), 'Bearer x')
  })

  test('agrees on a subprotocol', async (t) => {
    const url = await echoPeer(t, { handleProtocols: () => 'b' })
    const socket = await connect(url, { protocols: ['a', 'b'] })
    assert.equal(socket.protocol, 'b')
    await socket.close()
  })

  test('reads the response at every split of its bytes', async (t) => {
    const total = acceptance('Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n').length
    for (let at = 0; at <= total; at++) {
      const url = await rawPeer(t, (socket, request) => {
        const bytes = Buffer.concat([
          Buffer.from(acceptance(request)),
          frame(opcodes.text, 'first'),
          closeFrame(1000),
        ])
        socket.setNoDelay(true)
        socket.write(bytes.subarray(0, at), () => {
          setImmediate(() => socket.end(bytes.subarray(at)))
        })
      })
      const socket = await connect(url)
      const messages = []
      for await (const message of socket) messages.push(message)
      assert.deepEqual(messages, ['first'])
    }
  })

  test('calls the open handler before it resolves, and the first messages come after that', async (t) => {
    const order: string[] = []
    const url = await rawPeer(t, (socket, request) => {
      const frames = [frame(opcodes.text, 'a'), frame(opcodes.ping, 'p'), frame(opcodes.pong, 'q')]
      socket.write(Buffer.concat([Buffer.from(acceptance(request)), ...frames]))
    })
    const socket = await connect(url, {
      open: (opened) => order.push(`open ${opened.readyState}`),
      message: (_, message) => order.push(`message ${String(message)}`),
      ping: (_, payload) => order.push(`ping ${String.fromCharCode(...payload)}`),
      pong: (_, payload) => order.push(`pong ${String.fromCharCode(...payload)}`),
      close: (_, { code }) => order.push(`close ${code}`),
    })
    order.push('resolved')
    assert.deepEqual(order, ['open 1', 'message a', 'ping p', 'pong q', 'resolved'])
    socket.terminate()
    await socket.closed
    assert.equal(order.at(-1), 'close 1006')
  })

  test('an open handler may pause, send and close', async (t) => {
    const received: unknown[] = []
    const url = await wsPeer(t, (socket) => {
      socket.send('early')
      socket.on('message', (data) => received.push(textOf(data)))
    })
    const paused = await connect(url, { open: (socket) => socket.pause(), message() {} })
    paused.terminate()
    const socket = await connect(url, {
      open(opened) {
        opened.send('hello')
        void opened.close(4001)
      },
    })
    assert.equal((await socket.closed).code, 4001)
    assert.deepEqual(received, ['hello'])
  })

  test('a failing open handler closes the socket with 1011', async (t) => {
    const url = await echoPeer(t)
    const errors: unknown[] = []
    const socket = await connect(url, {
      open() {
        throw new Error('broken')
      },
      error: (_, error) => errors.push(error),
    })
    assert.equal((await socket.closed).code, 1011)
    assert.match(String(errors), /broken/)
  })

  test('speaks TLS, with SNI and without HTTP/2', async (t) => {
    let peer: TLSSocket | undefined
    const url = await rawTlsPeer(
      t,
      (socket, request) => {
        peer = socket as TLSSocket
        socket.write(
          Buffer.concat([Buffer.from(acceptance(request)), frame(opcodes.text, 'hello')]),
        )
      },
      { ALPNProtocols: ['h2', 'http/1.1'] },
    )
    const socket = await connect(url, { tls: { ca: fixture('localhost.cert.pem') } })
    assert.deepEqual((await socket[Symbol.asyncIterator]().next()).value, 'hello')
    assert.deepEqual(
      [peer?.alpnProtocol, (peer as TLSSocket & { servername?: string }).servername],
      ['http/1.1', 'localhost'],
    )
    socket.terminate()
    await socket.closed
  })

  test('passes tls options on: servername, rejectUnauthorized, cert and key', async (t) => {
    const identity = { key: fixture('localhost.key.pem'), cert: fixture('localhost.cert.pem') }
    const ca = fixture('localhost.cert.pem')
    const url = await rawTlsPeer(t, (socket, request) => socket.write(acceptance(request)), {
      requestCert: true,
      ca,
    })
    const byAddress = url.replace('localhost', '127.0.0.1')
    for (const tls of [
      { ...identity, ca, servername: 'other.test' },
      { ...identity, rejectUnauthorized: false },
    ]) {
      const socket = await connect(byAddress, { tls })
      socket.terminate()
      await socket.closed
    }
  })

  test('goes over a Unix socket', async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'tidewire-'))
    t.after(() => rmSync(folder, { recursive: true }))
    const path = join(folder, 'a.sock')
    const requests: string[] = []
    const server = createServer((connection) =>
      onRequest(connection, (peer, request) => {
        requests.push(request)
        peer.write(acceptance(request))
      }),
    )
    await listen(t, server, path)
    const first = await connect(`ws+unix:${path}:/chat?a`)
    const second = await connect('ws://app.example/room', { socketPath: path })
    for (const socket of [first, second]) {
      assert.equal(socket.remoteAddress, undefined)
      socket.terminate()
      await socket.closed
    }
    assert.match(requests[0]!, /^GET \/chat\?a HTTP\/1\.1\r\nHost: localhost\r\n/)
    assert.match(requests[1]!, /^GET \/room HTTP\/1\.1\r\nHost: app\.example\r\n/)
  })

  test('reads a pong in its turn, behind the messages that nobody has taken', async (t) => {
    const count = 40
    const url = await wsPeer(t, (peer) => {
      for (let sent = 0; sent < count; sent++) peer.send(String(sent))
    })
    const socket = await connect(url)
    let answered = false
    const pinged = socket.ping().then(() => (answered = true))
    const messages = socket[Symbol.asyncIterator]()
    for (let taken = 0; taken < 31; taken++) await messages.next()
    assert.equal(answered, false)
    for (let taken = 31; taken < count; taken++) await messages.next()
    await pinged
    await socket.close()
  })

  test('resolves names with the look-up it is given', async (t) => {
    const url = await echoPeer(t)
    const names: string[] = []
    const socket = await connect(url.replace('127.0.0.1', 'chat.example'), {
      lookup(name, options, callback) {
        names.push(name)
        if (options.all) callback(null, [{ address: '127.0.0.1', family: 4 }])
        else callback(null, '127.0.0.1', 4)
      },
    })
    await socket.close()
    assert.deepEqual(names, ['chat.example'])
  })

  test('connects from the address and over the version of IP that it is given', async (t) => {
    const peers: (string | undefined)[] = []
    const families: unknown[] = []
    const url = await rawPeer(t, (peer, request) => {
      peers.push(peer.remoteAddress)
      peer.write(acceptance(request))
    })
    const lookup: LookupFunction = (_, { all, family }, callback) => {
      families.push(family)
      if (all) callback(null, [{ address: '127.0.0.1', family: 4 }])
      else callback(null, '127.0.0.1', 4)
    }
    const named = url.replace('127.0.0.1', 'chat.example')
    for (const options of [{ localAddress: '127.0.0.2' }, { family: 4 }] as const) {
      const socket = await connect(named, { lookup, ...options })
      socket.terminate()
      await socket.closed
    }
    assert.deepEqual(peers, ['127.0.0.2', '127.0.0.1'])
    assert.deepEqual(families, [4, 4])
  })

  const wrong: [option: string, options: object][] = [
    ['name', { heartbeats: false }],
    ['name', { auth: 'ada:secret' }],
    ['heartbeat', { heartbeat: 5 }],
    ['limits.message', { limits: { message: -1 } }],
    ['slowConsumer', { slowConsumer: 'wait' }],
    ['message', { message: 'hello' }],
    ['lookup', { lookup: '127.0.0.1' }],
    ['family', { family: 5 }],
    ['localAddress', { localAddress: 'localhost' }],
    ['localAddress', { localAddress: '::1', family: 4 }],
    ['redirects', { redirects: -1 }],
    ['redirects', { redirects: 21 }],
    ['redirects', { redirects: true }],
    ['cookies', { cookies: 'sid=secret' }],
    ['cookies', { cookies: null }],
    ['cookies', { cookies: { get: () => '' } }],
    ['protocols', { protocols: 'chat' }],
    ['protocols', { protocols: ['a', 'a'] }],
    ['protocols', { protocols: ['a b'] }],
    ['header field X', { headers: { X: 'a\r\nEvil: b' } }],
    ['header field name', { headers: { 'X\r\nEvil': 'b' } }],
    ['header field Origin', { origin: 'https://a.example\r\nEvil: b' }],
    ['fields', { headers: { Host: 'other' } }],
    ['fields', { headers: { 'sec-websocket-key': 'x' } }],
  ]
  for (const [option, options] of wrong) {
    test(`refuses ${JSON.stringify(options)} before anything is opened`, async () => {
      const error = await rejection(connect('ws://127.0.0.1:1/', options))
      assert.ok(error instanceof OptionError, String(error))
      assert.equal(error.option, option)
      assert.doesNotMatch(error.message, /secret/)
    })
  }
})

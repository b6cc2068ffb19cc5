import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { type AddressInfo, Socket as NetSocket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Duplex } from 'node:stream'
import { describe, test, type TestContext } from 'node:test'
import { isOn } from '../../dist/node/fast-paths.js'
import { attach, connect, type Message, type ServerOptions } from '../../dist/node/index.js'
import { readShared, sharedOnRead } from '../../dist/node/shared-read.js'
import { fixture } from './peers.ts'
import { calls } from './raw-client.ts'

const transports = ['TCP', 'TLS', 'a Unix socket'] as const

interface Peer {
  readonly url: string
  /** What HTTP was spoken on. */
  readonly transport: Promise<NetSocket>
}

/** A server whose transports the test can see. */
async function attached(
  t: TestContext,
  over: (typeof transports)[number],
  options: ServerOptions,
): Promise<Peer> {
  const tls = { key: fixture('localhost.key.pem'), cert: fixture('localhost.cert.pem') }
  const http = over === 'TLS' ? createSecureServer(tls) : createServer()
  const server = attach(http, { limits: roomy, ...options })
  t.after(async () => {
    await server.close({ timeout: 0 })
    http.close()
  })
  const path = join(tmpdir(), `tidewire-shared-read-${process.pid}.sock`)
  if (over === 'a Unix socket') http.listen(path)
  else http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  const { port } = http.address() as AddressInfo
  const event = over === 'TLS' ? 'secureConnection' : 'connection'
  const urls = {
    TCP: `ws://127.0.0.1:${port}`,
    TLS: `wss://localhost:${port}`,
    'a Unix socket': `ws+unix:${path}`,
  }
  return {
    url: urls[over],
    transport: once(http, event).then(([socket]) => socket as NetSocket),
  }
}

const roomy = { buffered: 16 << 20 }
const client = { tls: { ca: fixture('localhost.cert.pem') }, limits: roomy }

/** Messages of all lengths that matter, no two alike. */
function messages(): Message[] {
  const lengths = [0, 1, 125, 126, 4000, 65_521, 65_522, 65_536, 200_000, 1 << 20]
  return lengths.flatMap((length, i) => [
    new Uint8Array(length).fill(i + 1),
    String.fromCharCode(0x61 + i).repeat(length),
  ])
}

for (const over of transports) {
  describe(`over ${over}`, () => {
    test('what was read before is not changed by what is read after', async (t) => {
      const received: Message[] = []
      const { url } = await attached(t, over, {
        message: (socket, message) => {
          received.push(message)
          socket.send(message)
        },
      })
      const [one, other] = [await connect(url, client), await connect(url, client)]
      for (const message of messages()) for (const socket of [one, other]) socket.send(message)
      for (const socket of [one, other]) {
        const echoed: Message[] = []
        for await (const message of socket) {
          echoed.push(message)
          if (echoed.length === messages().length) break
        }
        assert.deepEqual(echoed, messages())
      }
      assert.equal(received.length, 2 * messages().length)
      for (const message of messages()) {
        const same = received.filter((each) => Buffer.from(each).equals(Buffer.from(message)))
        assert.equal(same.length, message.length === 0 ? 4 : 2)
      }
      await Promise.all([one.close(), other.close()])
    })

    test('a socket that is paused again and again loses nothing', async (t) => {
      const received: Message[] = []
      const { url } = await attached(t, over, {
        message(socket, message) {
          received.push(message)
          socket.pause()
          setImmediate(() => socket.resume())
        },
      })
      const socket = await connect(url, client)
      for (const message of messages()) socket.send(message)
      assert.equal((await socket.close()).wasClean, true)
      assert.deepEqual(received, messages())
    })

    test('the bytes of a connection pass by its stream', async (t) => {
      const { url, transport } = await attached(t, over, {
        message: (socket, message) => void socket.send(message),
      })
      const socket = await connect(url, client)
      let chunks = 0
      ;(await transport).on('data', () => chunks++)
      socket.send('hello')
      assert.deepEqual(await socket[Symbol.asyncIterator]().next(), { value: 'hello', done: false })
      assert.equal(chunks === 0, isOn('shared-read'))
      assert.equal((await socket.close()).wasClean, true)
    })
  })
}

describe('a socket is left as it is', () => {
  /** What Node keeps for `onread` after `readShared`. */
  function slots(socket: object): unknown[] {
    const symbols = Object.getOwnPropertySymbols(socket)
    return symbols
      .filter((symbol) => symbol.description === 'kBuffer')
      .map((symbol) => (socket as Record<symbol, unknown>)[symbol])
  }

  test('when it has no handle, or one that was not opened by the kernel', () => {
    class JSStream {
      useUserBuffer(): void {
        assert.fail('the handle was given a buffer')
      }
    }
    for (const handle of [undefined, null, new JSStream(), { _parent: new JSStream() }]) {
      const socket = new NetSocket()
      Object.defineProperty(socket, '_handle', { value: handle })
      readShared(socket, () => true)
      assert.deepEqual(slots(socket), [null])
    }
  })

  test('when its handle takes no buffer', () => {
    class TCP {
      readonly fd = 1
    }
    const socket = new NetSocket()
    Object.defineProperty(socket, '_handle', { value: new TCP() })
    readShared(socket, () => true)
    assert.deepEqual(slots(socket), [null])
  })

  test('when it has a buffer of its own', () => {
    const own = sharedOnRead(() => {})
    const socket = new NetSocket(own as object)
    const before = slots(socket)
    readShared(socket, () => true)
    assert.deepEqual(slots(socket), before)
  })

  test('when it is a stream that was not made by net', async (t) => {
    const http = createServer()
    const received: Message[] = []
    const opened = calls<void>()
    const server = attach(http, {
      open: () => opened.note(),
      message: (_, message) => void received.push(message),
    })
    t.after(() => server.close({ timeout: 0 }))
    const duplex = new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() })
    http.emit('connection', duplex)
    const head = [
      'GET / HTTP/1.1',
      'Host: localhost',
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    ]
    duplex.push(`${head.join('\r\n')}\r\n\r\n`)
    await opened.next()
    duplex.push(Uint8Array.of(0x81, 0x82, 0, 0, 0, 0, 0x68, 0x69))
    duplex.push(Uint8Array.of(0x88, 0x80, 0, 0, 0, 0))
    duplex.push(null)
    await once(duplex, 'close')
    assert.deepEqual(received, ['hi'])
  })
})

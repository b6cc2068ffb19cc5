import assert from 'node:assert/strict'
import type { Socket as NetSocket } from 'node:net'
import { describe, test, type TestContext } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import type { CloseEvent } from '../../dist/node/close-event.js'
import { ConnectError } from '../../dist/node/connect-error.js'
import { deferred } from '../../dist/node/deferred.js'
import { WebSocket } from '../../dist/node/websocket.js'
import { acceptance, echoPeer, field, rawPeer } from './peers.ts'

function next<Of extends Event>(socket: WebSocket, type: string): Promise<Of> {
  return new Promise((resolve) => {
    socket.addEventListener(type, (event) => resolve(event as Of), { once: true })
  })
}

/** Pretends that there is a page until the test is over. */
function placePage(t: TestContext, href: string): void {
  const { origin } = new URL(href)
  Object.defineProperty(globalThis, 'location', { value: { href, origin }, configurable: true })
  t.after(() => Reflect.deleteProperty(globalThis, 'location'))
}

const notThere = 'http://127.0.0.1:9/'

describe('new WebSocket()', () => {
  for (const [given, expected] of [
    ['http://a.test/x?y', 'ws://a.test/x?y'],
    ['https://a.test:80', 'wss://a.test:80/'],
    ['http://a.test:443/', 'ws://a.test:443/'],
    ['ws://a.test:80/', 'ws://a.test/'],
    ['wss://A.test:443', 'wss://a.test/'],
    ['ws://user:word@a.test/%20 é', 'ws://user:word@a.test/%20%20%C3%A9'],
    [' ws://a.test/\n', 'ws://a.test/'],
  ] as const) {
    test(`makes ${expected} of ${JSON.stringify(given)}`, () => {
      const socket = new WebSocket(given)
      assert.equal(socket.url, expected)
      socket.close()
    })
  }

  for (const url of ['/echo', '?x', '#test', '//a.test/', 'http://a.test/#', 'mailto:a@a.test']) {
    test(`refuses ${url} where there is no page`, () => {
      assert.throws(() => new WebSocket(url), { name: 'SyntaxError' })
    })
  }

  test('takes the URL of the page for its base, and tells its origin', async (t) => {
    const asked = deferred<string>()
    const url = await rawPeer(t, (peer, request) => {
      asked.resolve(request)
      peer.end()
    })
    const page = `${url.replace('ws:', 'http:')}/a/b?c`
    placePage(t, page)
    assert.throws(() => new WebSocket('#d'), { name: 'SyntaxError' })
    const socket = new WebSocket('x')
    assert.equal(socket.url, `${url}/a/x`)
    assert.equal(field(await asked.promise, 'origin'), url.replace('ws:', 'http:'))
    await next(socket, 'close')
  })

  test('does not tell subprotocols by their case', () => {
    for (const protocols of [['echo', 'eCho'], { protocols: ['echo', 'eCho'] }]) {
      assert.throws(() => new WebSocket(notThere, protocols), { name: 'SyntaxError' })
    }
  })

  test('takes anything for a subprotocol that becomes a string', () => {
    const make = (protocols: unknown): void => {
      const socket = Reflect.construct(WebSocket, [notThere, protocols]) as WebSocket
      socket.close()
    }
    for (const fine of [undefined, null, 5, [], ['a', 5], new Set(['a'])]) make(fine)
    for (const wrong of [() => {}, ['a b'], [[]], 'a,b']) {
      assert.throws(() => make(wrong), { name: 'SyntaxError' })
    }
  })

  for (const port of [1, 22, 6000, 10_080]) {
    test(`blocks port ${port}, in a later task`, async () => {
      const socket = new WebSocket(`ws://127.0.0.1:${port}/`)
      assert.equal(socket.readyState, 0)
      const failed = next(socket, 'error')
      const { code, wasClean, cause } = await next<CloseEvent>(socket, 'close')
      await failed
      assert.deepEqual([code, wasClean], [1006, false])
      assert.ok(cause instanceof ConnectError)
      assert.equal(cause.code, 'ERR_CONNECT_PORT')
    })
  }

  test('offers permessage-deflate, unless told not to', async (t) => {
    const url = await echoPeer(t, { perMessageDeflate: { threshold: 0 } })
    const socket = new WebSocket(url)
    await next(socket, 'open')
    assert.match(socket.extensions, /^permessage-deflate/)
    const text = 'the same again and again, '.repeat(1000)
    socket.send(text)
    assert.equal((await next<MessageEvent>(socket, 'message')).data, text)
    assert.equal(socket.bufferedAmount, 0)
    socket.close()
    await next(socket, 'close')
    const plain = new WebSocket(url, { deflate: false })
    await next(plain, 'open')
    assert.equal(plain.extensions, '')
    plain.close()
    await next(plain, 'close')
  })

  test('gets messages larger than a server takes by default', async (t) => {
    const url = await echoPeer(t)
    const socket = new WebSocket(url)
    socket.binaryType = 'arraybuffer'
    await next(socket, 'open')
    socket.send(new Uint8Array(3 << 20))
    const { data } = await next<MessageEvent>(socket, 'message')
    assert.equal((data as ArrayBuffer).byteLength, 3 << 20)
    socket.close()
    await next(socket, 'close')
  })
})

describe('of several WebSockets to one host and port', () => {
  /** A peer that answers when it is told to. */
  async function slowPeer(t: TestContext): Promise<{ url: string; asked: (() => void)[] }> {
    const asked: (() => void)[] = []
    const url = await rawPeer(t, (peer: NetSocket, request) => {
      asked.push(() => void peer.write(acceptance(request)))
      peer.on('data', () => peer.end())
    })
    return { url, asked }
  }

  async function until(holds: () => boolean): Promise<void> {
    while (!holds()) await setImmediate()
  }

  test('one connects at a time, in their order', async (t) => {
    const { url, asked } = await slowPeer(t)
    const order: number[] = []
    const sockets = [0, 1, 2].map((index) => {
      const socket = new WebSocket(`${url}/${index}`)
      socket.addEventListener('open', () => void order.push(index))
      return socket
    })
    for (let answered = 0; answered < 3; answered++) {
      await until(() => asked.length > answered)
      for (let round = 0; round < 20; round++) await setImmediate()
      assert.equal(asked.length, answered + 1)
      const opened = next(sockets[answered]!, 'open')
      asked[answered]!()
      await opened
    }
    assert.deepEqual(order, [0, 1, 2])
    for (const socket of sockets) socket.close()
    await Promise.all(sockets.map((socket) => next(socket, 'close')))
  })

  test('one that is closed while it waits keeps no other waiting, nor lets one pass', async (t) => {
    const { url, asked } = await slowPeer(t)
    const [first, second, third] = [url, url, url].map((one) => new WebSocket(one))
    await until(() => asked.length === 1)
    const closed = next<CloseEvent>(second!, 'close')
    second!.close()
    assert.equal((await closed).code, 1006)
    const fourth = new WebSocket(url)
    assert.deepEqual([first!.readyState, asked.length], [0, 1])
    const failed = next(first!, 'close')
    first!.close()
    await failed
    for (const [index, socket] of [third!, fourth].entries()) {
      await until(() => asked.length === index + 2)
      const opened = next(socket, 'open')
      asked[index + 1]!()
      await opened
      socket.close()
      await next(socket, 'close')
    }
    assert.equal(asked.length, 3)
  })

  test('those to another port do not wait', async (t) => {
    const slow = await slowPeer(t)
    const waiting = new WebSocket(slow.url)
    await until(() => slow.asked.length === 1)
    const other = new WebSocket(await echoPeer(t))
    await next(other, 'open')
    assert.equal(waiting.readyState, 0)
    waiting.close()
    other.close()
    await Promise.all([next(waiting, 'close'), next(other, 'close')])
  })
})

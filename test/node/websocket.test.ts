// The handlers are part of what is tested here.
/* oxlint-disable unicorn/prefer-add-event-listener */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { Socket as NetSocket } from 'node:net'
import { describe, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { OptionError } from '../../dist/errors/index.js'
import type { CloseEvent } from '../../dist/node/close-event.js'
import { ConnectError } from '../../dist/node/connect-error.js'
import { deferred } from '../../dist/node/deferred.js'
import { WebSocket } from '../../dist/node/websocket.js'
import {
  acceptance,
  closeFrame,
  echoPeer,
  field,
  fixture,
  frame,
  opcodes,
  rawPeer,
  rawTlsPeer,
  textOf,
  wsPeer,
} from './peers.ts'

/** The next event of this type. */
function next<Type extends 'open' | 'message' | 'error' | 'close'>(
  socket: WebSocket,
  type: Type,
): Promise<Type extends 'close' ? CloseEvent : Type extends 'message' ? MessageEvent : Event> {
  return new Promise((resolve) => {
    socket.addEventListener(type, (event) => resolve(event as never), { once: true })
  })
}

/** Everything that happens to a socket until it is closed, in order. */
async function history(socket: WebSocket): Promise<string[]> {
  const events: string[] = []
  for (const type of ['open', 'message', 'error'] as const) {
    socket.addEventListener(type, () => void events.push(`${type} ${socket.readyState}`))
  }
  const { code, wasClean } = await next(socket, 'close')
  return [...events, `close ${socket.readyState} ${code} ${wasClean}`]
}

function domException(name: string): (error: unknown) => boolean {
  return (error) => error instanceof DOMException && error.name === name
}

describe('WebSocket', () => {
  test('has the face of the standard', async (t) => {
    const url = await echoPeer(t)
    const socket = new WebSocket(url.replace('ws:', 'http:'))
    assert.ok(socket instanceof EventTarget)
    assert.deepEqual(
      [socket.readyState, socket.url, socket.protocol, socket.extensions, socket.binaryType],
      [0, `${url}/`, '', '', 'blob'],
    )
    assert.deepEqual([socket.bufferedAmount, socket.onopen, socket.onclose], [0, null, null])
    for (const holder of [WebSocket, socket]) {
      const { CONNECTING, OPEN, CLOSING, CLOSED } = holder
      assert.deepEqual([CONNECTING, OPEN, CLOSING, CLOSED], [0, 1, 2, 3])
    }
    assert.throws(() => Object.assign(WebSocket, { OPEN: 5 }), TypeError)
    assert.throws(() => socket.send('early'), domException('InvalidStateError'))
    const events = history(socket)
    const opened = await next(socket, 'open')
    assert.deepEqual([opened.type, opened.target, socket.readyState], ['open', socket, 1])
    socket.send('hello')
    const message = await next(socket, 'message')
    assert.deepEqual([message.data, message.origin], ['hello', url])
    socket.close(3000, 'done')
    assert.equal(socket.readyState, 2)
    assert.deepEqual(await events, ['open 1', 'message 1', 'close 3 3000 true'])
  })

  test('sends strings, buffers, views and Blobs, as they were, in order', async (t) => {
    const socket = new WebSocket(await echoPeer(t))
    socket.binaryType = 'arraybuffer'
    await next(socket, 'open')
    const bytes = Uint8Array.of(0, 1, 2, 3)
    const received: unknown[] = []
    socket.onmessage = ({ data }) => {
      received.push(typeof data === 'string' ? data : [...new Uint8Array(data as ArrayBuffer)])
      if (received.length === 9) socket.close()
    }
    socket.send(bytes)
    socket.send(bytes.buffer)
    socket.send(new DataView(bytes.buffer, 1, 2))
    socket.send(new Uint16Array(bytes.buffer, 2, 1))
    socket.send(new Blob([bytes, Uint8Array.of(9)]))
    socket.send('grün')
    socket.send(bytes.subarray(2))
    socket.send(new Blob(['text']))
    assert.equal(socket.bufferedAmount, 4 + 4 + 2 + 2 + 5 + 5 + 2 + 4)
    socket.send(42 as unknown as string)
    bytes.fill(7)
    await next(socket, 'close')
    assert.deepEqual(received, [
      [0, 1, 2, 3],
      [0, 1, 2, 3],
      [1, 2],
      [2, 3],
      [0, 1, 2, 3, 9],
      'grün',
      [2, 3],
      [116, 101, 120, 116],
      '42',
    ])
    assert.equal(socket.bufferedAmount, 0)
  })

  test('closes after what waits behind a Blob', async (t) => {
    const received: string[] = []
    const url = await wsPeer(t, (peer) => peer.on('message', (data) => received.push(textOf(data))))
    const socket = new WebSocket(url)
    await next(socket, 'open')
    socket.send(new Blob(['first']))
    socket.send('second')
    socket.close()
    assert.equal(socket.readyState, 2)
    socket.send('lost')
    assert.equal(socket.bufferedAmount, 5 + 6 + 4)
    const { code, wasClean } = await next(socket, 'close')
    // A close without a code is a frame without one, which comes back as 1005.
    assert.deepEqual([code, wasClean, received], [1005, true, ['first', 'second']])
    socket.send('äh')
    socket.send(new Blob(['abc']))
    socket.send(new Uint8Array(2))
    assert.equal(socket.bufferedAmount, 4 + 3 + 3 + 2)
  })

  test('gives binary messages as its binaryType says, in a buffer of their own', async (t) => {
    const url = await wsPeer(t, (peer) => {
      peer.send(Buffer.from('abc'))
      peer.send(Buffer.alloc(100_000, 7))
      peer.send(Buffer.from('xyz'))
    })
    const socket = new WebSocket(url)
    const blob = (await next(socket, 'message')).data as Blob
    assert.ok(blob instanceof Blob)
    assert.equal(await blob.text(), 'abc')
    socket.binaryType = 'arraybuffer'
    socket.binaryType = 'nodebuffer' as 'blob'
    assert.equal(socket.binaryType, 'arraybuffer')
    socket.close()

    const other = new WebSocket(url)
    other.binaryType = 'arraybuffer'
    for (const size of [3, 100_000, 3]) {
      const { data } = await next(other, 'message')
      assert.ok(data instanceof ArrayBuffer)
      assert.equal(data.byteLength, size)
    }
    other.close()
    await next(other, 'close')
  })

  test('gives each event a task of its own', async (t) => {
    const url = await rawPeer(t, (peer, request) => {
      const frames = ['a', 'b', 'c'].map((word) => frame(opcodes.text, word))
      peer.end(Buffer.concat([Buffer.from(acceptance(request)), ...frames, closeFrame(1000)]))
    })
    const socket = new WebSocket(url)
    const seen: unknown[] = []
    await next(socket, 'open')
    // Each is waited for anew, in a turn of its own: none may come in between.
    while (seen.length < 3) seen.push((await next(socket, 'message')).data)
    assert.deepEqual(seen, ['a', 'b', 'c'])
    assert.equal((await next(socket, 'close')).code, 1000)
  })

  test('delivers nothing once it is closing', async (t) => {
    const url = await wsPeer(t, (peer) => {
      peer.send('first')
      peer.send('second')
    })
    const socket = new WebSocket(url)
    const events = history(socket)
    await next(socket, 'message')
    socket.close(1000)
    assert.deepEqual(await events, ['open 1', 'message 1', 'close 3 1000 true'])
  })

  test('keeps handlers in their place', async (t) => {
    const socket = new WebSocket(await echoPeer(t))
    const order: string[] = []
    const first = () => order.push('first')
    socket.onopen = first
    assert.equal(socket.onopen, first)
    socket.addEventListener('open', () => order.push('second'))
    socket.onopen = function (event) {
      assert.equal(this, socket)
      assert.equal(event.type, 'open')
      order.push('handler')
    }
    socket.onmessage = () => order.push('never')
    socket.onmessage = 5 as unknown as null
    assert.equal(socket.onmessage, null)
    await next(socket, 'open')
    assert.deepEqual(order, ['handler', 'second'])
    socket.onopen = null
    assert.equal(socket.onopen, null)
    socket.send('x')
    await next(socket, 'message')
    assert.deepEqual(order, ['handler', 'second'])
    socket.close()
    await next(socket, 'close')
  })

  const wrongUrls = ['', 'nonsense', 'ftp://example.com', 'ws://example.com/#', 'ws://a b/']
  for (const url of wrongUrls) {
    test(`refuses the URL ${JSON.stringify(url)}`, () => {
      assert.throws(() => new WebSocket(url), domException('SyntaxError'))
    })
  }

  for (const protocols of ['', 'a b', ['a', 'a'], ['a', 'b,c'], ['é']]) {
    test(`refuses the subprotocols ${JSON.stringify(protocols)}`, () => {
      assert.throws(() => new WebSocket('ws://127.0.0.1', protocols), domException('SyntaxError'))
      const list = typeof protocols === 'string' ? [protocols] : protocols
      assert.throws(
        () => new WebSocket('ws://127.0.0.1', { protocols: list }),
        domException('SyntaxError'),
      )
    })
  }

  test('refuses options that are none', () => {
    for (const options of [{ slowConsumer: 'close' }, { heartbeat: 1 }, { limits: { x: 1 } }]) {
      assert.throws(() => new WebSocket('ws://127.0.0.1', options as object), OptionError)
    }
  })

  test('takes subprotocols as a string or a list, and options', async (t) => {
    const url = await wsPeer(t, (peer) => peer.close(), {
      handleProtocols: (offered) => [...offered].at(-1)!,
    })
    for (const [given, expected] of [
      ['a', 'a'],
      [['a', 'b'], 'b'],
      [{ protocols: ['c'] }, 'c'],
    ] as const) {
      const socket = new WebSocket(new URL(url), given)
      await next(socket, 'open')
      assert.equal(socket.protocol, expected)
      await next(socket, 'close')
    }
  })

  test('passes headers and tls on', async (t) => {
    let request = ''
    const url = await rawTlsPeer(t, (peer, head) => {
      request = head
      peer.end(Buffer.concat([Buffer.from(acceptance(head)), closeFrame(3001)]))
    })
    const tls = { ca: fixture('localhost.cert.pem') }
    const socket = new WebSocket(url, { tls, headers: { 'X-One': '1' }, origin: 'https://a.test' })
    assert.equal((await next(socket, 'close')).code, 3001)
    assert.deepEqual([field(request, 'x-one'), field(request, 'origin')], ['1', 'https://a.test'])
  })

  test('checks what it is to close with, in every state', async (t) => {
    const socket = new WebSocket(await echoPeer(t))
    const check = (): void => {
      const codes = [0, 999, 1001, 1005, 1006, 2999, 2999.4, 5000, NaN, 0x10000 + 1000]
      for (const code of [...codes, 'string', null] as number[]) {
        assert.throws(() => socket.close(code), domException('InvalidAccessError'))
      }
      assert.throws(() => socket.close(1000, 'ä'.repeat(62)), domException('SyntaxError'))
      assert.throws(() => socket.close(undefined, 'a'.repeat(124)), domException('SyntaxError'))
    }
    check()
    await next(socket, 'open')
    check()
    const closed = next(socket, 'close')
    socket.close(4999, 'a'.repeat(123))
    check()
    assert.deepEqual([(await closed).code, (await closed).reason.length], [4999, 123])
    check()
    socket.close()
  })

  test('closed before it is open fails, in a later task', async (t) => {
    const url = await echoPeer(t)
    const socket = new WebSocket(url)
    const events = history(socket)
    const closed = next(socket, 'close')
    socket.close()
    assert.equal(socket.readyState, 2)
    assert.deepEqual(await events, ['error 3', 'close 3 1006 false'])
    assert.equal((await closed).cause instanceof Error, true)
    const accepted = deferred<NetSocket>()
    const silent = await rawPeer(t, (peer) => accepted.resolve(peer))
    const waiting = new WebSocket(silent)
    const peer = await accepted.promise
    const gone = once(peer.resume(), 'end')
    waiting.close()
    await Promise.all([gone, next(waiting, 'close')])
    peer.end()
  })

  test('that cannot connect says why in its close event', async (t) => {
    const url = await rawPeer(t, (peer) => peer.end('HTTP/1.1 404 Not Found\r\n\r\nno such room'))
    const socket = new WebSocket(url)
    const events = history(socket)
    const { cause, reason } = await next(socket, 'close')
    assert.ok(cause instanceof ConnectError)
    assert.deepEqual([cause.status, cause.body, reason], [404, 'no such room', ''])
    assert.deepEqual(await events, ['error 3', 'close 3 1006 false'])
  })

  const endings: [what: string, act: (peer: NetSocket) => void, expected: string[]][] = [
    ['a close frame', (peer) => peer.end(closeFrame(4001)), ['close 3 4001 true']],
    ['a bare close frame', (peer) => peer.end(frame(8, '')), ['close 3 1005 true']],
    ['the end of the transport', (peer) => peer.end(), ['error 3', 'close 3 1006 false']],
    ['a reset', (peer) => peer.resetAndDestroy(), ['error 3', 'close 3 1006 false']],
    [
      'a reserved opcode',
      (peer) => {
        peer.write(Buffer.of(0x83, 0))
        peer.on('end', () => peer.end())
      },
      ['error 3', 'close 3 1006 false'],
    ],
  ]
  for (const [what, act, expected] of endings) {
    test(`ended by ${what}`, async (t) => {
      const go = deferred<NetSocket>()
      const url = await rawPeer(t, (peer, request) => {
        peer.write(acceptance(request))
        peer.on('data', () => {})
        go.resolve(peer)
      })
      const socket = new WebSocket(url)
      const events = history(socket)
      const closed = next(socket, 'close')
      await next(socket, 'open')
      act(await go.promise)
      assert.deepEqual(await events, ['open 1', ...expected])
      const { cause } = await closed
      assert.ok(cause && 'trigger' in cause && cause.text.length > 0)
    })
  }

  test('closed by us and not answered is no error', async (t) => {
    const url = await rawPeer(t, (peer, request) => peer.write(acceptance(request)))
    const socket = new WebSocket(url, { limits: { closeTimeout: 30 } })
    const events = history(socket)
    await next(socket, 'open')
    socket.close(1000)
    assert.deepEqual(await events, ['open 1', 'close 3 1006 false'])
  })

  test('fails when a Blob cannot be read', async (t) => {
    const socket = new WebSocket(await echoPeer(t))
    const events = history(socket)
    await next(socket, 'open')
    const blob = new Blob(['x'])
    blob.arrayBuffer = () => Promise.reject(new DOMException('gone', 'NotReadableError'))
    socket.send(blob)
    socket.send('behind it')
    assert.deepEqual(await events, ['open 1', 'error 3', 'close 3 1006 false'])
  })

  for (const [code, reason, expected] of [
    [999.5, undefined, [1000, '']],
    ['4000', 5, [4000, '5']],
    [2999.5, null, [3000, 'null']],
    [undefined, '', [1005, '']],
    [undefined, 'why', [1000, 'why']],
    [1000, '\ud800', [1000, '\ufffd']],
  ] as const) {
    test(`close(${String(code)}, ${JSON.stringify(reason)}) sends ${expected[0]}`, async (t) => {
      const socket = new WebSocket(await echoPeer(t))
      await next(socket, 'open')
      Reflect.apply(Reflect.get(socket, 'close'), socket, [code, reason])
      const event = await next(socket, 'close')
      assert.deepEqual([event.code, event.reason, event.wasClean], [...expected, true])
    })
  }

  test('is closing once the close frame of its peer is there', async (t) => {
    const go = deferred<NetSocket>()
    const url = await rawPeer(t, (peer, request) => {
      peer.write(acceptance(request))
      peer.on('data', () => {})
      go.resolve(peer)
    })
    const socket = new WebSocket(url)
    const seen: unknown[] = []
    const done = deferred<void>()
    socket.addEventListener('message', ({ data }) => {
      seen.push([data, socket.readyState])
      if (data === 'last') done.resolve()
    })
    await next(socket, 'open')
    const peer = await go.promise
    // The messages before it are still seen by an open one.
    const frames = ['first', 'last'].map((word) => frame(opcodes.text, word))
    peer.write(Buffer.concat([...frames, closeFrame(4001)]))
    await done.promise
    while (socket.readyState === 1) await setImmediate()
    assert.equal(socket.readyState, 2)
    socket.send('too late')
    assert.equal(socket.bufferedAmount, 8)
    const closed = next(socket, 'close')
    socket.close(4002)
    peer.end()
    assert.equal((await closed).code, 4001)
    assert.deepEqual(seen, [
      ['first', 1],
      ['last', 1],
    ])
  })

  test('counts what it sends to the byte, until the next task', async (t) => {
    const socket = new WebSocket(await echoPeer(t))
    await next(socket, 'open')
    socket.send('')
    assert.equal(socket.bufferedAmount, 0)
    socket.send('\ud800ä')
    socket.send(new Float64Array(2))
    socket.send(new ArrayBuffer(3))
    for (let microtask = 0; microtask < 100; microtask++) {
      await Promise.resolve()
      assert.equal(socket.bufferedAmount, 5 + 16 + 3)
    }
    await next(socket, 'message')
    while (socket.bufferedAmount > 0) await setImmediate()
    // Nor is a Blob counted twice while it goes from hand to hand.
    socket.send(new Blob(['12345']))
    const got = next(socket, 'message').then(() => true)
    while (!(await Promise.race([got, setImmediate(false)]))) {
      for (let microtask = 0; microtask < 20; microtask++) {
        await Promise.resolve()
        assert.ok(socket.bufferedAmount <= 5)
      }
    }
    socket.close()
    await next(socket, 'close')
    socket.send(new Blob(['four']))
    await setImmediate()
    assert.equal(socket.bufferedAmount, 4)
  })

  test('counts whole messages while its peer reads nothing, and closes uncleanly with them', async (t) => {
    const go = deferred<NetSocket>()
    const url = await rawPeer(t, (peer, request) => {
      peer.write(acceptance(request))
      peer.pause()
      go.resolve(peer)
    })
    const socket = new WebSocket(url)
    await next(socket, 'open')
    const size = 4 << 20
    for (let sent = 0; sent < 8; sent++) socket.send(new Uint8Array(size))
    const peer = await go.promise
    for (let turn = 0; turn < 20; turn++) await setImmediate()
    const waiting = socket.bufferedAmount
    assert.ok(waiting > 0 && waiting % size === 0, `${waiting} bytes`)
    const closed = next(socket, 'close')
    peer.write(closeFrame(4001))
    peer.end()
    while (socket.readyState === 1) await setImmediate()
    peer.destroy()
    const { code, wasClean } = await closed
    assert.deepEqual([code, wasClean], [4001, false])
    assert.equal(socket.bufferedAmount, waiting)
  })

  test('fails where more waits than its limit allows', async (t) => {
    const url = await rawPeer(t, (peer, request) => {
      peer.write(acceptance(request))
      peer.pause()
    })
    const socket = new WebSocket(url, { limits: { buffered: 1000, closeTimeout: 50 } })
    const events = history(socket)
    const closed = next(socket, 'close')
    await next(socket, 'open')
    socket.send(new Uint8Array(1001))
    socket.send('one too many')
    assert.deepEqual(await events, ['open 1', 'error 3', 'close 3 1006 false'])
    const { cause } = await closed
    assert.ok(cause && 'trigger' in cause)
    assert.equal(cause.trigger, 'limit')
  })

  test('sends what a transferred buffer, a shared one and an object become', async (t) => {
    const socket = new WebSocket(await echoPeer(t))
    socket.binaryType = 'arraybuffer'
    await next(socket, 'open')
    const buffer = new ArrayBuffer(8)
    const views = [new Uint8Array(buffer), new DataView(buffer)]
    structuredClone(buffer, { transfer: [buffer] })
    const values = [buffer, ...views, new SharedArrayBuffer(8), { toString: () => 'object' }, null]
    const received: unknown[] = []
    for (const value of values) {
      socket.send(value as unknown as string)
      const { data } = await next(socket, 'message')
      received.push(typeof data === 'string' ? data : (data as ArrayBuffer).byteLength)
    }
    assert.deepEqual(received, [0, 0, 0, '[object SharedArrayBuffer]', 'object', 'null'])
    socket.close()
    await next(socket, 'close')
  })

  test('keeps an object as a handler that is never called', async (t) => {
    const socket = new WebSocket(await echoPeer(t))
    const handler = { handleEvent: () => assert.fail('called') }
    Reflect.set(socket, 'onopen', handler)
    assert.equal(socket.onopen, handler)
    await next(socket, 'open')
    for (const nothing of [undefined, 'text', 5, true, Symbol('x')]) {
      socket.onopen = () => {}
      Reflect.set(socket, 'onopen', nothing)
      assert.equal(socket.onopen, null)
    }
    socket.onclose = () => false
    const mine = new Event('close', { cancelable: true })
    assert.equal(socket.dispatchEvent(mine), false)
    socket.onclose = null
    socket.close()
    await next(socket, 'close')
  })

  test('may be closed in the very turn in which the response comes', async (t) => {
    const url = await echoPeer(t)
    for (let turns = 0; turns < 40; turns++) {
      const socket = new WebSocket(url)
      const closed = next(socket, 'close')
      for (let turn = 0; turn < turns; turn++) await setImmediate()
      socket.close()
      assert.ok([1005, 1006].includes((await closed).code))
      assert.equal(socket.readyState, 3)
    }
  })
})

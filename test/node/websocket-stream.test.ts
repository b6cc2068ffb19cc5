import assert from 'node:assert/strict'
import type { Socket as NetSocket } from 'node:net'
import { describe, test, type TestContext } from 'node:test'
import { OptionError } from '../../dist/errors/index.js'
import { ConnectError } from '../../dist/node/connect-error.js'
import { deferred } from '../../dist/node/deferred.js'
import { WebSocketError } from '../../dist/node/websocket-error.js'
import { type WebSocketOpenInfo, WebSocketStream } from '../../dist/node/websocket-stream.js'
import {
  acceptance,
  closeFrame,
  echoPeer,
  frame,
  opcodes,
  rawPeer,
  rejection,
  wsPeer,
} from './peers.ts'
import { acceptingPeer, pushUntilHeld, turns } from './silent-peer.ts'

/** Anything, where a type would not let it pass. */
const anything = (value: unknown): never => value as never

/** A peer that closes at once; without a code by an empty close frame. */
function closingPeer(t: TestContext, code?: number, reason?: string): Promise<string> {
  return rawPeer(t, (peer, request) => {
    const close = code === undefined ? frame(opcodes.close, '') : closeFrame(code, reason)
    peer.write(Buffer.concat([Buffer.from(acceptance(request)), close]))
    peer.once('data', () => peer.end())
  })
}

async function socketError(promise: Promise<unknown>): Promise<WebSocketError> {
  const error = await rejection(promise)
  assert.ok(error instanceof WebSocketError, String(error))
  assert.equal(error.constructor, WebSocketError)
  return error
}

describe('new WebSocketStream()', () => {
  test('refuses what is no URL, and what are no options', () => {
    const url = 'ws://127.0.0.1:9/'
    assert.throws(() => Reflect.construct(WebSocketStream, []), TypeError)
    for (const wrong of ['invalid:', 'ws://a.test/#x', '/echo']) {
      assert.throws(() => new WebSocketStream(wrong), { name: 'SyntaxError' })
    }
    for (const wrong of [true, { protocols: 'hi' }, { signal: {} }]) {
      assert.throws(() => new WebSocketStream(url, anything(wrong)), TypeError)
    }
    for (const wrong of [['a', 'A'], ['a b'], ['']]) {
      assert.throws(() => new WebSocketStream(url, { protocols: wrong }), { name: 'SyntaxError' })
    }
    assert.throws(() => new WebSocketStream(url, anything({ slowConsumer: 'close' })), OptionError)
  })

  test('opens as two streams', async (t) => {
    const url = await echoPeer(t)
    const stream = new WebSocketStream(url.replace('ws:', 'http:'), { protocols: ['chat'] })
    assert.equal(stream.url, `${url}/`)
    assert.equal(Object.prototype.toString.call(stream), '[object WebSocketStream]')
    const { readable, writable, protocol, extensions } = await stream.opened
    assert.ok(readable instanceof ReadableStream && writable instanceof WritableStream)
    assert.deepEqual([protocol, extensions], ['chat', ''])
    const writer = writable.getWriter()
    const reader = readable.getReader()
    const bytes = Uint8Array.of(1, 2, 3)
    const written = []
    const chunks = ['grün', bytes, bytes.buffer, new DataView(bytes.buffer, 1), 5, null, '']
    for (const chunk of chunks) written.push(writer.write(anything(chunk)))
    const received = []
    for (let chunk = 0; chunk < chunks.length; chunk++) received.push((await reader.read()).value)
    assert.deepEqual(received, ['grün', bytes, bytes, bytes.subarray(1), '5', 'null', ''])
    assert.equal((received[1] as Uint8Array).buffer.byteLength, 3)
    await Promise.all(written)
    stream.close()
    assert.deepEqual(await stream.closed, { closeCode: 1005, reason: '' })
  })

  test('rejects both promises when there is no connection, and says why', async (t) => {
    const url = await rawPeer(t, (peer) => peer.end('HTTP/1.1 404 Not Found\r\n\r\nno'))
    const stream = new WebSocketStream(url)
    const errors = [await socketError(stream.opened), await socketError(stream.closed)]
    for (const error of errors) {
      assert.ok(error.cause instanceof ConnectError)
      assert.equal(error.cause.status, 404)
    }
  })

  test('connects to nothing with a signal that is aborted', async (t) => {
    let asked = 0
    const url = await rawPeer(t, () => void asked++)
    const reason = new Error('not wanted')
    const stream = new WebSocketStream(url, { signal: AbortSignal.abort(reason) })
    assert.equal(await rejection(stream.opened), reason)
    assert.equal(await rejection(stream.closed), reason)
    await turns()
    assert.equal(asked, 0)
  })

  test('gives up when its signal is aborted, until it is open', async (t) => {
    const asked = deferred<NetSocket>()
    const silent = await rawPeer(t, (peer) => asked.resolve(peer))
    const controller = new AbortController()
    const stream = new WebSocketStream(silent, { signal: controller.signal })
    const peer = await asked.promise
    controller.abort()
    assert.equal((await rejection(stream.opened)).name, 'AbortError')
    assert.equal((await rejection(stream.closed)).name, 'AbortError')
    peer.resume()

    const later = new AbortController()
    const open = new WebSocketStream(await echoPeer(t), { signal: later.signal })
    const { readable, writable } = await open.opened
    later.abort()
    await writable.getWriter().write('connected')
    assert.equal((await readable.getReader().read()).value, 'connected')
    open.close()
    await open.closed
  })
})

describe('WebSocketStream.close()', () => {
  for (const [given, expected] of [
    [{ closeCode: 3456, reason: 'pizza' }, [3456, 'pizza']],
    [undefined, [1005, '']],
    [null, [1005, '']],
    [{}, [1005, '']],
    [{ reason: '' }, [1005, '']],
    [{ reason: 'non-empty' }, [1000, 'non-empty']],
    [{ closeCode: 4000.9, reason: '\ud800' }, [4000, '\ufffd']],
  ] as const) {
    test(`with ${JSON.stringify(given)} is answered by ${expected[0]}`, async (t) => {
      const stream = new WebSocketStream(await echoPeer(t))
      await stream.opened
      stream.close(anything(given))
      const { closeCode, reason } = await stream.closed
      assert.deepEqual([closeCode, reason], expected)
    })
  }

  test('checks what it is given, in every state', async (t) => {
    const stream = new WebSocketStream(await echoPeer(t))
    const check = (): void => {
      for (const closeCode of [0, 999, 1001, 2999, 5000, null]) {
        const close = (): void => stream.close(anything({ closeCode }))
        assert.throws(close, { name: 'InvalidAccessError' })
      }
      assert.throws(() => stream.close({ reason: '.'.repeat(124) }), { name: 'SyntaxError' })
      for (const wrong of [true, 'x', { closeCode: NaN }, { closeCode: 65_536 }]) {
        assert.throws(() => stream.close(anything(wrong)), TypeError)
      }
    }
    check()
    await stream.opened
    check()
    stream.close()
    check()
    await stream.closed
    check()
  })

  test('while connecting fails', async (t) => {
    const stream = new WebSocketStream(await echoPeer(t))
    stream.close()
    await Promise.all([socketError(stream.opened), socketError(stream.closed)])
  })

  test('that is not answered is not clean', async (t) => {
    const { url, accepted } = await acceptingPeer(t)
    const stream = new WebSocketStream(url)
    await stream.opened
    stream.close({ closeCode: 4000, reason: 'because' })
    ;(await accepted).destroy()
    const { closeCode, reason } = await socketError(stream.closed)
    assert.deepEqual([closeCode, reason], [1006, ''])
  })
})

describe('the streams of a WebSocketStream', () => {
  test('end with the close frame of the peer', async (t) => {
    for (const [code, reason, expected] of [
      [1000, '', [1000, '']],
      [undefined, '', [1005, '']],
      [4000, 'ロボット', [4000, 'ロボット']],
    ] as const) {
      const stream = new WebSocketStream(await closingPeer(t, code, reason))
      const { readable, writable } = await stream.opened
      const info = await stream.closed
      assert.deepEqual([info.closeCode, info.reason], expected)
      assert.equal((await readable.getReader().read()).done, true)
      const failed = await rejection(writable.getWriter().ready)
      assert.deepEqual([failed instanceof DOMException, failed.name], [true, 'InvalidStateError'])
    }
  })

  test('fail with the connection, with one error', async (t) => {
    const { url, accepted } = await acceptingPeer(t)
    const stream = new WebSocketStream(url)
    const { readable, writable } = await stream.opened
    ;(await accepted).destroy()
    const error = await socketError(stream.closed)
    assert.deepEqual([error.name, error.closeCode], ['WebSocketError', 1006])
    assert.equal(await rejection(readable.getReader().read()), error)
    assert.equal(await rejection(writable.getWriter().ready), error)
  })

  test('hold back a peer whose messages are not read', async (t) => {
    const { url, accepted } = await acceptingPeer(t)
    const stream = new WebSocketStream(url)
    const { readable } = await stream.opened
    const peer = await accepted
    const megabyte = Buffer.concat([
      Buffer.of(0x82, 127, 0, 0, 0, 0, 0, 0x10, 0, 0),
      Buffer.alloc(1 << 20),
    ])
    const count = 64
    const { taken, sent } = await pushUntilHeld(peer, megabyte, count)
    assert.ok(taken < count, `${taken} of ${count} messages were taken`)
    const reader = readable.getReader()
    for (let read = 0; read < count; read++) {
      assert.equal(((await reader.read()).value as Uint8Array).length, 1 << 20)
    }
    await sent
    peer.resume()
    peer.write(closeFrame(1000))
    peer.end()
    assert.equal((await reader.read()).done, true)
    assert.equal((await stream.closed).closeCode, 1000)
  })

  test('hold back a program whose messages are not taken', async (t) => {
    const { url, accepted } = await acceptingPeer(t)
    const stream = new WebSocketStream(url)
    const { writable } = await stream.opened
    const writer = writable.getWriter()
    let written = false
    const writing = writer.write(new Uint8Array(16 << 20)).then(() => (written = true))
    await turns(100)
    assert.deepEqual([written, writer.desiredSize], [false, 0])
    const peer = await accepted
    peer.resume()
    await writing
    peer.destroy()
    await socketError(stream.closed)
  })

  test('keep what was read when the peer closes', async (t) => {
    const url = await rawPeer(t, (peer, request) => {
      const frames = ['a', 'b', 'c'].map((word) => frame(opcodes.text, word))
      peer.write(Buffer.concat([Buffer.from(acceptance(request)), ...frames, closeFrame(1000)]))
      peer.once('data', () => peer.end())
    })
    const stream = new WebSocketStream(url)
    const { readable } = await stream.opened
    await turns()
    const words = []
    for await (const word of readable) words.push(word)
    assert.deepEqual(words, ['a', 'b', 'c'])
    assert.equal((await stream.closed).closeCode, 1000)
  })

  test('reject a write that is not done when the peer closes', async (t) => {
    const { url, accepted } = await acceptingPeer(t)
    const stream = new WebSocketStream(url)
    const { writable } = await stream.opened
    const writer = writable.getWriter()
    const writing = rejection(writer.write(new Uint8Array(32 << 20)))
    const peer = await accepted
    peer.write(closeFrame(4567))
    const failed = await writing
    assert.equal(failed.name, 'InvalidStateError')
    assert.equal(await rejection(writer.write('word')), failed)
    // Even if it then reads it: it may be for nobody.
    peer.on('end', () => peer.end())
    peer.resume()
    assert.equal((await socketError(stream.closed)).closeCode, 4567)
  })

  test('reject what is no message', async (t) => {
    const url = await echoPeer(t)
    const resizable: unknown = Reflect.construct(ArrayBuffer, [8, { maxByteLength: 16 }])
    const unprintable = { toString: () => unprintable }
    for (const wrong of [unprintable, resizable, new Uint8Array(new SharedArrayBuffer(4))]) {
      const stream = new WebSocketStream(url)
      const { writable } = await stream.opened
      const error = await rejection(writable.getWriter().write(anything(wrong)))
      assert.ok(error instanceof TypeError)
      stream.close()
      await stream.closed
    }
  })

  test('close the connection when the writable is closed, and wait for the peer', async (t) => {
    const { url, accepted } = await acceptingPeer(t)
    const stream = new WebSocketStream(url)
    const { readable, writable } = await stream.opened
    let closed = false
    const closing = writable.close().then(() => (closed = true))
    const peer = await accepted
    await turns()
    assert.equal(closed, false)
    peer.resume()
    peer.end(closeFrame(1000))
    await closing
    assert.equal((await readable.getReader().read()).done, true)
    assert.deepEqual(await stream.closed, { closeCode: 1000, reason: '' })
  })

  const withFields = Object.assign(new DOMException('yes', 'DataCloneError'), { closeCode: 1000 })
  const reasons: [what: string, reason: unknown, expected: [number, string]][] = [
    ['nothing', undefined, [1005, '']],
    ['mere fields', { closeCode: 3333, reason: 'obsolete' }, [1005, '']],
    ['another DOMException', withFields, [1005, '']],
    ['a code', new WebSocketError('', { closeCode: 3333 }), [3333, '']],
    [
      'a code and a reason',
      new WebSocketError('', { closeCode: 3456, reason: 'set' }),
      [3456, 'set'],
    ],
    ['a reason', new WebSocketError('', { reason: 'specified' }), [1000, 'specified']],
  ]
  const ways: [name: string, (info: WebSocketOpenInfo, reason: unknown) => Promise<void>][] = [
    ['abort the writable', ({ writable }, reason) => writable.abort(reason)],
    ['cancel the readable', ({ readable }, reason) => readable.cancel(reason)],
  ]
  for (const [name, end] of ways) {
    for (const [what, reason, expected] of reasons) {
      test(`close with ${expected[0]} when ${what} is there to ${name}`, async (t) => {
        const stream = new WebSocketStream(await echoPeer(t))
        await end(await stream.opened, reason)
        const info = await stream.closed
        assert.deepEqual([info.closeCode, info.reason], expected)
      })
    }
  }

  test('close with nothing when what the connection failed with is there', async (t) => {
    const { url, accepted } = await acceptingPeer(t)
    const lost = new WebSocketStream(url)
    await lost.opened
    ;(await accepted).destroy()
    const error = await socketError(lost.closed)
    const stream = new WebSocketStream(await echoPeer(t))
    await (await stream.opened).readable.cancel(error)
    assert.equal((await stream.closed).closeCode, 1005)
  })

  test('can be piped to each other', async (t) => {
    const url = await wsPeer(t, (peer) => {
      for (const word of ['a', 'b', 'c']) peer.send(word)
      const back: string[] = []
      peer.on('message', (data: Buffer) => {
        back.push(data.toString())
        if (back.length === 3) peer.close(1000, back.join())
      })
    })
    const stream = new WebSocketStream(url)
    const { readable, writable } = await stream.opened
    await readable.pipeTo(writable, { preventClose: true }).catch(() => {})
    assert.deepEqual(await stream.closed, { closeCode: 1000, reason: 'a,b,c' })
  })
})

describe('WebSocketError', () => {
  test('is a DOMException with the defaults of the standard', () => {
    const error = new WebSocketError()
    assert.ok(error instanceof DOMException && error instanceof WebSocketError)
    assert.deepEqual([error.name, error.code, error.message], ['WebSocketError', 0, ''])
    assert.deepEqual([error.closeCode, error.reason], [null, ''])
    assert.equal(WebSocketError.length, 0)
    assert.equal(Object.prototype.toString.call(error), '[object WebSocketError]')
  })

  test('has what it is made of', () => {
    const error = new WebSocketError('message', { closeCode: 3456, reason: 'reason' })
    assert.deepEqual([error.message, error.closeCode, error.reason], ['message', 3456, 'reason'])
    assert.equal(new WebSocketError('', { closeCode: 3333 }).reason, '')
    assert.equal(new WebSocketError('', { reason: 'specified' }).closeCode, 1000)
  })

  test('refuses what could not be sent', () => {
    for (const closeCode of [999, 1001, 2999, 5000]) {
      assert.throws(() => new WebSocketError('', { closeCode }), { name: 'InvalidAccessError' })
    }
    for (const reason of ['x'.repeat(124), '🔌'.repeat(32)]) {
      assert.throws(() => new WebSocketError('', { reason }), { name: 'SyntaxError' })
    }
  })
})

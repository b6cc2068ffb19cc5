import assert from 'node:assert/strict'
import { setImmediate } from 'node:timers/promises'
import { describe, test } from 'node:test'
import type { Message, ServerSocket } from '../../dist/node/index.js'
import { calls, closePayload, frame, opcodes, opened, rawClient, served } from './raw-client.ts'

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString()

describe('the handlers of a socket', () => {
  test('are called in order, each thing once', async (t) => {
    const events = calls<string>()
    const server = await served(t, {
      upgrade: () => events.note('upgrade'),
      open: (socket) => events.note(`open ${socket.readyState}`),
      message: (_, message) => events.note(`message ${String(message)}`),
      ping: (_, payload) => events.note(`ping ${text(payload)}`),
      pong: (_, payload) => events.note(`pong ${text(payload)}`),
      close: (socket, { code, reason }) =>
        events.note(`close ${socket.readyState} ${code} ${reason}`),
    })
    const client = await opened(t, server)
    client.write(
      frame(opcodes.text, 'one'),
      frame(opcodes.ping, 'p'),
      frame(opcodes.pong, 'q'),
      frame(opcodes.text, 'two'),
      frame(opcodes.close, closePayload(3000, 'bye')),
      frame(opcodes.text, 'after the close'),
    )
    await client.gone()
    const expected = ['upgrade', 'open 1', 'message one', 'ping p', 'pong q', 'message two']
    for (const event of [...expected, 'close 3 3000 bye']) assert.equal(await events.next(), event)
    assert.equal(events.all.length, 7)
    assert.equal(server.sockets.size, 0)
  })

  test('get text as strings and binary as plain Uint8Arrays', async (t) => {
    const messages = calls<Message>()
    const server = await served(t, { message: (_, message) => messages.note(message) })
    const client = await opened(t, server)
    client.write(frame(opcodes.text, 'grüße 🌊'), frame(opcodes.binary, Uint8Array.of(0, 255)))
    client.write(frame(opcodes.binary, 'ab', false), frame(opcodes.more, 'cd'))
    client.write(frame(opcodes.text), frame(opcodes.binary))
    assert.equal(await messages.next(), 'grüße 🌊')
    for (const expected of [Uint8Array.of(0, 255), Buffer.from('abcd')]) {
      const bytes = (await messages.next()) as Uint8Array
      assert.equal(bytes.constructor, Uint8Array)
      assert.deepEqual([...bytes], [...expected])
    }
    assert.equal(await messages.next(), '')
    assert.deepEqual(await messages.next(), new Uint8Array(0))
  })

  test('may not be there at all: then messages wait for a loop', async (t) => {
    const server = await served(t)
    const client = await opened(t, server)
    client.write(frame(opcodes.text, 'a'), frame(opcodes.text, 'b'))
    client.write(frame(opcodes.close, closePayload(1000)))
    const got: Message[] = []
    for await (const message of [...server.sockets][0]!) got.push(message)
    assert.deepEqual(got, ['a', 'b'])
  })

  test('can send, in every shape a message has', async (t) => {
    const server = await served(t, {
      open(socket) {
        assert.equal(socket.send('text'), 'sent')
        assert.equal(socket.send(Uint8Array.of(1, 2)), 'sent')
        assert.equal(socket.send(Uint8Array.of(3, 4).buffer), 'sent')
        assert.equal(socket.send(Buffer.from('long'.repeat(50_000))), 'sent')
        assert.equal(socket.send(''), 'sent')
      },
    })
    const client = await opened(t, server)
    assert.equal(await client.text(), 'text')
    assert.deepEqual([...(await client.frame()).payload], [1, 2])
    assert.deepEqual([...(await client.frame()).payload], [3, 4])
    const long = await client.frame()
    assert.equal(long.opcode, opcodes.binary)
    assert.equal(long.payload.toString(), 'long'.repeat(50_000))
    assert.equal(await client.text(), '')
  })
})

describe('what is no message', () => {
  for (const value of [7, undefined, null, {}, [1, 2], true]) {
    test(`is refused: ${JSON.stringify(value)}`, async (t) => {
      const server = await served(t, { open: (socket) => socket.subscribe('room') })
      const client = await opened(t, server)
      const [socket] = server.sockets
      const message = value as never
      assert.throws(() => socket!.send(message), TypeError)
      assert.throws(() => server.publish('room', message), TypeError)
      if (value !== undefined) await assert.rejects(socket!.sendFragments([message]), TypeError)
      assert.equal(socket!.send('good'), 'sent')
      assert.equal(await client.text(), 'good')
    })
  }

  test('does not include views that are no Uint8Array: their bytes are sent', async (t) => {
    const server = await served(t)
    const client = await opened(t, server)
    const [socket] = server.sockets
    socket!.send(new DataView(Uint8Array.of(1, 2, 3, 4).buffer, 1, 2) as never)
    socket!.send(Uint16Array.of(0x0101) as never)
    assert.deepEqual([...(await client.frame()).payload], [2, 3])
    assert.deepEqual([...(await client.frame()).payload], [1, 1])
  })
})

describe('closing a socket', () => {
  test('from inside open lets the client see its 101 and the code', async (t) => {
    const server = await served(t, {
      open: (socket) => void socket.close(4001, 'not you'),
      message: () => assert.fail('a message after close in open'),
    })
    const client = rawClient(t, server)
    await client.upgrade()
    assert.deepEqual(await client.closeFrame(), { code: 4001, reason: 'not you' })
    await client.close(4001)
  })

  test('from inside open still reads what came before the answer', async (t) => {
    const messages = calls<Message>()
    const server = await served(t, {
      open: (socket) => void socket.close(),
      message: (_, message) => messages.note(message),
    })
    const client = await opened(t, server)
    assert.equal((await client.closeFrame()).code, 1000)
    client.write(frame(opcodes.text, 'on its way already'))
    assert.equal(await messages.next(), 'on its way already')
    await client.close()
  })

  test('sends what was sent before, and nothing that is sent after', async (t) => {
    const results = calls<string>()
    const server = await served(t, {
      message(socket) {
        results.note(socket.send('before'))
        void socket.close(1000)
        results.note(socket.send('after'))
        void socket.close(4000)
        assert.throws(() => void socket.ping(), { code: 'ERR_NOT_OPEN' })
      },
    })
    const client = await opened(t, server)
    client.write(frame(opcodes.text))
    assert.equal(await client.text(), 'before')
    assert.deepEqual(await client.closeFrame(), { code: 1000, reason: '' })
    assert.deepEqual(results.all, ['sent', 'dropped'])
    await client.close()
    assert.equal(client.pending.length, 0)
  })

  test('refuses codes and reasons that cannot be sent, and stays open', async (t) => {
    const server = await served(t)
    const client = await opened(t, server)
    const [socket] = server.sockets
    for (const code of [0, 999, 1004, 1005, 1006, 1015, 2999, 5000, 1000.5, Number.NaN]) {
      assert.throws(() => void socket!.close(code), { code: 'ERR_CLOSE_CODE' })
    }
    assert.throws(() => void socket!.close(1000, 'ü'.repeat(62)), { code: 'ERR_CLOSE_REASON' })
    assert.equal(socket!.readyState, 1)
    void socket!.close(4999, 'ü'.repeat(61))
    assert.deepEqual(await client.closeFrame(), { code: 4999, reason: 'ü'.repeat(61) })
  })

  test('echoes the code of the client', async (t) => {
    const server = await served(t)
    for (const [payload, code] of [
      [closePayload(1001, 'leaving'), 1001],
      [closePayload(4999), 4999],
      ['', 1005],
    ] as const) {
      const client = await opened(t, server)
      client.write(frame(opcodes.close, payload))
      assert.deepEqual(await client.closeFrame(), { code, reason: '' })
      await client.gone()
    }
  })

  test('of both sides at once is clean', async (t) => {
    const outcomes = calls<boolean>()
    const server = await served(t, {
      message: (socket) => void socket.close(1000),
      close: (_, { wasClean }) => outcomes.note(wasClean),
    })
    const client = await opened(t, server)
    client.write(frame(opcodes.text), frame(opcodes.close, closePayload(1001)))
    assert.deepEqual(await client.closeFrame(), { code: 1000, reason: '' })
    await client.gone()
    assert.equal(await outcomes.next(), true)
    assert.equal(client.pending.length, 0, 'one close frame')
  })

  test('in a message handler by terminate stops the messages behind it', async (t) => {
    const messages = calls<Message>()
    const closes = calls<number>()
    const server = await served(t, {
      message(socket, message) {
        messages.note(message)
        socket.terminate()
        socket.terminate()
      },
      close: (_, { code }) => closes.note(code),
    })
    const client = await opened(t, server)
    client.write(frame(opcodes.text, 'one'), frame(opcodes.text, 'two'))
    await client.gone()
    assert.equal(await closes.next(), 1006)
    assert.deepEqual(messages.all, ['one'])
  })

  test('again and again in the close handler changes nothing', async (t) => {
    const closes = calls<ServerSocket>()
    const server = await served(t, {
      close(socket) {
        socket.terminate()
        void socket.close(1011)
        socket.pause()
        socket.resume()
        socket.subscribe('room')
        assert.equal(socket.send('x'), 'dropped')
        assert.equal(socket.bufferedAmount, 0)
        closes.note(socket)
      },
    })
    const client = await opened(t, server)
    await client.close()
    const socket = await closes.next()
    const outcome = await socket.closed
    assert.equal(outcome.code, 1000)
    assert.equal(await socket.close(), outcome)
    assert.equal(socket.isSubscribed('room'), false)
    await setImmediate()
    assert.equal(closes.all.length, 1)
  })
})

describe('pausing a socket', () => {
  test('in open keeps everything back until it is resumed', async (t) => {
    const messages = calls<Message>()
    const server = await served(t, {
      open: (socket) => socket.pause(),
      message: (_, message) => messages.note(message),
    })
    const client = await opened(t, server)
    client.write(frame(opcodes.text, 'a'), frame(opcodes.text, 'b'))
    for (let turn = 0; turn < 20; turn++) await setImmediate()
    assert.deepEqual(messages.all, [])
    ;[...server.sockets][0]!.resume()
    assert.equal(await messages.next(), 'a')
    assert.equal(await messages.next(), 'b')
  })

  test('in a message handler keeps back what is in the same packet', async (t) => {
    const messages = calls<Message>()
    const server = await served(t, {
      message(socket, message) {
        messages.note(message)
        socket.pause()
      },
    })
    const client = await opened(t, server)
    client.write(frame(opcodes.text, 'a'), frame(opcodes.text, 'b'), frame(opcodes.text, 'c'))
    const [socket] = server.sockets
    for (const expected of ['a', 'b', 'c']) {
      assert.equal(await messages.next(), expected)
      await setImmediate()
      assert.equal(messages.all.at(-1), expected)
      socket!.resume()
    }
  })
})

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { PublishResult, ServerSocket } from '../../dist/node/index.js'
import { ports } from '../../dist/node/ports.js'
import { calls, frame, opcodes, opened, type RawClient, served } from './raw-client.ts'

const nobody: PublishResult = { matched: 0, sent: 0, buffered: 0, dropped: 0 }
const sentTo = (count: number): PublishResult => ({ ...nobody, matched: count, sent: count })

describe('topics', () => {
  test('what a member publishes comes to all other members', async (t) => {
    const results = calls<PublishResult>()
    const server = await served(t, {
      open: (socket) => socket.subscribe('room'),
      message: (socket, message) => results.note(socket.publish('room', message)),
    })
    const [ada, bob, eve] = [
      await opened(t, server),
      await opened(t, server),
      await opened(t, server),
    ]
    ada.write(frame(opcodes.text, 'hello'))
    assert.deepEqual(await results.next(), sentTo(2))
    assert.equal(await bob.text(), 'hello')
    assert.equal(await eve.text(), 'hello')
    bob.write(frame(opcodes.binary, 'bytes'))
    for (const client of [ada, eve]) {
      const { opcode, payload } = await client.frame()
      assert.equal(opcode, opcodes.binary)
      assert.equal(payload.toString(), 'bytes')
    }
    assert.equal(ada.pending.length, 0)
  })

  test('what the server publishes comes to every member', async (t) => {
    const server = await served(t, { open: (socket) => socket.subscribe('room') })
    const clients = [await opened(t, server), await opened(t, server)]
    assert.equal(server.subscriberCount('room'), 2)
    assert.deepEqual(server.topics, [{ name: 'room', members: 2 }])
    assert.deepEqual(server.publish('room', Uint8Array.of(7).buffer), sentTo(2))
    for (const client of clients) assert.deepEqual([...(await client.frame()).payload], [7])
    assert.deepEqual(server.publish('elsewhere', 'x'), nobody)
  })

  test('a publisher need not be a member', async (t) => {
    const server = await served(t)
    const [a] = await two(t, server)
    const [first, second] = [...server.sockets]
    first!.subscribe('room')
    assert.deepEqual(second!.publish('room', 'from outside'), sentTo(1))
    assert.equal(await a.text(), 'from outside')
    assert.deepEqual(first!.publish('room', 'to nobody'), nobody)
  })

  test('a message is framed once, and the same bytes go to all', async (t) => {
    const server = await served(t, { open: (socket) => socket.subscribe('room') })
    await two(t, server)
    const encode = t.mock.method(ports, 'encodeUtf8')
    server.publish('room', 'x')
    server.publish('empty', 'y')
    assert.deepEqual(
      encode.mock.calls.map(({ arguments: [text] }) => text),
      ['x'],
    )
  })

  test('are left by unsubscribing, and by closing in any way', async (t) => {
    const closes = calls<string[]>()
    const server = await served(t, {
      open: (socket) => ['a', 'b', '__proto__'].forEach((topic) => socket.subscribe(topic)),
      close: (socket) => closes.note(socket.subscriptions),
    })
    const [a, b] = await two(t, server)
    const [first] = server.sockets
    assert.deepEqual(first!.subscriptions, ['a', 'b', '__proto__'])
    first!.unsubscribe('a')
    first!.unsubscribe('a')
    assert.equal(first!.isSubscribed('a'), false)
    assert.equal(first!.isSubscribed('__proto__'), true)
    assert.equal(server.subscriberCount('a'), 1)
    assert.deepEqual(server.publish('__proto__', 'x'), sentTo(2))
    await a.text()
    await a.close()
    b.socket.resetAndDestroy()
    assert.deepEqual(await closes.next(), [])
    assert.deepEqual(await closes.next(), [])
    assert.deepEqual(server.topics, [])
  })

  test('with names that cannot be are refused, and nothing is joined', async (t) => {
    const server = await served(t)
    await opened(t, server)
    const [socket] = server.sockets
    for (const name of ['', 'a\nb', 'x'.repeat(257), 7 as unknown as string]) {
      assert.throws(() => socket!.subscribe(name), { code: 'ERR_TOPIC_NAME' })
      assert.throws(() => socket!.publish(name, 'x'), { code: 'ERR_TOPIC_NAME' })
      assert.throws(() => server.publish(name, 'x'), { code: 'ERR_TOPIC_NAME' })
    }
    assert.deepEqual(server.topics, [])
  })

  test('cannot be joined any more by a socket that is closed', async (t) => {
    const closed = calls<ServerSocket>()
    const server = await served(t, {
      close(socket) {
        socket.subscribe('room')
        closed.note(socket)
      },
    })
    await (await opened(t, server)).close()
    const socket = await closed.next()
    socket.subscribe('room')
    assert.equal(socket.isSubscribed('room'), false)
    assert.deepEqual(server.topics, [])
  })

  test('a member that is closing counts as dropped', async (t) => {
    const server = await served(t, { open: (socket) => socket.subscribe('room') })
    const [a, b] = await two(t, server)
    void [...server.sockets][0]!.close()
    const expected = { matched: 2, sent: 1, buffered: 0, dropped: 1 }
    assert.deepEqual(server.publish('room', 'x'), expected)
    assert.equal(await b.text(), 'x')
    assert.equal((await a.closeFrame()).code, 1000)
  })

  test('can be published to from every handler', async (t) => {
    const server = await served(t, {
      open(socket) {
        socket.subscribe('room')
        socket.publish('room', 'open')
      },
      message: (socket) => void socket.publish('room', 'message'),
      ping: (socket) => void socket.publish('room', 'ping'),
      close: (socket) => void socket.publish('room', 'close'),
    })
    const witness = await opened(t, server)
    const client = await opened(t, server)
    client.write(frame(opcodes.text), frame(opcodes.ping))
    await client.close()
    for (const event of ['open', 'message', 'ping', 'close']) {
      assert.equal(await witness.text(), event)
    }
  })

  test('published to by members that answer each other come to an end with them', async (t) => {
    let rounds = 0
    const server = await served(t, {
      open: (socket) => socket.subscribe('room'),
      message(socket, message) {
        if (++rounds < 100) socket.publish('room', message)
        else server.publish('room', 'enough')
      },
    })
    const clients = await two(t, server)
    clients[0].write(frame(opcodes.text, 'ball'))
    await Promise.all(clients.map(play))
    assert.ok(rounds >= 100)
  })
})

/** Sends back what comes until it is enough. */
async function play(client: RawClient): Promise<void> {
  for (;;) {
    const text = await client.text()
    if (text === 'enough') return
    client.write(frame(opcodes.text, text))
  }
}

async function two(
  t: Parameters<typeof opened>[0],
  server: Parameters<typeof opened>[1],
): Promise<[RawClient, RawClient]> {
  return [await opened(t, server), await opened(t, server)]
}

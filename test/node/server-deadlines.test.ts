import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { CloseOutcome, Message } from '../../dist/node/index.js'
import { calls, frame, opcodes, opened, type RawClient, served } from './raw-client.ts'

const heartbeat = { interval: 20, timeout: 60 }

/** Answers so many pings. */
async function answerPings(client: RawClient, count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    const { opcode, payload } = await client.frame()
    assert.equal(opcode, opcodes.ping)
    client.write(frame(opcodes.pong, payload))
  }
}

describe('the heartbeat of a server', () => {
  test('keeps a client that answers, and measures it', async (t) => {
    const pongs = calls<void>()
    const server = await served(t, { heartbeat, pong: () => pongs.note() })
    const client = await opened(t, server)
    const [socket] = server.sockets
    assert.equal(socket!.rtt, undefined)
    await answerPings(client, 5)
    await pongs.next()
    assert.ok(socket!.rtt! >= 0)
    assert.equal(socket!.readyState, 1)
  })

  test('gives up a client that does not, even where it still sends half a frame', async (t) => {
    const outcomes = calls<CloseOutcome>()
    const server = await served(t, { heartbeat, close: (_, outcome) => outcomes.note(outcome) })
    const silent = await opened(t, server)
    const other = await opened(t, server)
    const answering = answerPings(other, 8)
    const { code, cause } = await outcomes.next()
    assert.equal(code, 1006)
    assert.equal(cause.trigger, 'heartbeat')
    await silent.gone()
    await answering
    assert.equal(server.sockets.size, 1)
  })

  test('is not needed while the client talks', async (t) => {
    const messages = calls<Message>()
    const server = await served(t, {
      heartbeat: { interval: 500, timeout: 500 },
      message: (_, message) => messages.note(message),
    })
    const client = await opened(t, server)
    for (let i = 0; i < 10; i++) {
      client.write(frame(opcodes.text, String(i)))
      assert.equal(await messages.next(), String(i))
    }
    assert.equal(client.pending.length, 0)
  })

  test('can be left out', async (t) => {
    const server = await served(t, { heartbeat: false })
    const client = await opened(t, server)
    const beating = await served(t, { heartbeat })
    const other = await opened(t, beating)
    await answerPings(other, 4)
    assert.equal(client.pending.length, 0)
  })

  test('does not count against a client that is not read', async (t) => {
    const server = await served(t, { heartbeat })
    const client = await opened(t, server)
    const [socket] = server.sockets
    socket!.pause()
    const beating = await served(t, { heartbeat })
    await answerPings(await opened(t, beating), 8)
    assert.equal(socket!.readyState, 1)
    socket!.resume()
    await answerPings(client, 2)
  })

  test('is one timer for any number of connections, and none afterwards', async (t) => {
    const server = await served(t, { heartbeat: { interval: 25, timeout: 1000 } })
    const clients = await Promise.all(Array.from({ length: 50 }, () => opened(t, server)))
    const timers = t.mock.method(globalThis, 'setTimeout')
    await Promise.all(clients.map((client) => answerPings(client, 4)))
    assert.ok(timers.mock.callCount() < 100, `${timers.mock.callCount()} timers for 200 pings`)
  })
})

describe('a frame that comes in drops', () => {
  test('is no stall while it moves', async (t) => {
    const messages = calls<Message>()
    const server = await served(t, {
      limits: { frameTimeout: 60 },
      message: (_, message) => messages.note(message),
    })
    const client = await opened(t, server)
    const bytes = [...frame(opcodes.text, 'drop by drop')]
    const timer = setInterval(() => {
      if (bytes.length > 0) client.write(Uint8Array.of(bytes.shift()!))
    }, 10)
    t.after(() => clearInterval(timer))
    assert.equal(await messages.next(), 'drop by drop')
  })

  test('that stops is closed with 1008, and the reason is sent', async (t) => {
    const server = await served(t, { limits: { frameTimeout: 40 } })
    for (const length of [1, 2, 5, 7]) {
      const client = await opened(t, server)
      client.write(frame(opcodes.binary, 'never whole').subarray(0, length))
      const { code, reason } = await client.closeFrame()
      assert.equal(code, 1008)
      assert.equal(reason, 'a frame stood unfinished for 40 ms')
      await client.close(1008)
    }
  })
})

describe('a client that does not end its connection', () => {
  for (const [what, bytes] of [
    ['after its own close frame', frame(opcodes.close)],
    ['after it broke the protocol', Buffer.of(0xff, 0xff, 0, 0, 0, 0, 0, 0)],
  ] as const) {
    test(`is cut off at the deadline ${what}`, async (t) => {
      const outcomes = calls<CloseOutcome>()
      const server = await served(t, {
        limits: { closeTimeout: 40 },
        close: (_, outcome) => outcomes.note(outcome),
      })
      const client = await opened(t, server)
      // It neither ends its side nor stops talking.
      client.socket.allowHalfOpen = true
      client.write(bytes)
      await client.closeFrame()
      const timer = setInterval(() => client.socket.writable && client.write('more'), 5)
      t.after(() => clearInterval(timer))
      await outcomes.next()
      assert.equal(server.sockets.size, 0)
    })
  }
})

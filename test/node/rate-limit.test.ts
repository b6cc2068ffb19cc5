import assert from 'node:assert/strict'
import { setImmediate } from 'node:timers/promises'
import { describe, test } from 'node:test'
import { attach, type CloseOutcome, OptionError } from '../../dist/node/index.js'
import { RateMeter, type RateOptions, resolveRate } from '../../dist/node/rate-limit.js'
import { calls, frame, opcodes, opened, served } from './raw-client.ts'

const numbered = (count: number): Buffer =>
  Buffer.concat(Array.from({ length: count }, (_, i) => frame(opcodes.text, String(i))))

describe('a client that sends faster than it may', () => {
  test('is held back, and nothing of it is lost', async (t) => {
    const received: string[] = []
    const first = calls<void>()
    const last = calls<void>()
    const server = await served(t, {
      rate: { messages: 100 },
      message: (_, message) => {
        received.push(message as string)
        if (received.length === 1) first.note()
        if (received.length === 130) last.note()
      },
    })
    const client = await opened(t, server)
    client.write(numbered(130))
    await first.next()
    await setImmediate()
    assert.ok(received.length <= 102, String(received.length))
    await last.next()
    assert.deepEqual(
      received,
      Array.from({ length: 130 }, (_, i) => String(i)),
    )
    await client.close()
  })

  test('is held back by its bytes', async (t) => {
    let bytes = 0
    const done = calls<void>()
    const first = calls<void>()
    const server = await served(t, {
      rate: { bytes: 1_000_000 },
      message: (_, message) => {
        if (bytes === 0) first.note()
        bytes += message.length
        if (bytes === 1_300_000) done.note()
      },
    })
    const client = await opened(t, server)
    for (let i = 0; i < 13; i++) client.write(frame(opcodes.binary, Buffer.alloc(100_000)))
    await first.next()
    await done.next()
    await client.close()
  })

  test('stays held back by the program when its time has come', async (t) => {
    const sockets = calls<{ resume(): void; pause(): void }>()
    const messages = calls<unknown>()
    const server = await served(t, {
      rate: { messages: 1 },
      open: (socket) => sockets.note(socket),
      message: (socket, message) => {
        messages.note(message)
        if (messages.all.length === 2) socket.pause()
      },
    })
    const client = await opened(t, server)
    const socket = await sockets.next()
    client.write(numbered(3))
    await messages.next()
    await messages.next()
    socket.resume()
    assert.equal(await messages.next(), '2')
    await client.close()
  })

  test('loses messages where that is the policy', async (t) => {
    const received: unknown[] = []
    const closed = calls<CloseOutcome>()
    const server = await served(t, {
      rate: { messages: 2, burst: 2, policy: 'drop' },
      message: (_, message) => received.push(message),
      ping: () => received.push('ping'),
      pong: () => received.push('pong'),
      close: (_, outcome) => closed.note(outcome),
    })
    const client = await opened(t, server)
    client.write(numbered(6), frame(opcodes.ping, ''), frame(opcodes.pong, ''))
    assert.equal((await client.frame()).opcode, opcodes.pong)
    await client.close()
    assert.equal((await closed.next()).code, 1000)
    assert.deepEqual(received, ['0', '1', '2', '3'])
  })

  test('is closed with 1008 where that is the policy', async (t) => {
    const received: unknown[] = []
    const closed = calls<CloseOutcome>()
    const server = await served(t, {
      rate: { messages: 3, policy: 'close' },
      message: (_, message) => received.push(message),
      close: (_, outcome) => closed.note(outcome),
    })
    const client = await opened(t, server)
    client.write(numbered(6))
    const { code, reason } = await client.closeFrame()
    assert.deepEqual([code, reason], [1008, 'more came in a second than the rate allows'])
    client.socket.end()
    const { cause } = await closed.next()
    assert.equal(cause.trigger, 'limit')
    assert.deepEqual(received, ['0', '1', '2'])
  })
})

describe('a meter', () => {
  const meter = (options: RateOptions): RateMeter => new RateMeter(resolveRate(options)!, 0)

  test('allows the burst and then the rate', () => {
    const messages = meter({ messages: 10, burst: 2 })
    for (let i = 0; i < 20; i++) assert.equal(messages.message(0), true)
    assert.equal(messages.allowsAt(0), 100)
    assert.equal(messages.message(0), false)
    assert.equal(messages.allowsAt(0), 200)
    assert.equal(messages.message(200), true)
  })

  test('counts bytes when they come, and messages against what is left', () => {
    const bytes = meter({ bytes: 1000 })
    bytes.received(1000, 0)
    assert.equal(bytes.message(0), true)
    bytes.received(500, 0)
    assert.equal(bytes.message(0), false)
    assert.equal(bytes.allowsAt(0), 501)
    bytes.received(0, 501)
    assert.equal(bytes.message(501), true)
  })

  test('has options in a range', () => {
    for (const rate of [
      { messages: 0 },
      { bytes: 1.5 },
      { burst: 0 },
      { policy: 'pause' },
      { mesages: 1 },
      5,
    ] as never[]) {
      assert.throws(() => attach(null, { rate }), OptionError)
    }
    assert.equal(resolveRate({})!.policy, 'delay')
  })
})

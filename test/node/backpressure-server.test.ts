import assert from 'node:assert/strict'
import { setImmediate } from 'node:timers/promises'
import { describe, test, type TestContext } from 'node:test'
import type {
  CloseOutcome,
  ListeningServer,
  ServeOptions,
  ServerSocket,
} from '../../dist/node/index.js'
import {
  calls,
  closePayload,
  frame,
  opcodes,
  opened,
  type RawClient,
  served,
} from './raw-client.ts'

const kib = 1024
const block = 'x'.repeat(32 * kib)
const limits = { buffered: 256 * kib, closeTimeout: 50 }
/** What Tidewire may hold for one connection: the limit, a write that is under way, and a message. */
const most = limits.buffered + 64 * kib + 2 * block.length

interface Slow {
  readonly server: ListeningServer
  readonly client: RawClient
  readonly socket: ServerSocket
  readonly outcomes: ReturnType<typeof calls<CloseOutcome>>
  readonly drains: ReturnType<typeof calls<void>>
}

/** A connection whose client does not read until its socket is resumed. */
async function slow(t: TestContext, options: ServeOptions): Promise<Slow> {
  const [outcomes, drains] = [calls<CloseOutcome>(), calls<void>()]
  const server = await served(t, {
    limits,
    open: (socket) => socket.subscribe('room'),
    drain: () => drains.note(),
    close: (_, outcome) => outcomes.note(outcome),
    ...options,
  })
  const client = await opened(t, server)
  client.socket.pause()
  return { server, client, socket: [...server.sockets][0]!, outcomes, drains }
}

/** Sends numbered messages until one has to wait. @returns How many were sent. */
async function fill({ socket }: Slow): Promise<number> {
  let count = 0
  // The kernel may take more a little later: it has to say no several times.
  for (let quiet = 0; quiet < 20; quiet++) {
    while (socket.send(`${count}:${block}`) === 'sent') {
      count++
      quiet = 0
      await Promise.resolve()
    }
    count++
    if (socket.readyState !== 1 || socket.bufferedAmount > limits.buffered / 2) return count
    await setImmediate()
  }
  return count
}

/** The numbers that a client gets, up to and with `last`. */
async function numbersUpTo(client: RawClient, last: number): Promise<number[]> {
  client.socket.resume()
  const numbers: number[] = []
  while (numbers.at(-1) !== last) numbers.push(Number.parseInt(await client.text(), 10))
  return numbers
}

describe('a client that reads slowly', () => {
  test('gets everything in order once it reads, and the socket is drained', async (t) => {
    const held = await slow(t, {})
    const { client, socket, drains } = held
    const count = await fill(held)
    assert.equal(socket.send('small'), 'buffered')
    assert.ok(socket.bufferedAmount > 0)
    const drained = socket.drained()
    const numbers = await numbersUpTo(client, count - 1)
    assert.deepEqual(numbers, [...Array(count).keys()])
    assert.equal(await client.text(), 'small')
    await drained
    await drains.next()
    assert.equal(drains.all.length, 1)
    assert.equal(socket.bufferedAmount, 0)
    assert.equal(socket.send('and on'), 'sent')
    assert.equal(await client.text(), 'and on')
  })

  test('is closed with 1013 at the limit by default, and nothing grows', async (t) => {
    const held = await slow(t, {})
    const { client, socket, outcomes } = held
    await fill(held)
    const results = new Set<string>()
    for (let i = 0; i < 1000; i++) {
      results.add(socket.send(block))
      assert.ok(socket.bufferedAmount <= most, `${socket.bufferedAmount} bytes wait`)
    }
    assert.deepEqual([...results], ['buffered', 'dropped'])
    assert.equal(socket.readyState, 2)
    const { code, wasClean, cause } = await outcomes.next()
    assert.deepEqual([code, wasClean, cause.trigger, cause.by], [1013, false, 'limit', 'local'])
    assert.match(cause.text, /more than 262144 bytes waited for a slow receiver/)
    assert.equal((cause.error as { code?: string }).code, 'ERR_LIMIT_BUFFERED')
    client.socket.resume()
    await client.gone()
  })

  test('sees the 1013 when it reads before the closing handshake is over', async (t) => {
    const held = await slow(t, { limits: { buffered: 256 * kib } })
    const { client, socket } = held
    await fill(held)
    while (socket.send(block) !== 'dropped') continue
    client.socket.resume()
    for (;;) {
      const { opcode, payload } = await client.frame()
      if (opcode === opcodes.text) continue
      assert.equal(opcode, opcodes.close)
      assert.equal(payload.readUInt16BE(), 1013)
      break
    }
    await client.gone()
  })

  for (const slowConsumer of ['drop-newest', 'drop-oldest', 'keep-latest'] as const) {
    test(`loses messages and stays open with ${slowConsumer}, and nothing grows`, async (t) => {
      const held = await slow(t, { slowConsumer })
      const { server, client, socket } = held
      let count = await fill(held)
      const results = new Set<string>()
      for (const last = count + 1000; count < last; count++) {
        results.add(socket.send(`${count}:${block}`))
        assert.ok(socket.bufferedAmount <= most, `${socket.bufferedAmount} bytes wait`)
      }
      const dropsNewest = slowConsumer === 'drop-newest'
      assert.deepEqual([...results], dropsNewest ? ['buffered', 'dropped'] : ['buffered'])
      client.socket.resume()
      await socket.drained()
      assert.equal(socket.send('1000000'), 'sent')
      const numbers = await numbersUpTo(client, 1_000_000)
      assert.deepEqual(
        numbers,
        numbers.toSorted((a, b) => a - b),
        'in order',
      )
      assert.ok(numbers.length < count)
      assert.equal(numbers.includes(count - 1), !dropsNewest)
      // The one that was sent last has no place among the numbered.
      const dropped = count - (numbers.length - 1)
      const { messages, limits: hit } = server.metrics
      assert.deepEqual(messages, { received: 0, sent: numbers.length, dropped })
      assert.deepEqual(hit, { ERR_LIMIT_BUFFERED: dropped })
    })
  }

  test('gets only the latest of each key, and of each topic, with keep-latest', async (t) => {
    const held = await slow(t, { slowConsumer: 'keep-latest' })
    const { server, client, socket } = held
    await fill(held)
    for (let i = 0; i < 50; i++) {
      socket.send(`price ${i}`, { key: 'price' })
      socket.send(`other ${i}`, { key: '__proto__' })
      assert.equal(server.publish('room', `room ${i}`).buffered, 1)
    }
    client.socket.resume()
    const texts: string[] = []
    while (!texts.at(-1)?.startsWith('room')) texts.push(await client.text())
    const short = texts.filter((text) => text.length < 20)
    assert.deepEqual(short, ['price 49', 'other 49', 'room 49'])
  })

  test('counts as buffered or dropped when a topic is published to', async (t) => {
    const results = calls<string>()
    const server = await served(t, {
      limits,
      slowConsumer: 'keep-latest',
      open: (socket) => socket.subscribe('room'),
      message(socket) {
        const { matched, sent, buffered, dropped } = socket.publish('room', block)
        results.note(`${matched} ${sent} ${buffered} ${dropped}`)
        socket.send('published')
      },
    })
    const client = await opened(t, server)
    client.socket.pause()
    const other = await opened(t, server)
    do {
      other.write(frame(opcodes.text))
      assert.equal(await other.text(), 'published')
    } while ((await results.next()) !== '1 0 1 0')
    const [socket] = server.sockets
    assert.ok(socket!.bufferedAmount <= most)
    client.socket.resume()
    await socket!.drained()
  })

  test('gets what was sent before the close, and then the close', async (t) => {
    const held = await slow(t, { limits: { buffered: 256 * kib } })
    const { client, socket } = held
    const count = await fill(held)
    assert.equal(socket.send(`${count}: last`), 'buffered')
    void socket.close(1000, 'done')
    assert.equal(socket.send('late'), 'dropped')
    const numbers = await numbersUpTo(client, count)
    assert.deepEqual(numbers, [...Array(count + 1).keys()])
    assert.deepEqual(await client.closeFrame(), { code: 1000, reason: 'done' })
    client.write(frame(opcodes.close, closePayload(1000)))
    const { wasClean } = await socket.closed
    assert.equal(wasClean, true)
  })

  test('that goes away leaves nobody waiting', async (t) => {
    const held = await slow(t, {})
    const { client, socket } = held
    await fill(held)
    const waiting = [socket.drained(), socket.drained()]
    client.socket.resetAndDestroy()
    for (const promise of waiting) await assert.rejects(promise, { code: 'ERR_CLOSED' })
    assert.equal(socket.send('x'), 'dropped')
  })

  const alive: Readonly<Record<string, (t: TestContext, held: Slow) => void>> = {
    'the program has paused': (_, { socket }) => socket.pause(),
    'it goes on sending': (t, { client }) => {
      const timer = setInterval(() => client.write(frame(opcodes.pong)), 10)
      t.after(() => clearInterval(timer))
    },
  }
  for (const [what, begin] of Object.entries(alive)) {
    test(`is given up when it takes nothing for long, though ${what}`, async (t) => {
      const held = await slow(t, { limits: { ...limits, outputTimeout: 150 } })
      begin(t, held)
      await fill(held)
      const { code, wasClean, cause } = await held.outcomes.next()
      assert.deepEqual([code, wasClean, cause.trigger, cause.by], [1006, false, 'limit', 'local'])
      assert.match(cause.text, /nothing of what waited for the peer was taken for 150 ms/)
      const name = 'ERR_LIMIT_OUTPUT_TIMEOUT'
      assert.equal((cause.error as { code?: string }).code, name)
      assert.deepEqual(held.server.metrics.limits, { [name]: 1 })
      held.client.socket.resume()
      await held.client.gone()
    })
  }

  test('is waited for no longer than the signal allows', async (t) => {
    const held = await slow(t, {})
    await fill(held)
    const controller = new AbortController()
    const drained = held.socket.drained({ signal: controller.signal })
    controller.abort(new Error('enough'))
    await assert.rejects(drained, { message: 'enough' })
  })

  test('cannot make small messages cost more than large ones', async (t) => {
    const held = await slow(t, {})
    const { client, socket } = held
    await fill(held)
    const before = process.memoryUsage()
    let count = 0
    while (socket.send('') === 'buffered') count++
    const after = process.memoryUsage()
    const taken = after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers
    assert.ok(count > 10_000)
    assert.ok(taken < 16 << 20, `${count} empty messages take ${taken} bytes`)
    client.socket.resume()
    await client.gone()
  })

  for (const opcode of [opcodes.ping, opcodes.text]) {
    const what = opcode === opcodes.ping ? 'pings' : 'asks for echoes'
    test(`but ${what} without end holds little of our memory`, async (t) => {
      let largest = 0
      const note = (socket: ServerSocket): void => {
        largest = Math.max(largest, socket.bufferedAmount)
      }
      const { client, socket } = await slow(t, {
        slowConsumer: 'drop-newest',
        ping: note,
        message(self, message) {
          self.send(message)
          note(self)
        },
      })
      const flood = Buffer.concat(Array(500).fill(frame(opcode, 'p'.repeat(125))))
      for (let i = 0; i < 400; i++) {
        if (!client.socket.write(flood)) await new Promise((go) => client.socket.once('drain', go))
      }
      client.write(frame(opcodes.ping, 'the last'))
      await setImmediate()
      assert.ok(largest <= most, `${largest} bytes waited`)
      client.socket.resume()
      let count = 0
      for (;;) {
        const { payload } = await client.frame()
        count++
        if (payload.toString() === 'the last') break
      }
      assert.ok(count < 200_000, 'most were not answered')
      assert.equal(socket.readyState, 1)
    })
  }
})

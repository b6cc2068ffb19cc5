import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { Socket as NetSocket } from 'node:net'
import { describe, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import type { WebSocket } from 'ws'
import type { ClientSocket } from '../../dist/node/client-socket.js'
import { connect } from '../../dist/node/connect.js'
import { deferred } from '../../dist/node/deferred.js'
import {
  acceptance,
  closeFrame,
  frame,
  opcodes,
  rawPeer,
  rejection,
  textOf,
  wsPeer,
} from './peers.ts'

const kilobytes = 1024
const block = 64 * kilobytes

/** A message of 64 KiB that says which one it is. */
function numbered(index: number): Uint8Array {
  const bytes = Buffer.alloc(block - 512)
  bytes.writeUInt32BE(index)
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length)
}

function numberOf(message: unknown): number {
  return Buffer.from(message as Uint8Array).readUInt32BE()
}

interface SlowPeer {
  readonly url: string
  /** What it has read, by number. */
  readonly numbers: number[]
  readonly socket: Promise<WebSocket>
}

/** A server that reads nothing until it is resumed. */
async function slowPeer(t: Parameters<typeof wsPeer>[0]): Promise<SlowPeer> {
  const numbers: number[] = []
  const { promise, resolve } = deferred<WebSocket>()
  const url = await wsPeer(t, (socket) => {
    socket.pause()
    socket.on('message', (data) => numbers.push(numberOf(data)))
    resolve(socket)
  })
  return { url, numbers, socket: promise }
}

/** Sends numbered messages until the transport takes no more and one has to wait. @returns How many. */
async function fill(socket: ClientSocket): Promise<number> {
  let count = 0
  // The kernel takes what it can between turns.
  for (let quiet = 0; quiet < 20; quiet++) {
    await setImmediate()
    while (socket.send(numbered(count)) === 'sent') {
      count++
      quiet = 0
      await Promise.resolve()
    }
    count++
    if (socket.bufferedAmount > 4 * block) break
  }
  return count
}

describe('a peer that reads slowly', () => {
  test('makes send say so, and drained wait', async (t) => {
    const peer = await slowPeer(t)
    const drains: number[] = []
    const socket = await connect(peer.url, {
      limits: { buffered: 2 ** 30 },
      drain: (drained) => drains.push(drained.bufferedAmount),
    })
    await socket.drained()
    const sent = await fill(socket)
    assert.ok(socket.bufferedAmount > 0)
    assert.equal(socket.send('later'), 'buffered')
    const server = await peer.socket
    const messages = once(server, 'close')
    let drained = false
    const waiting = socket.drained().then(() => (drained = true))
    await setImmediate()
    assert.equal(drained, false)
    assert.deepEqual(drains, [])
    server.resume()
    await waiting
    assert.equal(drains.length, 1)
    assert.equal((await socket.close()).wasClean, true)
    await messages
    assert.deepEqual(
      peer.numbers.slice(0, sent),
      Array.from({ length: sent }, (_, index) => index),
    )
    assert.equal(peer.numbers.length, sent + 1)
    assert.equal(socket.bufferedAmount, 0)
  })

  test('lets drained be given up, and fails it when the connection closes', async (t) => {
    const peer = await slowPeer(t)
    const socket = await connect(peer.url, { limits: { buffered: 2 ** 30 } })
    await fill(socket)
    const controller = new AbortController()
    const given = rejection(socket.drained({ signal: controller.signal }))
    const failed = rejection(socket.drained())
    controller.abort()
    assert.equal((await given).name, 'AbortError')
    assert.equal(
      (await rejection(socket.drained({ signal: controller.signal }))).name,
      'AbortError',
    )
    socket.terminate()
    assert.equal(
      'code' in (await failed) && ((await failed) as { code?: string }).code,
      'ERR_CLOSED',
    )
  })

  test('is closed with 1013', async (t) => {
    const peer = await slowPeer(t)
    const socket = await connect(peer.url, { limits: { buffered: 8 * block } })
    await fill(socket)
    let index = 0
    while (socket.readyState === 1) socket.send(numbered(index++))
    assert.equal(socket.send('too late'), 'dropped')
    const server = await peer.socket
    const closed = once(server, 'close')
    server.resume()
    const [code, reason] = (await closed) as [number, Buffer]
    assert.equal(code, 1013)
    assert.match(String(reason), /more than 524288 bytes waited for a slow receiver/)
    const { cause } = await socket.closed
    assert.equal(cause.trigger, 'limit')
    assert.equal((cause.error as { code?: string }).code, 'ERR_LIMIT_BUFFERED')
  })

  for (const policy of ['drop-newest', 'drop-oldest'] as const) {
    test(`loses messages with ${policy}, and no others`, async (t) => {
      const peer = await slowPeer(t)
      const socket = await connect(peer.url, {
        slowConsumer: policy,
        limits: { buffered: 8 * block },
      })
      const expected = Array.from({ length: await fill(socket) }, (_, index) => index)
      const results: string[] = []
      for (let index = 1000; index < 1050; index++) {
        const result = socket.send(numbered(index))
        results.push(result)
        if (result !== 'dropped') expected.push(index)
      }
      const server = await peer.socket
      server.resume()
      await socket.drained()
      assert.equal(socket.send(numbered(2000)), 'sent')
      expected.push(2000)
      await socket.close()
      if (policy === 'drop-newest') {
        assert.ok(results.includes('dropped'))
        assert.deepEqual(peer.numbers, expected)
      } else {
        assert.deepEqual([...new Set(results)], ['buffered'])
        assert.deepEqual(peer.numbers.slice(-3), [1048, 1049, 2000])
        assert.ok(peer.numbers.length < expected.length)
        assert.deepEqual(
          peer.numbers,
          expected.filter((index) => peer.numbers.includes(index)),
        )
      }
    })
  }

  test('gets only the latest of a key with keep-latest', async (t) => {
    const peer = await slowPeer(t)
    const socket = await connect(peer.url, {
      slowConsumer: 'keep-latest',
      limits: { buffered: 2 ** 30 },
    })
    const sent = await fill(socket)
    for (let index = 1000; index < 1050; index++) {
      assert.equal(socket.send(numbered(index), { key: index % 2 ? 'odd' : 'even' }), 'buffered')
    }
    const server = await peer.socket
    server.resume()
    await socket.drained()
    await socket.close()
    assert.deepEqual(peer.numbers.slice(sent), [1048, 1049])
  })

  test('gets a message in fragments after what waited before it', async (t) => {
    const peer = await slowPeer(t)
    const socket = await connect(peer.url, { limits: { buffered: 2 ** 30 } })
    const sent = await fill(socket)
    const fragments = socket.sendFragments([numbered(sent), new Uint8Array(5)])
    assert.equal(socket.send(numbered(5000)), 'buffered')
    const server = await peer.socket
    server.resume()
    await fragments
    await socket.close()
    assert.deepEqual(
      peer.numbers.filter((number) => number < 5000),
      Array.from({ length: sent + 1 }, (_, index) => index),
    )
    assert.equal(peer.numbers.includes(5000), true)
  })

  test('still gets what waits when the program closes', async (t) => {
    const peer = await slowPeer(t)
    const socket = await connect(peer.url, { limits: { buffered: 2 ** 30 } })
    const sent = await fill(socket)
    const closed = socket.close(4000)
    const server = await peer.socket
    server.resume()
    assert.deepEqual([(await closed).code, (await closed).wasClean], [4000, true])
    assert.equal(peer.numbers.length, sent)
  })
})

/** Resolves when the peer has had no progress in writing for many turns of the event loop. */
async function heldBack(peer: NetSocket): Promise<number> {
  let last = -1
  for (let quiet = 0; quiet < 50; quiet++) {
    await setImmediate()
    if (peer.writableLength !== last) quiet = 0
    last = peer.writableLength
  }
  return last
}

describe('a program that reads slowly', () => {
  const count = 600

  /** A server that has sent 37 MiB and a close frame. */
  async function eagerPeer(t: Parameters<typeof rawPeer>[0]) {
    const { promise, resolve } = deferred<NetSocket>()
    const url = await rawPeer(t, (socket, request) => {
      socket.write(acceptance(request))
      for (let index = 0; index < count; index++) {
        socket.write(frame(opcodes.binary, numbered(index)))
      }
      socket.end(closeFrame(1000))
      resolve(socket)
    })
    return { url, socket: promise }
  }

  test('holds the peer back, and loses nothing', async (t) => {
    const peer = await eagerPeer(t)
    const socket = await connect(peer.url)
    const held = await heldBack(await peer.socket)
    assert.ok(held > (count * block) / 2, `${held} bytes are held back`)
    let next = 0
    for await (const message of socket) {
      assert.equal(numberOf(message), next++)
      if (next % 100 === 0) await setImmediate()
    }
    assert.equal(next, count)
    assert.equal((await socket.closed).wasClean, true)
  })

  test('may pause and resume a message handler', async (t) => {
    const peer = await eagerPeer(t)
    let next = 0
    const socket = await connect(peer.url, {
      open: (opened) => opened.pause(),
      message(received, message) {
        assert.equal(numberOf(message), next++)
        received.pause()
        void setImmediate().then(() => received.resume())
      },
    })
    assert.ok((await heldBack(await peer.socket)) > (count * block) / 2)
    assert.equal(next, 0)
    socket.resume()
    await socket.closed
    assert.equal(next, count)
  })

  test('pauses iteration as well', async (t) => {
    const url = await wsPeer(t, (peer) => peer.on('message', (data) => peer.send(data)))
    const socket = await connect(url)
    const messages = socket[Symbol.asyncIterator]()
    socket.pause()
    socket.send(numbered(7))
    let taken = false
    const first = messages.next().then((result) => {
      taken = true
      return result
    })
    assert.equal(await heldBackOrTaken(() => taken), false)
    socket.resume()
    assert.equal(numberOf((await first).value), 7)
    await socket.close()
  })

  test('may leave the loop and come back', async (t) => {
    const url = await wsPeer(t, (peer) => {
      for (let index = 0; index < 100; index++) peer.send(String(index))
      peer.close(1001)
    })
    const socket = await connect(url)
    const seen: unknown[] = []
    for (let round = 0; round < 10; round++) {
      for await (const message of socket) {
        seen.push(message)
        if (seen.length % 10 === 0) break
      }
    }
    assert.deepEqual(
      seen,
      Array.from({ length: 100 }, (_, index) => String(index)),
    )
    assert.deepEqual(await socket[Symbol.asyncIterator]().next(), { done: true, value: undefined })
  })

  test('may ask for many at once, in order', async (t) => {
    const url = await wsPeer(t, (peer) => peer.on('message', (data) => peer.send(textOf(data))))
    const socket = await connect(url)
    const messages = socket[Symbol.asyncIterator]()
    const asked = Promise.all([messages.next(), messages.next(), messages.next()])
    for (const word of ['a', 'b', 'c']) socket.send(word)
    assert.deepEqual(
      (await asked).map(({ value }) => value),
      ['a', 'b', 'c'],
    )
    const last = messages.next()
    await socket.close()
    assert.deepEqual(await last, { done: true, value: undefined })
  })

  test('does not pile up what comes after it has closed', async (t) => {
    let written = 0
    const url = await rawPeer(t, (peer, request) => {
      peer.write(acceptance(request))
      // It floods and answers the close only after that.
      peer.once('data', () => {
        for (let index = 0; index < 200; index++) peer.write(frame(opcodes.binary, numbered(index)))
        written = 200
        peer.end(closeFrame(1000))
      })
    })
    const socket = await connect(url)
    await socket.close()
    assert.equal(written, 200)
    let kept = 0
    for await (const message of socket) kept += message.length
    assert.ok(kept <= 2 * block, `${kept} bytes were kept`)
  })

  test('misses nothing in the middle of what comes after it has closed', async (t) => {
    const full = 32
    const peer = deferred<NetSocket>()
    const url = await rawPeer(t, (socket, request) => {
      socket.write(acceptance(request))
      socket.once('data', () => {
        for (let index = 0; index < full + 8; index++) {
          socket.write(frame(opcodes.binary, Uint8Array.of(index)))
        }
        peer.resolve(socket)
      })
    })
    const pongs = deferred<void>()
    const socket = await connect(url, { pong: () => pongs.resolve() })
    void socket.close()
    const sender = await peer.promise
    sender.write(frame(opcodes.pong, ''))
    await pongs.promise
    const seen: unknown[] = []
    const note = (message: unknown): void => void seen.push((message as Uint8Array)[0])
    const messages = socket[Symbol.asyncIterator]()
    // There is room again, for what comes after messages that found none.
    for (let taken = 0; taken < full / 2; taken++) note((await messages.next()).value)
    sender.end(Buffer.concat([frame(opcodes.binary, Uint8Array.of(99)), closeFrame(1000)]))
    for await (const message of messages) note(message)
    assert.deepEqual(
      seen,
      Array.from({ length: full }, (_, index) => index),
    )
  })
})

async function heldBackOrTaken(taken: () => boolean): Promise<boolean> {
  for (let turns = 0; turns < 50; turns++) await setImmediate()
  return taken()
}

describe('a message in fragments', () => {
  async function recorder(t: Parameters<typeof wsPeer>[0]) {
    const received: string[] = []
    const url = await wsPeer(t, (peer) => {
      peer.on('message', (data, isBinary) =>
        received.push(`${isBinary ? 'b' : 't'}:${textOf(data)}`),
      )
    })
    return { received, socket: await connect(url) }
  }

  test('is whole at the other end, and others wait for it', async (t) => {
    const { received, socket } = await recorder(t)
    const gate = deferred<void>()
    async function* parts() {
      yield 'a'
      yield 'b'
      await gate.promise
      yield 'c'
    }
    const fragments = socket.sendFragments(parts())
    const second = socket.sendFragments([Buffer.from('x'), Buffer.from('y')])
    await setImmediate()
    assert.equal(socket.send('between'), 'buffered')
    gate.resolve()
    await fragments
    await second
    await socket.sendFragments([])
    await socket.sendFragments(['only'])
    socket.send('after')
    await socket.close()
    const first = received.indexOf('t:abc')
    assert.equal(first, 0)
    assert.deepEqual(received.slice().sort(), ['b:xy', 't:abc', 't:after', 't:between', 't:only'])
  })

  test('goes at the speed of the peer', async (t) => {
    const { promise, resolve } = deferred<WebSocket>()
    const sizes: number[] = []
    const url = await wsPeer(
      t,
      (peer) => {
        peer.pause()
        peer.on('message', (data) => sizes.push((data as Buffer).length))
        resolve(peer)
      },
      { maxPayload: 2 ** 30 },
    )
    const socket = await connect(url)
    let given = 0
    function* parts() {
      for (; given < 600; given++) yield numbered(given)
    }
    const sending = socket.sendFragments(parts())
    let last = -1
    for (let quiet = 0; quiet < 50; quiet++) {
      await setImmediate()
      if (given !== last) quiet = 0
      last = given
    }
    assert.ok(given < 500, `${given} parts were taken`)
    const peer = await promise
    peer.resume()
    await sending
    await socket.close()
    assert.deepEqual(sizes, [600 * (block - 512)])
  })

  test('that fails closes the connection', async (t) => {
    const { received, socket } = await recorder(t)
    const broken = new Error('broken')
    function* parts() {
      yield 'a'
      yield 'b'
      throw broken
    }
    assert.equal(await rejection(socket.sendFragments(parts())), broken)
    assert.equal((await socket.closed).code, 1011)
    assert.deepEqual(received, [])
  })

  test('that fails before it has begun does not', async (t) => {
    const { received, socket } = await recorder(t)
    const parts: Iterable<string> = {
      [Symbol.iterator]() {
        throw new Error('broken')
      },
    }
    assert.match(String(await rejection(socket.sendFragments(parts))), /broken/)
    socket.send('fine')
    await socket.close()
    assert.deepEqual(received, ['t:fine'])
  })

  test('fails when the connection closes in its middle', async (t) => {
    const { socket } = await recorder(t)
    async function* parts() {
      yield 'a'
      yield 'b'
      await socket.close()
      yield 'c'
      yield 'd'
    }
    const error = await rejection(socket.sendFragments(parts()))
    assert.equal((error as { code?: string }).code, 'ERR_CLOSED')
    const late = await rejection(socket.sendFragments(['a']))
    assert.equal((late as { code?: string }).code, 'ERR_CLOSED')
  })
})

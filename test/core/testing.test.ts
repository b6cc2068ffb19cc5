import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import {
  ConnectionPair,
  decodeUtf8,
  encodeUtf8,
  FakeClock,
  seededRandom,
  testPorts,
} from '../../dist/testing/index.js'
import { ports as nodePorts } from '../../dist/node/ports.js'

test('a fake clock moves only when told', () => {
  const clock = new FakeClock(5)
  const { now } = clock
  assert.equal(now(), 5)
  clock.advance(10)
  assert.equal(now(), 15)
  assert.equal(testPorts({ clock }).now(), 15)
  assert.equal(testPorts().now(), 0)
})

test('random bytes depend on the seed alone', () => {
  const of = (seed: number): number[] => [...seededRandom(seed)(1000)]
  assert.deepEqual(of(1), of(1))
  assert.notDeepEqual(of(1), of(2))
  assert.ok(new Set(of(1)).size > 240)
  assert.deepEqual(testPorts({ seed: 7 }).random(3), seededRandom(7)(3))
  assert.deepEqual(testPorts().random(3), seededRandom(1)(3))
  assert.equal(testPorts().random(0).length, 0)
})

test('SHA-1 is the one that was given, and throws without', () => {
  const data = encodeUtf8('dGhlIHNhbXBsZSBub25jZQ==258EAFA5-E914-47DA-95CA-C5AB0DC85B11')
  const digest = testPorts({ sha1: (bytes) => nodePorts.sha1(bytes) }).sha1(data)
  assert.equal(Buffer.from(digest).toString('base64'), 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=')
  assert.throws(() => testPorts().sha1(data), /given no sha1/)
})

test('UTF-8 is that of the platform, for any text and any bytes', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('\ufeffa', '\ud800', 'a\udfffb'),
  )
  fc.assert(
    fc.property(text, (any) => {
      assert.deepEqual(encodeUtf8(any), nodePorts.encodeUtf8(any))
      assert.equal(decodeUtf8(encodeUtf8(any)), nodePorts.decodeUtf8(nodePorts.encodeUtf8(any)))
    }),
  )
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 6 }), (any) => {
      assert.equal(decodeUtf8(any), nodePorts.decodeUtf8(any))
    }),
    { numRuns: 2000 },
  )
})

test('nothing moves in a pair until it is told, and then as much as it is told', () => {
  const { client, server } = new ConnectionPair()
  client.connection.send('abc')
  assert.deepEqual([client.waiting, client.busy, server.busy], [9, true, false])
  client.deliverTo(server, 8)
  assert.deepEqual([client.waiting, server.messages], [1, []])
  client.connection.send('d')
  client.deliverTo(server, 1)
  assert.deepEqual([client.waiting, server.messages], [7, ['abc']])
  client.deliverTo(server)
  assert.deepEqual([client.waiting, server.messages], [0, ['abc', 'd']])
})

test('a pair gives the same bytes for the same seed', () => {
  const sent = (seed?: number): Uint8Array => {
    const { client } = new ConnectionPair(seed === undefined ? {} : { seed })
    client.connection.send('abc')
    return client.take()
  }
  assert.deepEqual(sent(), sent(1))
  assert.notDeepEqual(sent(), sent(2))
})

test('a pair can be had before its handshake', () => {
  const pair = new ConnectionPair({ open: false })
  assert.deepEqual(
    pair.sides.map(({ connection }) => connection.state),
    ['connecting', 'connecting'],
  )
})

test('what was delivered is not the memory of the sender', () => {
  const pair = new ConnectionPair()
  const payload = new Uint8Array(100_000)
  pair.server.connection.send(payload)
  pair.flow()
  assert.notEqual((pair.client.messages[0] as Uint8Array).buffer, payload.buffer)
})

test('a side that ended hands its end on after its last byte, once', () => {
  const { client, server } = new ConnectionPair()
  server.connection.send('last')
  client.connection.close(1000)
  client.deliverTo(server)
  assert.equal(server.finishes, 1)
  server.deliverTo(client, 8)
  assert.equal(client.finishes, 0)
  server.deliverTo(client)
  assert.deepEqual([client.messages, client.finishes], [['last'], 1])
  assert.deepEqual([server.busy, client.busy], [false, true])
})

test('a side that vanished neither hears nor says anything, and time passes for the other', () => {
  const pair = new ConnectionPair()
  pair.client.gone = true
  pair.client.connection.send('lost')
  pair.server.connection.send('lost')
  pair.server.connection.close(1000)
  pair.flow()
  assert.deepEqual([pair.client.messages, pair.server.messages], [[], []])
  assert.equal(pair.server.outcome, undefined)
  pair.pass(10_000)
  assert.equal(pair.server.outcome!.cause.text.includes('got no close frame'), true)
})

test('a side that aborts cuts the transport for both', () => {
  const pair = new ConnectionPair()
  pair.client.connection.send('lost')
  pair.client.connection.terminate()
  pair.flow()
  assert.deepEqual(
    pair.sides.map(({ outcome }) => outcome?.cause.trigger),
    ['terminate', 'transport'],
  )
  assert.deepEqual(pair.server.messages, [])
})

test('a handler can be told to react after its call was recorded', () => {
  const pair = new ConnectionPair()
  pair.server.react.onMessage = (message) => {
    pair.server.connection.send(`${pair.server.messages.length}: ${String(message)}`)
  }
  pair.client.connection.send('a')
  pair.client.connection.send('b')
  pair.flow(1)
  assert.deepEqual(pair.client.messages, ['1: a', '2: b'])
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import type { Message } from '../../../dist/core/index.js'
import { bytes } from '../wire.ts'
import { deflatePair } from './agreement.ts'
import { LateCompression } from './late-compression.ts'
import { noise, prose } from './payloads.ts'

const anyMessage: fc.Arbitrary<Message> = fc.oneof(
  fc.string({ maxLength: 60 }),
  fc.uint8Array({ maxLength: 60 }),
  fc.tuple(fc.nat(400), fc.nat(3)).map(([length, seed]) => prose(length, seed)),
  fc.tuple(fc.nat(400), fc.nat(3)).map(([length, seed]) => noise(length, seed)),
)

const step = fc.record({
  side: fc.nat(1),
  act: fc.constantFrom(
    ...(['send', 'send', 'send', 'encode', 'fragments', 'ping', 'pause', 'resume'] as const),
    ...(['deflate', 'deflate', 'inflate', 'inflate', 'move', 'move', 'switch'] as const),
  ),
  message: anyMessage,
  most: fc.integer({ min: 1, max: 300 }),
})
const direction = fc.record({
  contextTakeover: fc.boolean(),
  windowBits: fc.integer({ min: 8, max: 15 }),
})
const options = fc.record({
  send: direction,
  receive: direction,
  threshold: fc.constantFrom(0, 30),
})
/** How it ends: with a close of one side, or with both transports lost. */
const ending = fc.constantFrom('open', 'close', 'lose')

test('the order of messages is kept both ways, whatever finishes when and however it ends', () => {
  fc.assert(
    fc.property(options, options, fc.array(step, { maxLength: 40 }), ending, (a, b, steps, end) => {
      const client = new LateCompression()
      const server = new LateCompression()
      const pair = deflatePair({ client: a, server: b, compression: { client, server } })
      const by = [client, server] as const
      const sent: [Message[], Message[]] = [[], []]
      const pings = [0, 0]
      for (const { side, act, message, most } of steps) {
        const { connection } = pair.sides[side]!
        if (act === 'send' || act === 'encode' || act === 'fragments') sent[side]!.push(message)
        if (act === 'send') connection.send(message)
        if (act === 'encode') connection.sendEncoded(connection.encode(message))
        if (act === 'fragments') {
          connection.sendFragment(message, false)
          connection.sendFragment(message.slice(0, 0), true)
        }
        if (act === 'ping') {
          connection.ping(bytes('p'))
          pings[side]!++
        }
        if (act === 'pause' || act === 'resume') connection[act]()
        if (act === 'deflate' || act === 'inflate') by[side]!.finish(act)
        if (act === 'switch') by[side]!.late = !by[side]!.late
        if (act === 'move') pair.sides[side]!.deliverTo(pair.sides[1 - side]!, most)
      }
      const finishAll = (): void => {
        do {
          for (const { connection } of pair.sides) connection.resume()
          pair.flow(97)
        } while (client.finish() || server.finish() || pair.sides.some(({ busy }) => busy))
      }
      if (end !== 'open') finishAll()
      if (end === 'close') pair.client.connection.close(1000)
      finishAll()
      if (end === 'lose') pair.cut()
      assert.deepEqual(pair.server.messages, sent[0])
      assert.deepEqual(pair.client.messages, sent[1])
      assert.deepEqual([pair.server.pings.length, pair.client.pings.length], pings)
      for (const side of pair.sides) {
        const state = end === 'open' ? 'open' : 'closed'
        assert.deepEqual(
          [side.connection.state, side.outcomes.length],
          [state, end === 'open' ? 0 : 1],
        )
        if (end === 'close') assert.equal(side.outcome!.wasClean, true)
      }
    }),
    { numRuns: 500 },
  )
})

/** Anything at any time, the end of the connection too. */
const wild = fc.record({
  act: fc.constantFrom(
    ...(['send', 'send', 'ping', 'pause', 'resume', 'close', 'terminate', 'lose', 'end'] as const),
    ...(['deflate', 'inflate', 'inflate', 'peer', 'peer', 'peer', 'late', 'tick'] as const),
  ),
  size: fc.nat(200),
})

test('whatever happens when, nothing comes after the end, and the end comes once', () => {
  fc.assert(
    fc.property(fc.array(wild, { maxLength: 40 }), fc.nat(1), (steps, which) => {
      const compression = [new LateCompression(), new LateCompression()] as const
      const pair = deflatePair({ compression: { client: compression[0], server: compression[1] } })
      const side = pair.sides[which]!
      const peer = pair.sides[1 - which]!
      const { connection } = side
      let closed = false
      const told: string[] = []
      side.react = {
        onMessage: () => void (closed && told.push('message')),
        onOutput: () => void (closed && told.push('output')),
        onReading: () => void (closed && told.push('reading')),
        onFinish: () => void (closed && told.push('finish')),
        onClosed: () => void (closed = true),
      }
      compression[1 - which]!.late = false
      for (const { act, size } of steps) {
        const open = connection.state === 'open'
        if (act === 'send' && open) connection.send(prose(size))
        if (act === 'ping' && open) connection.ping(bytes('p'))
        if (act === 'pause' || act === 'resume') connection[act]()
        if (act === 'close') connection.close(1000)
        if (act === 'terminate' || act === 'lose' || act === 'end') connection[act]()
        if (act === 'deflate' || act === 'inflate') compression[which]!.finish(act)
        if (act === 'late') compression[which]!.late = !compression[which]!.late
        if (act === 'tick') connection.tick(pair.clock.now() + size * 1000)
        if (act === 'peer' && peer.connection.state === 'open') {
          peer.connection.send(prose(size, 2))
          peer.deliverTo(side)
          side.deliverTo(peer)
        }
      }
      connection.lose()
      while (compression[which]!.finish());
      assert.equal(connection.state, 'closed')
      assert.deepEqual([told, side.outcomes.length], [[], 1])
      assert.ok(side.finishes <= 1)
      assert.deepEqual([connection.encoding, connection.due()], [false, Infinity])
    }),
    { numRuns: 1000 },
  )
})

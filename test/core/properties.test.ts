import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import type { ConnectionState, Message } from '../../dist/core/index.js'
import { ConnectionPair } from '../../dist/testing/index.js'
import { type Role, roles, Solo } from './solo.ts'
import { bytes, pattern, type WireFrame } from './wire.ts'

const role: fc.Arbitrary<Role> = fc.constantFrom(...roles)
const anyMessage: fc.Arbitrary<Message> = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.uint8Array({ maxLength: 200 }),
  fc.constantFrom('', '😀'.repeat(50), pattern(70_000), pattern(20_000), 'é'.repeat(33_000)),
)

/** What one side does: sends a message, whole or in parts, or a ping; and how bytes then move. */
const step = fc.record({
  side: fc.nat(1),
  message: anyMessage,
  /** Where the message is cut; not at all when empty. */
  cuts: fc.array(fc.nat(200), { maxLength: 4 }),
  pingBetween: fc.boolean(),
  encoded: fc.boolean(),
  moves: fc.array(fc.record({ side: fc.nat(1), most: fc.integer({ min: 1, max: 5000 }) }), {
    maxLength: 3,
  }),
})

/** Parts of `whole` as a program may send them: never half a surrogate pair. */
function parts(whole: Message, cuts: readonly number[]): Message[] {
  const units = typeof whole === 'string' ? Array.from(whole) : whole
  const edges = [0, ...cuts.toSorted((a, b) => a - b), units.length]
  return edges.slice(1).map((edge, i) => {
    const part = units.slice(edges[i], edge)
    return Array.isArray(part) ? part.join('') : part
  })
}

test('any messages, however they are fragmented and cut, arrive as they were sent', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
      const pair = new ConnectionPair()
      const sent: [Message[], Message[]] = [[], []]
      for (const { side, message, cuts, pingBetween, encoded, moves } of steps) {
        const { connection } = pair.sides[side]!
        sent[side]!.push(message)
        if (cuts.length > 0) {
          const all = parts(message, cuts)
          for (const [i, part] of all.entries()) {
            if (pingBetween) connection.ping()
            connection.sendFragment(part, i === all.length - 1)
          }
        } else if (encoded) {
          connection.sendEncoded(connection.encode(message))
        } else {
          connection.send(message)
        }
        for (const move of moves) {
          const from = pair.sides[move.side]!
          from.deliverTo(pair.sides[1 - move.side]!, move.most)
        }
      }
      pair.flow(977)
      assert.deepEqual(pair.server.messages, sent[0])
      assert.deepEqual(pair.client.messages, sent[1])
      for (const { connection } of pair.sides) assert.equal(connection.state, 'open')
    }),
    { numRuns: 150 },
  )
})

test('pausing at any messages changes neither what arrives nor its order', () => {
  const words = fc.array(fc.record({ word: fc.string(), pause: fc.boolean() }), { maxLength: 30 })
  fc.assert(
    fc.property(words, role, fc.integer({ min: 1, max: 50 }), (sent, who, most) => {
      const pair = new ConnectionPair()
      const receiver = pair[who]
      const sender = pair.sides.find((side) => side !== receiver)!
      receiver.react.onMessage = () => {
        if (sent[receiver.messages.length - 1]!.pause) receiver.connection.pause()
      }
      for (const { word } of sent) sender.connection.send(word)
      sender.connection.close(1000)
      while (sender.connection.state !== 'closed') {
        pair.flow(most)
        receiver.connection.resume()
      }
      assert.deepEqual(
        receiver.messages,
        sent.map(({ word }) => word),
      )
      assert.equal(receiver.outcome!.code, 1000)
    }),
  )
})

const legal: readonly ConnectionState[] = ['open', 'closing', 'ending']

/** Gives `chunk` to a connection in pieces; whatever it is, the connection stays in order. */
function survives(peer: Solo, chunk: Uint8Array, sizes: readonly number[]): void {
  let at = 0
  for (const size of [...sizes, chunk.length]) {
    peer.connection.receive(chunk.slice(at, at + size))
    at += size
    assert.ok(legal.includes(peer.connection.state))
  }
  const { length } = peer.connection.output
  assert.ok(length <= 2 * chunk.length + 140, `${length} bytes in answer to ${chunk.length}`)
  const frames = peer.sent()
  const closes = frames.findIndex(({ opcode }) => opcode === 8)
  assert.ok(closes === -1 || closes === frames.length - 1, 'nothing follows a close frame')
  peer.connection.end()
  assert.equal(peer.connection.state, 'ending')
  assert.equal(peer.finishes, 1)
  peer.connection.lose()
  assert.equal(peer.connection.state, 'closed')
  assert.equal(peer.outcomes.length, 1)
}

const sizes = fc.array(fc.nat(20), { maxLength: 10 })

test('no bytes make a connection throw or leave its states', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), role, sizes, (chunk, who, cuts) => {
      survives(new Solo(who, { message: 1000, fragments: 5 }), chunk, cuts)
    }),
    { numRuns: 1000 },
  )
})

/** Frames that are more often right than wrong, so that random ones get far. */
const frame: fc.Arbitrary<WireFrame> = fc.record({
  opcode: fc.constantFrom(0, 0, 0, 1, 1, 2, 8, 9, 9, 10, 3),
  fin: fc.constantFrom(true, true, false),
  rsv: fc.constantFrom(0, 0, 0, 0, 0, 0, 4),
  payload: fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }).map((any) => bytes(any)),
    fc.uint8Array({ maxLength: 130 }),
    fc.constant(bytes([3, 232])),
  ),
})

test('no sequence of frames makes a connection throw or leave its states', () => {
  fc.assert(
    fc.property(fc.array(frame, { maxLength: 12 }), role, sizes, (frames, who, cuts) => {
      const peer = new Solo(who, { message: 300, fragments: 3 })
      survives(peer, peer.peerBytes(...frames), cuts)
    }),
    { numRuns: 1000 },
  )
})

test('a valid stream with one byte changed makes no connection throw', () => {
  const valid: WireFrame[] = [
    { opcode: 1, payload: 'añ😀' },
    { opcode: 2, fin: false, payload: pattern(130) },
    { opcode: 9, payload: 'ping' },
    { opcode: 0, payload: pattern(3) },
    { opcode: 1, fin: false, payload: 'Hel' },
    { opcode: 10 },
    { opcode: 0, payload: 'lo' },
    { opcode: 8, payload: bytes([3, 232], 'bye') },
  ]
  for (const who of roles) {
    const stream = new Solo(who).peerBytes(...valid)
    for (const at of stream.keys()) {
      for (const flip of [0x01, 0x02, 0x08, 0x40, 0x80, 0xff]) {
        const changed = stream.slice()
        changed[at]! ^= flip
        survives(new Solo(who), changed, at % 2 === 0 ? [] : [at])
      }
    }
  }
})

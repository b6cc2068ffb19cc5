import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { ping, roles, Solo, text } from './solo.ts'
import { pattern, type WireFrame } from './wire.ts'

const payload = fc.oneof(
  fc.uint8Array({ maxLength: 200 }),
  fc.constantFrom(pattern(70_000), pattern(300)),
)

/** A message as it lies on the wire, or a ping. */
const frames: fc.Arbitrary<WireFrame[]> = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }).map((all) => [text(all)]),
  payload.map((bytes) => [{ opcode: 2, payload: bytes }]),
  fc
    .tuple(payload, payload)
    .map(([first, last]) => [
      { opcode: 2, payload: first, fin: false },
      ping('between'),
      { opcode: 0, payload: last },
    ]),
  fc.string({ maxLength: 20 }).map((all) => [ping(all)]),
)

/** Lends bytes, and uses their memory for something else afterwards. */
function lend(peer: Solo, bytes: Uint8Array): void {
  const chunk = bytes.slice()
  peer.connection.receive(chunk, true)
  chunk.fill(0x2a)
}

for (const role of roles) {
  test(`a ${role} keeps nothing of bytes that were lent to it`, () => {
    fc.assert(
      fc.property(
        fc.array(frames, { maxLength: 8 }),
        fc.array(fc.nat(100_000), { maxLength: 8 }),
        fc.boolean(),
        (sent, cuts, pauses) => {
          const [given, lent] = [new Solo(role), new Solo(role)]
          const all = given.peerBytes(...sent.flat())
          given.connection.receive(all.slice())
          if (pauses) lent.react.onMessage = () => lent.connection.pause()
          const edges = [0, ...cuts.map((cut) => cut % (all.length + 1)), all.length]
          edges.sort((a, b) => a - b)
          for (const [i, edge] of edges.entries()) lend(lent, all.subarray(edges[i - 1] ?? 0, edge))
          while (lent.connection.paused) lent.connection.resume()
          assert.deepEqual(lent.messages, given.messages)
          assert.deepEqual(lent.pings, given.pings)
          assert.equal(lent.connection.state, 'open')
        },
      ),
    )
  })

  test(`a ${role} keeps a copy of what is lent to it before it is open`, () => {
    const peer = new Solo(role, {}, false)
    lend(peer, peer.peerBytes(text('early')))
    peer.connection.open()
    assert.deepEqual(peer.messages, ['early'])
  })

  test(`a ${role} that is lent bytes by its own handler keeps all in order`, () => {
    const peer = new Solo(role)
    peer.react.onMessage = (message) => {
      if (message === 'a') lend(peer, peer.peerBytes(text('c')))
    }
    lend(peer, peer.peerBytes(text('a'), text('b')))
    assert.deepEqual(peer.messages, ['a', 'b', 'c'])
  })
}

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { hixieFraming, Slab } from '../../../dist/core/index.js'
import { testPorts } from '../../../dist/testing/index.js'
import { bytes } from '../wire.ts'
import { HixieSolo, shared, versions } from './hixie-solo.ts'

const refused = { code: 'ERR_DRAFT' }

for (const version of versions) {
  describe(`to a client of ${version}`, () => {
    test('text goes between 0x00 and 0xFF', () => {
      const to = new HixieSolo(version)
      to.connection.send('Hello')
      to.connection.sendEncoded(to.connection.encode(''))
      to.connection.sendEncoded(to.connection.share(shared('🌊'))!)
      assert.deepEqual(to.sent(), bytes([0], 'Hello', [0xff, 0, 0xff, 0], '🌊', [0xff]))
    })

    test('a fragmented message is one frame, and nothing goes in between', () => {
      const to = new HixieSolo(version)
      to.connection.sendFragment('Hel', false)
      assert.equal(to.connection.fragmenting, true)
      assert.throws(() => to.connection.send('x'), { code: 'ERR_FRAGMENTING' })
      to.connection.sendFragment('l', false)
      to.connection.sendFragment('o', true)
      to.connection.send('x')
      assert.deepEqual(to.sent(), bytes([0], 'Hello', [0xff, 0], 'x', [0xff]))
    })

    test('there are no bytes, pings and pongs', () => {
      const to = new HixieSolo(version)
      const some = bytes('some')
      assert.throws(() => to.connection.send(some), refused)
      assert.throws(() => to.connection.encode(some), refused)
      assert.throws(() => to.connection.sendFragment(some, true), refused)
      assert.throws(() => to.connection.ping(), refused)
      assert.throws(() => to.connection.pong(), refused)
      assert.equal(to.connection.share(shared(some)), undefined)
      assert.equal(to.connection.fragmenting, false)
      assert.deepEqual(to.sent(), bytes())
      assert.equal(to.connection.due(), Infinity)
    })

    test('a published message is framed once for all', () => {
      const message = shared('all')
      const [one, another] = versions.map((each) => new HixieSolo(each).connection.share(message))
      assert.equal(one, another)
    })
  })
}

test('a server closes hixie-76 with 0xFF 0x00 and waits for the same', () => {
  const to = new HixieSolo('hixie-76')
  to.connection.close(1001, 'restart')
  assert.deepEqual(to.sent(), Uint8Array.of(0xff, 0))
  assert.equal(to.finishes, 0)
  to.receive([0], 'crossed', [0xff, 0xff, 0])
  assert.deepEqual(to.messages, ['crossed'])
  assert.equal(to.finishes, 1)
  to.connection.lose()
  assert.deepEqual([to.outcome!.code, to.outcome!.wasClean], [1005, true])
  assert.deepEqual(to.outcome!.cause.sent, { code: 1001, reason: 'restart' })
})

test('a server closes hixie-75 by ending the transport, and waits for the client to do so', () => {
  const to = new HixieSolo('hixie-75')
  to.connection.close(1001)
  assert.deepEqual(to.sent(), bytes())
  assert.deepEqual([to.finishes, to.connection.state], [1, 'closing'])
  to.receive([0], 'crossed', [0xff])
  to.connection.end()
  to.connection.lose()
  assert.deepEqual(to.messages, ['crossed'])
  assert.deepEqual([to.finishes, to.outcome!.wasClean], [1, true])
  assert.equal(to.outcome!.cause.by, 'local')
})

test('a piece of a message is not closed as if it were whole', () => {
  const to = new HixieSolo('hixie-76')
  to.connection.sendFragment('half', false)
  to.connection.close()
  assert.deepEqual(to.sent(), bytes([0], 'half'))
})

test('a sender has nothing to do with extensions, pings and congestion', () => {
  const sender = hixieFraming['hixie-76'].sender(new Slab(), testPorts(), false)
  sender.congested = true
  sender.answer(bytes('ping'))
  sender.control(10, bytes('pong'))
  sender.extend({} as never, () => {})
  assert.equal(sender.abandon(), undefined)
  assert.deepEqual([sender.encoding, sender.pending, sender.output.length], [false, 0, 0])
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RemoteProtocolError } from '../../dist/errors/index.js'
import { ConnectionPair } from '../../dist/testing/index.js'
import { close, ping, roles, Solo, text } from './solo.ts'
import { bytes } from './wire.ts'

for (const role of roles) {
  const other = role === 'client' ? 'server' : 'client'

  test(`the ${role} closes: both see its code, cleanly, and the ${other} echoes it`, () => {
    for (const most of [Infinity, 1]) {
      const pair = new ConnectionPair()
      pair[role].connection.send('before')
      pair[role].connection.close(4321, 'that is all')
      assert.equal(pair[role].connection.state, 'closing')
      assert.equal(pair[role].connection.readyState, 2)
      pair.flow(most)
      assert.deepEqual(pair[other].messages, ['before'])
      for (const side of pair.sides) {
        assert.equal(side.connection.state, 'closed')
        assert.equal(side.connection.readyState, 3)
        assert.deepEqual([side.finishes, side.aborts, side.outcomes.length], [1, 0, 1])
        assert.equal(side.outcome!.code, 4321)
        assert.equal(side.outcome!.wasClean, true)
      }
      assert.equal(pair[other].outcome!.reason, 'that is all')
      assert.equal(pair[role].outcome!.reason, '')
    }
  })

  test(`a ${role} delivers what comes between its close frame and the peer's`, () => {
    const peer = new Solo(role)
    peer.connection.close(1000)
    peer.receive(text('a'), ping('b'), text('c', false))
    peer.receive({ opcode: 0, payload: 'd' }, close(1000), text('late'))
    assert.deepEqual(peer.messages, ['a', 'cd'])
    assert.deepEqual(peer.pings, [bytes('b')])
    assert.deepEqual(
      peer.sent().map(({ opcode }) => opcode),
      [8],
    )
  })

  test(`a ${role} sends one close frame, however often it is asked to`, () => {
    const peer = new Solo(role)
    peer.connection.close(1001, 'first')
    peer.connection.close(1002, 'second')
    peer.connection.fail(new RemoteProtocolError('ERR_INVALID_UTF8', 1007, 'x'))
    peer.connection.close()
    assert.deepEqual(
      peer.sent().map(({ payload }) => payload),
      [bytes([3, 0xe9], 'first')],
    )
  })

  test(`a ${role} that fails sends why and finishes`, () => {
    const peer = new Solo(role)
    peer.connection.fail(new RemoteProtocolError('ERR_LIMIT_BUFFERED', 1013, 'too slow'))
    assert.deepEqual(
      peer.sent().map(({ payload }) => payload),
      [bytes([3, 0xf5], 'too slow')],
    )
    assert.deepEqual([peer.connection.state, peer.finishes, peer.aborts], ['ending', 1, 0])
    peer.connection.fail(new RemoteProtocolError('ERR_INVALID_UTF8', 1007, 'again'))
    peer.connection.lose()
    peer.connection.fail(new RemoteProtocolError('ERR_INVALID_UTF8', 1007, 'after'))
    assert.deepEqual(peer.sent(), [])
    assert.deepEqual([peer.outcome!.code, peer.outcome!.reason], [1013, 'too slow'])
    assert.equal(peer.outcome!.wasClean, false)
  })

  test(`a ${role} that fails while closing sends no second close frame`, () => {
    const peer = new Solo(role)
    peer.connection.close(1000)
    peer.receive({ opcode: 3 })
    assert.equal(peer.sent().length, 1)
    assert.equal(peer.connection.state, 'ending')
    peer.connection.lose()
    assert.deepEqual([peer.outcome!.code, peer.outcome!.wasClean], [1002, false])
    assert.deepEqual(peer.outcome!.cause.sent, { code: 1000, reason: '' })
  })

  test(`a ${role} cuts what it says of a fault to what fits, between characters`, () => {
    for (const [message, fits] of [
      ['é'.repeat(100), 'é'.repeat(61)],
      ['x' + 'é'.repeat(100), 'x' + 'é'.repeat(61)],
      ['日'.repeat(100), '日'.repeat(41)],
      ['xx' + '日'.repeat(100), 'xx' + '日'.repeat(40)],
      ['😀'.repeat(100), '😀'.repeat(30)],
      ['x'.repeat(123), 'x'.repeat(123)],
      ['x'.repeat(124), 'x'.repeat(123)],
    ] as const) {
      const peer = new Solo(role)
      peer.connection.fail(new RemoteProtocolError('ERR_LIMIT_BUFFERED', 1013, message))
      const [frame] = peer.sent()
      assert.ok(frame!.payload.length <= 125)
      assert.equal(new TextDecoder().decode(frame!.payload.subarray(2)), fits)
      peer.connection.lose()
      assert.deepEqual(peer.outcome!.cause.sent, { code: 1013, reason: fits })
      assert.equal(peer.outcome!.reason, message)
    }
  })

  test(`a ${role} terminates without a close frame, once`, () => {
    const peer = new Solo(role)
    peer.connection.terminate()
    assert.deepEqual([peer.connection.state, peer.aborts, peer.finishes], ['ending', 1, 0])
    peer.connection.close(1000)
    peer.connection.end()
    peer.connection.lose()
    peer.connection.terminate()
    assert.deepEqual([peer.aborts, peer.finishes, peer.sent()], [1, 0, []])
    assert.equal(peer.outcome!.code, 1006)
  })

  test(`a ${role} whose peer ends without a close frame ends as well, with 1006`, () => {
    const peer = new Solo(role)
    peer.receive(text('a'))
    peer.connection.end()
    peer.connection.end()
    peer.receive(text('late'))
    assert.deepEqual([peer.connection.state, peer.finishes], ['ending', 1])
    assert.deepEqual([peer.messages, peer.sent()], [['a'], []])
    peer.connection.lose()
    peer.connection.end()
    assert.deepEqual([peer.outcome!.code, peer.outcome!.wasClean], [1006, false])
    assert.equal(peer.finishes, 1)
  })

  test(`a ${role} finishes once, whatever else ends it`, () => {
    const ends: Record<string, (peer: Solo) => void> = {
      'a fault, then the end': (peer) => peer.receive({ opcode: 3 }),
      'their close, then the end': (peer) => peer.receive(close(1000)),
      'our close and theirs, then the end': (peer) => {
        peer.connection.close()
        peer.receive(close(1000))
      },
      'our close, then the end': (peer) => peer.connection.close(),
    }
    for (const [what, act] of Object.entries(ends)) {
      const peer = new Solo(role)
      act(peer)
      peer.connection.end()
      peer.connection.end()
      assert.deepEqual([peer.connection.state, peer.finishes], ['ending', 1], what)
    }
  })
}

test('the server ends the transport first, the client waits for that', () => {
  const server = new Solo('server')
  server.receive(close(1000))
  assert.equal(server.finishes, 1)
  const client = new Solo('client')
  client.receive(close(1000))
  assert.equal(client.finishes, 0)
  client.connection.end()
  assert.equal(client.finishes, 1)
})

test('both close at once: each sees the code of the other, cleanly', () => {
  for (const most of [Infinity, 1]) {
    const pair = new ConnectionPair()
    pair.client.connection.close(4001, 'from the client')
    pair.server.connection.close(4002, 'from the server')
    pair.flow(most)
    const seen = pair.sides.map(({ outcome }) => [
      outcome!.code,
      outcome!.reason,
      outcome!.wasClean,
    ])
    assert.deepEqual(seen, [
      [4002, 'from the server', true],
      [4001, 'from the client', true],
    ])
    for (const side of pair.sides) assert.deepEqual([side.finishes, side.outcomes.length], [1, 1])
  }
})

test('both fail at once, and neither answers the close frame of the other', () => {
  const pair = new ConnectionPair()
  for (const { connection } of pair.sides) {
    connection.fail(new RemoteProtocolError('ERR_LIMIT_BUFFERED', 1013, 'slow'))
  }
  pair.flow()
  for (const side of pair.sides) {
    assert.deepEqual([side.outcome!.code, side.outcome!.wasClean], [1013, false])
  }
})

test('one fails, the other sees why', () => {
  const pair = new ConnectionPair({ limits: { message: 10 } })
  pair.client.connection.send('x'.repeat(11))
  pair.flow()
  assert.deepEqual(pair.server.messages, [])
  for (const { outcome } of pair.sides) {
    assert.equal(outcome!.code, 1009)
    assert.match(outcome!.reason, /10 bytes/)
  }
})

test('a cut transport is 1006 for both', () => {
  const pair = new ConnectionPair()
  pair.client.connection.send('lost')
  pair.cut(new Error('reset'))
  for (const side of pair.sides) {
    assert.deepEqual([side.outcome!.code, side.outcome!.wasClean, side.messages], [1006, false, []])
  }
})

for (const reason of [new Float32Array(20), Buffer.from('x'), 7, null, {}] as never[]) {
  test(`a reason that is ${Object.prototype.toString.call(reason)} is not sent`, () => {
    const peer = new Solo('server')
    assert.throws(() => peer.connection.close(1000, reason), { code: 'ERR_CLOSE_REASON' })
    assert.equal(peer.connection.state, 'open')
    assert.deepEqual(peer.sent(), [])
  })
}

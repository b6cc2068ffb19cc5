import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConnectionPair } from '../../dist/testing/index.js'
import { close, pong, roles, Solo, text } from './solo.ts'

/** Lets the clock of a connection stand at `milliseconds` after its start, and ticks. */
function tickAt(peer: Solo, milliseconds: number): void {
  peer.clock.advance(1000 + milliseconds - peer.clock.now())
  peer.connection.tick(peer.clock.now())
}

const opcodes = (peer: Solo): number[] => peer.sent().map(({ opcode }) => opcode)

for (const role of roles) {
  test(`a ${role} pings after 20 s of silence, not before`, () => {
    const peer = new Solo(role)
    assert.equal(peer.connection.due(), 1000 + 20_000)
    tickAt(peer, 19_999)
    assert.deepEqual(opcodes(peer), [])
    tickAt(peer, 20_000)
    assert.deepEqual(opcodes(peer), [9])
    assert.equal(peer.connection.due(), 1000 + 40_000)
  })

  test(`a ${role} takes any byte for a sign of life`, () => {
    const peer = new Solo(role)
    const chunk = peer.peerBytes(text('0123456789'))
    for (const [i, byte] of chunk.entries()) {
      tickAt(peer, (i + 1) * 19_000)
      peer.connection.receive(Uint8Array.of(byte))
      assert.equal(peer.connection.due(), peer.clock.now() + 20_000)
    }
    assert.deepEqual([opcodes(peer), peer.messages], [[], ['0123456789']])
  })

  test(`a ${role} gives up a peer that does not answer within 20 s, with 1006`, () => {
    const peer = new Solo(role)
    tickAt(peer, 20_000)
    opcodes(peer)
    tickAt(peer, 39_999)
    assert.deepEqual([peer.connection.state, peer.aborts], ['open', 0])
    tickAt(peer, 40_000)
    assert.deepEqual([peer.connection.state, peer.aborts], ['ending', 1])
    assert.deepEqual(opcodes(peer), [])
    peer.connection.lose(new Error('destroyed'))
    const { code, wasClean, cause } = peer.outcome!
    assert.deepEqual([code, wasClean, cause.trigger], [1006, false, 'heartbeat'])
    assert.equal(cause.pongOwed, true)
    assert.match(cause.text, /^The peer is gone: no answer to a ping within 20000 ms\./)
  })

  test(`a ${role} does not give up a peer that sends something else than the pong`, () => {
    const peer = new Solo(role)
    tickAt(peer, 20_000)
    const { payload } = peer.sent()[0]!
    tickAt(peer, 39_999)
    peer.receive(text('busy'))
    assert.equal(peer.connection.due(), 1000 + 59_999)
    tickAt(peer, 40_000)
    assert.equal(peer.connection.state, 'open')
    peer.receive(pong(payload))
    assert.equal(peer.connection.due(), 1000 + 60_000)
    tickAt(peer, 60_000)
    assert.deepEqual(opcodes(peer), [9])
  })

  test(`a ${role} counts the answer to a ping of the program's own as well`, () => {
    const peer = new Solo(role)
    tickAt(peer, 5000)
    peer.connection.ping()
    assert.equal(peer.connection.due(), 1000 + 25_000)
    tickAt(peer, 25_000)
    assert.equal(peer.connection.state, 'ending')
  })

  test(`a ${role} fails a frame that stands unfinished for 30 s with 1008`, () => {
    for (const size of [1, 2, 7]) {
      const peer = new Solo(role)
      tickAt(peer, 100)
      peer.connection.receive(peer.peerBytes(text('0123456789')).subarray(0, size))
      tickAt(peer, 20_100)
      tickAt(peer, 30_099)
      assert.equal(peer.connection.state, 'open')
      assert.equal(peer.connection.due(), 1000 + 30_100)
      tickAt(peer, 30_100)
      const frames = peer.sent()
      assert.deepEqual([...frames.at(-1)!.payload.subarray(0, 2)], [3, 0xf0])
      assert.deepEqual([peer.finishes, peer.aborts], [1, 0])
      peer.connection.lose()
      const { code, reason, cause } = peer.outcome!
      assert.deepEqual([code, reason], [1008, 'a frame stood unfinished for 30000 ms'])
      assert.deepEqual([cause.trigger, cause.by], ['limit', 'local'])
    }
  })

  test(`a ${role} gives a frame 30 s after each byte of it`, () => {
    const pair = new ConnectionPair({ heartbeat: false })
    const other = role === 'client' ? pair.server : pair.client
    other.connection.send('abc')
    while (other.busy) {
      other.deliverTo(pair[role], 1)
      pair.clock.advance(29_999)
      pair[role].connection.tick(pair.clock.now())
    }
    assert.deepEqual(pair[role].messages, ['abc'])
  })

  test(`a ${role} does not hurry the next fragment of a message`, () => {
    const peer = new Solo(role)
    peer.receive(text('a', false))
    assert.equal(peer.connection.due(), 1000 + 20_000)
  })

  const endings: Record<string, (peer: Solo) => void> = {
    'its close was never answered': ({ connection }) => connection.close(1000),
    'the peer closed and then stayed': (peer) => peer.receive(close(1000)),
    'the peer broke the protocol and then stayed': (peer) => peer.receive({ opcode: 3 }),
    'the peer ended and its own end is stuck': ({ connection }) => connection.end(),
    'its close was answered by silence and bytes': (peer) => {
      peer.connection.close(1000)
      peer.clock.advance(9999)
      peer.receive(text('still here'))
    },
  }
  for (const [what, end] of Object.entries(endings)) {
    test(`a ${role} destroys the transport 10 s after ${what}`, () => {
      const peer = new Solo(role)
      end(peer)
      peer.sent()
      assert.equal(peer.connection.due(), 1000 + 10_000)
      tickAt(peer, 9999)
      assert.equal(peer.aborts, 0)
      tickAt(peer, 10_000)
      assert.equal(peer.aborts, 1)
      assert.deepEqual(opcodes(peer), [])
      peer.connection.lose()
      assert.equal(peer.connection.due(), Infinity)
      tickAt(peer, 100_000)
      assert.equal(peer.aborts, 1)
    })
  }
}

// A suspended machine, a stopped process: the clock goes on, and nobody reads what the peer sends.
for (const role of roles) {
  const hours = 3 * 3_600_000

  test(`a ${role} over whose silence the clock jumps by hours asks once`, () => {
    const peer = new Solo(role)
    tickAt(peer, hours)
    tickAt(peer, hours + 19_999)
    assert.deepEqual([opcodes(peer), peer.connection.state], [[9], 'open'])
    tickAt(peer, hours + 20_000)
    assert.equal(peer.connection.state, 'ending')
  })

  test(`a ${role} over whose ping the clock jumps by hours still waits for the answer`, () => {
    const peer = new Solo(role)
    tickAt(peer, 20_000)
    const { payload } = peer.sent()[0]!
    tickAt(peer, hours)
    assert.equal(peer.connection.state, 'open')
    assert.equal(peer.connection.due(), 1000 + hours + 20_000)
    peer.receive(pong(payload))
    tickAt(peer, hours + 20_000)
    assert.deepEqual([opcodes(peer), peer.connection.state], [[9], 'open'])
  })

  test(`a ${role} gives a peer that is gone up after a jump all the same`, () => {
    const peer = new Solo(role)
    tickAt(peer, 20_000)
    tickAt(peer, hours)
    tickAt(peer, hours + 20_000)
    assert.deepEqual([peer.connection.state, peer.aborts], ['ending', 1])
  })

  test(`a ${role} in whose frame the clock jumps by hours waits for the rest`, () => {
    const peer = new Solo(role)
    const chunk = peer.peerBytes(text('0123456789'))
    peer.connection.receive(chunk.subarray(0, 7))
    tickAt(peer, hours)
    peer.connection.receive(chunk.subarray(7))
    assert.deepEqual([peer.messages, peer.connection.state], [['0123456789'], 'open'])
  })
}

test('nothing is due before it is open', () => {
  const peer = new Solo('client', {}, false)
  assert.equal(peer.connection.due(), Infinity)
  tickAt(peer, 1_000_000)
  assert.deepEqual([opcodes(peer), peer.aborts], [[], 0])
  peer.connection.open()
  assert.equal(peer.connection.due(), peer.clock.now() + 20_000)
})

test('without a heartbeat only a frame that has begun has a deadline', () => {
  const pair = new ConnectionPair({ heartbeat: false })
  assert.equal(pair.server.connection.due(), Infinity)
  pair.client.connection.send('half of it')
  pair.client.deliverTo(pair.server, 8)
  assert.equal(pair.server.connection.due(), 30_000)
})

test('two that are alive keep each other so, and know how far they are apart', () => {
  const pair = new ConnectionPair()
  pair.pass(3_600_000)
  for (const side of pair.sides) {
    assert.equal(side.connection.state, 'open')
    assert.ok(side.pings.length + side.pongs.length > 100)
  }
  assert.equal(pair.client.connection.rtt ?? pair.server.connection.rtt, 0)
})

for (const role of roles) {
  test(`a ${role} whose peer vanishes knows it after 40 s`, () => {
    const pair = new ConnectionPair()
    const other = role === 'client' ? pair.server : pair.client
    other.gone = true
    pair.pass(39_999)
    assert.equal(pair[role].outcome, undefined)
    pair.pass(1)
    assert.equal(pair[role].outcome!.cause.trigger, 'heartbeat')
    assert.equal(pair.clock.now(), 40_000)
  })
}

test('a limit on time is the one that was set', () => {
  const peer = new Solo('server', { closeTimeout: 5, frameTimeout: 7 })
  peer.connection.receive(peer.peerBytes(text('a')).subarray(0, 3))
  assert.equal(peer.connection.due(), 1007)
  peer.connection.close()
  assert.equal(peer.connection.due(), 1005)
})

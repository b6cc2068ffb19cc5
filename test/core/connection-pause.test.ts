import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConnectionPair } from '../../dist/testing/index.js'
import { close, ping, pong, roles, Solo, text } from './solo.ts'

const words = ['a', 'b', 'c', 'd', 'e']

for (const role of roles) {
  test(`a ${role} pauses at any message of a chunk, loses none and keeps their order`, () => {
    for (const [at] of words.entries()) {
      const peer = new Solo(role)
      peer.react.onMessage = (message) => message === words[at] && peer.connection.pause()
      peer.receive(...words.map((word) => text(word)))
      assert.deepEqual(peer.messages, words.slice(0, at + 1))
      assert.equal(peer.connection.paused, true)
      peer.receive(text('later'))
      peer.receive(text('last'))
      assert.equal(peer.messages.length, at + 1)
      peer.connection.resume()
      assert.deepEqual(peer.messages, [...words, 'later', 'last'])
      assert.equal(peer.connection.paused, false)
    }
  })

  test(`a ${role} that pauses at every message gets one with each resume`, () => {
    const peer = new Solo(role)
    peer.react.onMessage = () => peer.connection.pause()
    const chunk = peer.peerBytes(...words.map((word) => text(word)))
    for (const byte of chunk) peer.connection.receive(Uint8Array.of(byte))
    for (let count = 1; count <= words.length; count++) {
      assert.deepEqual(peer.messages, words.slice(0, count))
      peer.connection.resume()
    }
    assert.equal(peer.connection.paused, false)
  })

  test(`a paused ${role} reads no control frames either`, () => {
    const peer = new Solo(role)
    peer.connection.pause()
    peer.receive(ping('a'), close(1000), text('late'))
    assert.deepEqual([peer.pings, peer.connection.state, peer.sent()], [[], 'open', []])
    peer.connection.resume()
    assert.deepEqual([peer.pings.length, peer.connection.state], [1, 'ending'])
    assert.deepEqual(peer.messages, [])
  })

  test(`a paused ${role} still sends`, () => {
    const pair = new ConnectionPair()
    const side = pair[role]
    side.connection.pause()
    side.connection.send('out')
    pair.flow()
    assert.deepEqual(pair.sides.map(({ messages }) => messages).flat(), ['out'])
  })

  test(`closing a paused ${role} discards what it held back, and what comes after`, () => {
    const peer = new Solo(role)
    peer.connection.pause()
    peer.receive(text('held'), ping('held'))
    peer.connection.close(1000)
    assert.deepEqual([peer.connection.paused, peer.connection.state], [false, 'closing'])
    peer.receive(text('after'), close(1000))
    assert.deepEqual([peer.messages, peer.pings.length], [[], 1])
    assert.deepEqual(
      peer.sent().map(({ opcode }) => opcode),
      [8],
    )
    peer.connection.lose()
    assert.deepEqual([peer.outcome!.code, peer.outcome!.wasClean], [1000, true])
  })

  test(`a paused ${role} delivers what came before the end, then ends`, () => {
    const peer = new Solo(role)
    peer.connection.pause()
    peer.receive(text('a'), text('b'))
    peer.connection.end()
    assert.deepEqual([peer.messages, peer.connection.state, peer.finishes], [[], 'open', 0])
    peer.react.onMessage = (message) => message === 'a' && peer.connection.pause()
    peer.connection.resume()
    assert.deepEqual([peer.messages, peer.connection.state, peer.finishes], [['a'], 'open', 0])
    peer.connection.resume()
    assert.deepEqual([peer.messages, peer.connection.state], [['a', 'b'], 'ending'])
    assert.equal(peer.finishes, 1)
  })

  test(`a paused ${role} with nothing held back ends at once`, () => {
    const peer = new Solo(role)
    peer.connection.pause()
    peer.connection.end()
    assert.deepEqual([peer.connection.state, peer.finishes], ['ending', 1])
  })

  test(`a paused ${role} that loses its transport delivers what came first, for it cannot wait`, () => {
    for (const pausesAgain of [false, true]) {
      const peer = new Solo(role)
      peer.connection.pause()
      peer.receive(...words.map((word) => text(word)))
      if (pausesAgain) peer.react.onMessage = () => peer.connection.pause()
      peer.react.onClosed = () => assert.deepEqual(peer.messages, words)
      peer.connection.lose()
      assert.deepEqual(peer.messages, words)
      assert.equal(peer.outcomes.length, 1)
    }
  })

  test(`a paused ${role} that loses its transport still sees the close frame that had come`, () => {
    const peer = new Solo(role)
    peer.react.onMessage = () => peer.connection.pause()
    peer.receive(text('a'), text('b'), close(4000, 'bye'))
    peer.connection.lose(new Error('reset'))
    assert.deepEqual(peer.messages, ['a', 'b'])
    assert.deepEqual([peer.outcome!.code, peer.outcome!.reason], [4000, 'bye'])
    assert.equal(peer.outcome!.cause.error, undefined)
  })

  test(`a ${role} that is lost again while it delivers what came first closes once`, () => {
    const peer = new Solo(role)
    const told: unknown[] = []
    peer.connection.ping(undefined, (rtt) => told.push(rtt))
    peer.connection.pause()
    peer.receive(text('a'), text('b'))
    peer.react.onMessage = () => {
      peer.connection.terminate()
      peer.connection.lose()
    }
    peer.connection.lose(new Error('reset'))
    assert.deepEqual([peer.messages, peer.outcomes.length, told.length], [['a'], 1, 1])
    assert.equal(peer.outcome!.cause.trigger, 'terminate')
  })

  test(`failing or terminating a paused ${role} discards what it held back`, () => {
    for (const end of ['terminate', 'lose after terminate'] as const) {
      const peer = new Solo(role)
      peer.connection.pause()
      peer.receive(text('held'))
      peer.connection.terminate()
      if (end === 'lose after terminate') peer.connection.lose()
      peer.connection.resume()
      assert.deepEqual(peer.messages, [])
    }
  })
}

test('pausing does nothing before it is open and after it closes', () => {
  const peer = new Solo('client', {}, false)
  peer.connection.pause()
  assert.equal(peer.connection.paused, false)
  peer.connection.open()
  peer.connection.close()
  peer.connection.pause()
  assert.equal(peer.connection.paused, false)
  peer.receive(text('still delivered'))
  assert.deepEqual(peer.messages, ['still delivered'])
})

test('resuming does nothing when it is not paused', () => {
  const peer = new Solo('client')
  peer.connection.resume()
  peer.receive(text('a'))
  assert.deepEqual(peer.messages, ['a'])
})

test('the heartbeat stands still while paused, and starts anew after that', () => {
  const peer = new Solo('server')
  peer.connection.pause()
  assert.equal(peer.connection.due(), Infinity)
  peer.clock.advance(1_000_000)
  peer.connection.tick(peer.clock.now())
  assert.deepEqual(peer.sent(), [])
  peer.connection.resume()
  assert.equal(peer.connection.due(), peer.clock.now() + 20_000)
})

test('a ping from before a pause has its whole time again after it', () => {
  const peer = new Solo('server')
  peer.connection.ping()
  peer.clock.advance(5000)
  peer.connection.pause()
  peer.clock.advance(1_000_000)
  peer.connection.resume()
  assert.equal(peer.connection.due(), peer.clock.now() + 20_000)
})

test('a frame that was half there before a pause has its whole time again after it', () => {
  const peer = new Solo('server')
  peer.connection.receive(peer.peerBytes(text('half')).subarray(0, 8))
  peer.connection.pause()
  peer.clock.advance(1_000_000)
  peer.connection.resume()
  peer.connection.tick(peer.clock.now() + 19_999)
  assert.equal(peer.connection.state, 'open')
})

test('a pong that waited behind a pause tells the time it took to come', () => {
  const peer = new Solo('server')
  const rtts: unknown[] = []
  peer.connection.ping(undefined, (rtt) => rtts.push(rtt))
  peer.clock.advance(30)
  peer.connection.pause()
  peer.receive(pong(peer.sent()[0]!.payload))
  peer.clock.advance(1_000_000)
  peer.connection.resume()
  assert.deepEqual(rtts, [30])
  assert.equal(peer.connection.rtt, 30)
})

test('the diagnosis counts from the last byte, not from the last pause', () => {
  const peer = new Solo('server')
  peer.receive(text('a'))
  peer.connection.pause()
  peer.clock.advance(700)
  peer.connection.resume()
  peer.clock.advance(77)
  peer.connection.lose()
  assert.equal(peer.outcome!.cause.sinceLastByte, 777)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LocalProtocolError } from '../../dist/errors/index.js'
import { ConnectionPair } from '../../dist/testing/index.js'
import { close, ping, pong, roles, Solo, text } from './solo.ts'
import { bytes, pattern } from './wire.ts'

const local = (code: string) => (error: unknown) =>
  error instanceof LocalProtocolError && error.code === code

/** What was sent, as `opcode:payload`. */
function sent(peer: Solo): string[] {
  return peer.sent().map(({ opcode, payload }) => `${opcode}:${new TextDecoder().decode(payload)}`)
}

for (const role of roles) {
  test(`a ${role} answers every ping with its payload`, () => {
    const peer = new Solo(role)
    peer.receive(ping(''), ping('a'), text('between'), ping('x'.repeat(125)))
    assert.deepEqual(sent(peer), ['10:', '10:a', `10:${'x'.repeat(125)}`])
    assert.equal(peer.pings.length, 3)
  })

  test(`a ${role} keeps the payloads of pings apart, however they are cut`, () => {
    const words = ['first', '', 'second', 'x', '', 'third']
    for (const most of [1, 3, 7, 9, 1000]) {
      const peer = new Solo(role)
      const chunk = peer.peerBytes(...words.map(ping))
      for (let at = 0; at < chunk.length; at += most) {
        peer.connection.receive(chunk.slice(at, at + most))
      }
      assert.deepEqual(
        sent(peer),
        words.map((word) => `10:${word}`),
      )
    }
  })

  test(`a congested ${role} answers only the latest ping, once the transport takes more`, () => {
    const peer = new Solo(role)
    peer.connection.congested = true
    for (let i = 0; i < 1000; i++) peer.receive(ping(`${i}`))
    assert.equal(peer.connection.output.length, 0)
    assert.equal(peer.pings.length, 1000)
    peer.connection.congested = false
    assert.deepEqual(sent(peer), ['10:999'])
    peer.connection.congested = true
    peer.connection.congested = false
    assert.deepEqual(sent(peer), [])
    peer.receive(ping('again'))
    assert.deepEqual(sent(peer), ['10:again'])
  })

  test(`a ${role} may be congested before it opens`, () => {
    const peer = new Solo(role, {}, false)
    peer.connection.congested = true
    peer.receive(ping('a'), ping('b'))
    peer.connection.open()
    assert.deepEqual(sent(peer), [])
    peer.connection.congested = false
    assert.deepEqual(sent(peer), ['10:b'])
  })

  test(`a pong that a congested ${role} owes never follows the end`, () => {
    const ends: Record<string, (peer: Solo) => void> = {
      'our close': ({ connection }) => connection.close(1000),
      'their close': (peer) => peer.receive(close(1000)),
      'a fault': (peer) => peer.receive({ opcode: 3 }),
      'their end': ({ connection }) => connection.end(),
      'a loss': ({ connection }) => connection.lose(),
      'a termination': ({ connection }) => connection.terminate(),
      'the heartbeat': ({ connection, clock }) => {
        for (let due = 0; due < 2; due++) {
          clock.advance(20_000)
          connection.tick(clock.now())
        }
      },
    }
    for (const [what, end] of Object.entries(ends)) {
      const peer = new Solo(role)
      peer.connection.congested = true
      peer.receive(ping('owed'))
      end(peer)
      peer.connection.congested = false
      const after = sent(peer).filter((frame) => frame.startsWith('10:'))
      assert.deepEqual(after, [], what)
    }
  })

  test(`a ${role} answers no ping after its close frame, but still reports it`, () => {
    const peer = new Solo(role)
    peer.connection.close()
    peer.receive(ping('a'))
    assert.deepEqual(sent(peer), ['8:'])
    assert.deepEqual(peer.pings, [bytes('a')])
  })

  test(`a ${role} takes an unsolicited pong`, () => {
    const peer = new Solo(role)
    peer.receive(pong('nobody asked'))
    assert.deepEqual(peer.pongs, [bytes('nobody asked')])
    assert.equal(peer.connection.rtt, undefined)
    assert.equal(peer.connection.state, 'open')
    assert.deepEqual(sent(peer), [])
  })

  test(`a ${role} sends pings and pongs of up to 125 bytes and throws above`, () => {
    const peer = new Solo(role)
    peer.connection.ping(pattern(125))
    peer.connection.pong(pattern(125))
    peer.connection.pong()
    assert.throws(() => peer.connection.ping(pattern(126)), local('ERR_PING_PAYLOAD'))
    assert.throws(() => peer.connection.pong(pattern(126)), local('ERR_PING_PAYLOAD'))
    const frames = peer.sent().map(({ opcode, payload }) => [opcode, payload.length])
    assert.deepEqual(frames, [
      [9, 125],
      [10, 125],
      [10, 0],
    ])
  })

  test(`a ${role} throws at the 65th unanswered ping, and sends it not`, () => {
    const peer = new Solo(role)
    for (let i = 0; i < 64; i++) peer.connection.ping()
    assert.throws(() => peer.connection.ping(), local('ERR_PINGS_UNANSWERED'))
    assert.equal(peer.sent().length, 64)
  })
}

test('tells the round-trip time of a ping', () => {
  const pair = new ConnectionPair()
  const rtts: unknown[] = []
  pair.client.connection.ping(undefined, (rtt) => rtts.push(rtt))
  pair.clock.advance(40)
  pair.flow()
  assert.deepEqual(rtts, [40])
  assert.equal(pair.client.connection.rtt, 40)
  assert.equal(pair.server.connection.rtt, undefined)
})

test('the pong to a later ping answers those before it', () => {
  const peer = new Solo('client')
  const answered: string[] = []
  for (const word of ['a', 'b', 'c']) {
    peer.connection.ping(bytes(word), (rtt) => answered.push(`${word} ${rtt}`))
    peer.clock.advance(10)
  }
  peer.receive(pong('b'))
  assert.deepEqual(answered, ['a 30', 'b 20'])
  peer.receive(pong('a'))
  assert.equal(peer.connection.rtt, 20)
  peer.receive(pong('c'))
  assert.deepEqual(answered, ['a 30', 'b 20', 'c 10'])
})

test('tells who waits for a pong when the connection closes first', () => {
  const peer = new Solo('client')
  const told: unknown[] = []
  peer.react.onClosed = () => told.push('closed')
  peer.connection.ping(bytes('a'), (rtt) => told.push(rtt))
  peer.connection.lose()
  assert.deepEqual(told, [undefined, 'closed'])
  assert.equal(peer.outcome!.cause.pongOwed, true)
})

test('a pong between our close frame and theirs still answers', () => {
  const peer = new Solo('client')
  const rtts: unknown[] = []
  peer.connection.ping(bytes('a'), (rtt) => rtts.push(rtt))
  peer.connection.close()
  peer.clock.advance(5)
  peer.receive(pong('a'), close())
  peer.connection.lose()
  assert.deepEqual(rtts, [5])
})

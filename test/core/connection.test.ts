import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LocalProtocolError } from '../../dist/errors/index.js'
import type { Message } from '../../dist/core/index.js'
import { ConnectionPair } from '../../dist/testing/index.js'
import { close, ping, roles, Solo, text } from './solo.ts'
import { pattern } from './wire.ts'

const local = (code: string) => (error: unknown) =>
  error instanceof LocalProtocolError && error.code === code

test('is connecting, then open, and shows it as the standard does', () => {
  const peer = new Solo('server', {}, false)
  assert.equal(peer.connection.state, 'connecting')
  assert.equal(peer.connection.readyState, 0)
  peer.connection.open()
  assert.equal(peer.connection.state, 'open')
  assert.equal(peer.connection.readyState, 1)
  peer.connection.open()
  assert.equal(peer.connection.state, 'open')
})

for (const role of roles) {
  test(`a ${role} keeps what comes before open() and delivers it then`, () => {
    const peer = new Solo(role, {}, false)
    const chunk = peer.peerBytes(text('a'), ping('b'), text('c'))
    for (const byte of chunk) peer.connection.receive(Uint8Array.of(byte))
    assert.deepEqual([peer.messages, peer.pings, peer.sent()], [[], [], []])
    peer.connection.open()
    assert.deepEqual(peer.messages, ['a', 'c'])
    assert.equal(peer.pings.length, 1)
    assert.equal(peer.sent().length, 1)
  })

  test(`a ${role} whose handshake fails never delivers what came`, () => {
    for (const end of [
      (peer: Solo) => peer.connection.terminate(),
      (peer: Solo) => peer.connection.close(1000),
      (peer: Solo) => peer.connection.lose(),
      (peer: Solo) => peer.connection.lose(new Error('reset')),
    ]) {
      const peer = new Solo(role, {}, false)
      peer.receive(text('a'), { opcode: 3 })
      end(peer)
      peer.connection.open()
      peer.connection.end()
      peer.connection.lose()
      assert.deepEqual([peer.messages, peer.sent()], [[], []])
      assert.equal(peer.connection.state, 'closed')
      assert.equal(peer.outcomes.length, 1)
      assert.equal(peer.outcome!.code, 1006)
    }
  })

  test(`a ${role} that is lost before open() tells how long nothing came`, () => {
    const peer = new Solo(role, {}, false)
    peer.clock.advance(5)
    peer.connection.lose()
    assert.equal(peer.outcome!.cause.sinceLastByte, 5)
    assert.equal(peer.outcome!.cause.lastFrame, undefined)
  })

  test(`a ${role} that sees the end before open() delivers first, then ends`, () => {
    const peer = new Solo(role, {}, false)
    peer.receive(text('a'))
    peer.connection.end()
    assert.deepEqual([peer.connection.state, peer.finishes], ['connecting', 0])
    peer.connection.open()
    assert.deepEqual(peer.messages, ['a'])
    assert.deepEqual([peer.connection.state, peer.finishes], ['ending', 1])
  })
}

test('sends text and binary both ways, whole, in order', () => {
  const pair = new ConnectionPair()
  const messages = ['', 'añ日😀', pattern(0), pattern(70_000), 'x'.repeat(130)]
  for (const [from, to] of [
    [pair.client, pair.server],
    [pair.server, pair.client],
  ] as const) {
    for (const message of messages) from.connection.send(message)
    pair.flow()
    assert.deepEqual(to.messages, messages)
  }
})

test('sends a lone surrogate as U+FFFD', () => {
  const pair = new ConnectionPair()
  pair.client.connection.send('a\ud800b\udc00')
  pair.flow()
  assert.deepEqual(pair.server.messages, ['a\ufffdb\ufffd'])
})

test('throws ERR_NOT_OPEN for whatever is sent before and after it is open, and sends nothing', () => {
  const calls: ((peer: Solo) => void)[] = [
    ({ connection }) => connection.send('a'),
    ({ connection }) => connection.sendEncoded(Uint8Array.of(0x81, 0)),
    ({ connection }) => connection.sendFragment('a', true),
    ({ connection }) => connection.ping(),
    ({ connection }) => connection.pong(),
  ]
  const states: Record<string, (peer: Solo) => void> = {
    closing: ({ connection }) => connection.close(),
    ending: (peer) => peer.receive(close(1000)),
    closed: ({ connection }) => connection.lose(),
  }
  for (const call of calls) {
    assert.throws(() => call(new Solo('client', {}, false)), local('ERR_NOT_OPEN'))
    for (const [state, enter] of Object.entries(states)) {
      const peer = new Solo('client')
      enter(peer)
      peer.sent()
      assert.equal(peer.connection.state, state)
      assert.throws(() => call(peer), local('ERR_NOT_OPEN'))
      assert.throws(() => call(peer), { message: `the connection is ${state}, not open` })
      assert.deepEqual(peer.sent(), [])
    }
  }
})

// ---- calls from inside a handler

const inside: [what: string, act: (peer: Solo) => void, messages: string[], state: string][] = [
  ['send', ({ connection }) => connection.send('echo'), ['a', 'b', 'c'], 'open'],
  ['ping', ({ connection }) => connection.ping(), ['a', 'b', 'c'], 'open'],
  ['pause', ({ connection }) => connection.pause(), ['a'], 'open'],
  [
    'pause and resume',
    ({ connection }) => {
      connection.pause()
      connection.resume()
    },
    ['a', 'b', 'c'],
    'open',
  ],
  ['close', ({ connection }) => connection.close(), ['a', 'b', 'c'], 'closing'],
  [
    'pause and close',
    ({ connection }) => {
      connection.pause()
      connection.close()
    },
    ['a'],
    'closing',
  ],
  ['terminate', ({ connection }) => connection.terminate(), ['a'], 'ending'],
  ['lose', ({ connection }) => connection.lose(), ['a'], 'closed'],
  ['end', ({ connection }) => connection.end(), ['a', 'b', 'c'], 'ending'],
  ['open', ({ connection }) => connection.open(), ['a', 'b', 'c'], 'open'],
]

for (const [what, act, messages, state] of inside) {
  test(`onMessage may call ${what}`, () => {
    for (const role of roles) {
      const peer = new Solo(role)
      peer.react.onMessage = (message) => message === 'a' && act(peer)
      peer.receive(text('a'), text('b'), text('c'))
      assert.deepEqual(peer.messages, messages)
      assert.equal(peer.connection.state, state)
      peer.connection.lose()
      assert.equal(peer.outcomes.length, 1)
    }
  })
}

test('onMessage may feed the connection: those bytes come after what is there', () => {
  for (const role of roles) {
    const peer = new Solo(role)
    peer.react.onMessage = (message) => {
      if (message === 'a' || message === 'c') peer.receive(text(`fed after ${message}`))
    }
    peer.receive(text('a'), text('b'), text('c'))
    assert.deepEqual(peer.messages, ['a', 'b', 'c', 'fed after a', 'fed after c'])
  }
})

test('a message that was handed on as a view is not changed by what follows', () => {
  const peer = new Solo('server')
  peer.receive(...Array.from({ length: 20 }, (_, i) => ({ opcode: 2, payload: pattern(i * 10) })), {
    opcode: 2,
    payload: pattern(300),
  })
  const expected: Message[] = Array.from({ length: 20 }, (_, i) => pattern(i * 10))
  assert.deepEqual(peer.messages, [...expected, pattern(300)])
})

test('every handler may terminate and lose the connection at once', () => {
  for (const name of ['onMessage', 'onPing', 'onPong', 'onFinish', 'onAbort'] as const) {
    for (const role of roles) {
      const peer = new Solo(role)
      peer.react[name] = () => {
        if (name !== 'onAbort') peer.connection.terminate()
        peer.connection.lose()
      }
      peer.receive(ping(''), { opcode: 10 }, text('a'), text('b'))
      peer.receive({ opcode: 3 })
      peer.connection.terminate()
      peer.connection.lose()
      assert.equal(peer.connection.state, 'closed', name)
      assert.equal(peer.outcomes.length, 1, name)
    }
  }
})

test('bytes after the end are ignored, whatever they are', () => {
  for (const role of roles) {
    const peer = new Solo(role)
    peer.receive(close(1000))
    peer.sent()
    peer.receive(text('late'), ping('late'), { opcode: 3 })
    peer.connection.lose()
    peer.receive(text('later'))
    assert.deepEqual([peer.messages, peer.pings, peer.sent()], [[], [], []])
    assert.equal(peer.outcome!.code, 1000)
    assert.equal(peer.outcomes.length, 1)
  }
})

test('what has not been taken for the transport is counted, message by message', () => {
  for (const role of roles) {
    const { connection } = new Solo(role)
    const header = role === 'client' ? 6 : 2
    assert.deepEqual([connection.fragmenting, connection.pending], [false, 0])
    const counts: number[] = [connection.unsent]
    for (let turn = 0; turn < 2; turn++) {
      connection.send('abc')
      connection.send('de')
      counts.push(connection.unsent)
      connection.takeOutput()
      counts.push(connection.unsent)
    }
    assert.deepEqual(counts, [0, 2 * header + 5, 0, 2 * header + 5, 0])
  }
})

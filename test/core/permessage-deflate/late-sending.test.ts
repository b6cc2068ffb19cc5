import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Message } from '../../../dist/core/index.js'
import { RemoteProtocolError } from '../../../dist/errors/index.js'
import { close, ping, type Role, roles, type Solo, text } from '../solo.ts'
import { bytes } from '../wire.ts'
import { deflatePair, deflateSolo, takeover } from './agreement.ts'
import { LateCompression } from './late-compression.ts'
import { noise, prose } from './payloads.ts'

const fault = new RemoteProtocolError('ERR_LIMIT_BUFFERED', 1013, 'too slow')

function late(role: Role, options = {}): { peer: Solo; compression: LateCompression } {
  const compression = new LateCompression()
  return { peer: deflateSolo(role, { compression, ...options }), compression }
}

const opcodes = (peer: Solo): number[] => peer.sent().map(({ opcode }) => opcode)

for (const role of roles) {
  const other = role === 'client' ? 'server' : 'client'

  test(`what a ${role} sends behind a message that is being encoded comes after it, in order`, () => {
    const compression = new LateCompression()
    const pair = deflatePair({ compression: { client: compression, server: compression } })
    const { connection } = pair[role]
    const words: Message[] = [prose(100), 'b', bytes('c'), 'encoded', 'frag', prose(50)]
    connection.send(words[0]!)
    assert.deepEqual([connection.encoding, connection.output.length], [true, 0])
    assert.equal(connection.pending, bytes(words[0]!).length)
    connection.send(words[1]!)
    connection.send(words[2]!)
    connection.sendEncoded(connection.encode(words[3]!))
    connection.sendFragment('fr', false)
    assert.throws(() => connection.send('no'), /fragmented/)
    connection.sendFragment('ag', true)
    connection.send(words[5]!)
    assert.equal(connection.output.length, 0)
    assert.deepEqual([compression.calls.deflate, pair[role].outputs], [1, 0])
    compression.finish()
    assert.deepEqual([connection.encoding, connection.pending, pair[role].outputs], [false, 0, 1])
    compression.late = false
    pair.flow()
    assert.deepEqual(pair[other].messages, words)
    assert.equal(connection.state, 'open')
  })

  test(`a ${role} counts what waits for an encoding`, () => {
    const { peer, compression } = late(role)
    const { connection } = peer
    assert.equal(connection.pending, 0)
    connection.send('a'.repeat(100))
    const { length } = connection.encode('b')
    connection.send('b')
    assert.equal(connection.pending, 100 + length)
    compression.finish()
    assert.equal(connection.pending, 0)
    connection.send('a'.repeat(40))
    assert.equal(connection.pending, 40)
  })

  test(`control frames of a ${role} pass a message that is being encoded`, () => {
    const { peer, compression } = late(role)
    peer.connection.send(prose(100))
    peer.connection.send('behind')
    peer.connection.ping()
    peer.connection.pong()
    peer.receive(ping('x'))
    assert.deepEqual(opcodes(peer), [9, 10, 10])
    peer.connection.congested = true
    peer.receive(ping('owed'))
    assert.deepEqual(opcodes(peer), [])
    peer.connection.congested = false
    assert.deepEqual(opcodes(peer), [10])
    compression.finish()
    assert.deepEqual(opcodes(peer), [1, 1])
  })

  test(`a ${role} closes behind the message that is being encoded`, () => {
    const { peer, compression } = late(role)
    peer.connection.congested = true
    peer.receive(ping('owed'))
    peer.connection.send(prose(100))
    peer.connection.send('b')
    peer.connection.close(1000)
    assert.deepEqual([peer.connection.state, opcodes(peer)], ['closing', []])
    compression.finish()
    peer.connection.congested = false
    assert.deepEqual([opcodes(peer), peer.finishes, peer.outputs], [[1, 1, 8], 0, 1])
    peer.receive(close(1000))
    peer.connection.end()
    assert.equal(peer.finishes, 1)
  })

  test(`a ${role} answers a close frame behind the message, and finishes after that`, () => {
    const { peer, compression } = late(role)
    const order: string[] = []
    peer.react.onOutput = () => order.push('output')
    peer.react.onFinish = () => order.push('finish')
    peer.connection.send(prose(100))
    peer.receive(close(4000))
    peer.connection.end()
    assert.deepEqual([peer.connection.state, opcodes(peer), peer.finishes], ['ending', [], 0])
    assert.equal(peer.connection.due(), peer.clock.now() + 10_000)
    compression.finish()
    assert.deepEqual(
      [opcodes(peer), order],
      [
        [1, 8],
        ['output', 'finish'],
      ],
    )
    peer.connection.lose()
    assert.deepEqual([peer.outcome!.code, peer.outcome!.wasClean], [4000, true])
  })

  test(`a ${role} whose peer ends without a word sends what is being encoded, then finishes`, () => {
    const { peer, compression } = late(role)
    peer.connection.send(prose(100))
    peer.connection.end()
    assert.deepEqual([peer.connection.state, peer.finishes], ['ending', 0])
    compression.finish()
    assert.deepEqual([opcodes(peer), peer.finishes], [[1], 1])
  })

  test(`a ${role} whose peer closed is given up if the encoding takes too long`, () => {
    const { peer, compression } = late(role)
    peer.connection.send(prose(100))
    peer.receive(close(1000))
    peer.connection.tick(peer.clock.now() + 10_000)
    assert.equal(peer.aborts, 1)
    peer.connection.lose()
    compression.finish()
    assert.deepEqual([peer.finishes, peer.outputs, peer.outcomes.length], [0, 0, 1])
    assert.deepEqual(opcodes(peer), [])
  })

  test(`a ${role} that fails sends its close frame and nothing of what was being encoded`, () => {
    const { peer, compression } = late(role)
    peer.connection.send(prose(100))
    peer.connection.send('b')
    peer.connection.fail(fault)
    assert.deepEqual([opcodes(peer), peer.finishes, peer.connection.pending], [[8], 1, 0])
    compression.finish()
    assert.deepEqual([opcodes(peer), peer.finishes, peer.outputs], [[], 1, 0])
  })

  test(`a ${role} that fails while its close frame waits still sends that, and only that`, () => {
    const { peer, compression } = late(role)
    peer.connection.send(prose(100))
    peer.connection.send('b')
    peer.connection.close(4321, 'bye')
    peer.receive({ opcode: 3 })
    const frames = peer.sent()
    assert.deepEqual(
      frames.map(({ opcode, payload }) => [opcode, payload]),
      [[8, bytes([0x10, 0xe1], 'bye')]],
    )
    assert.equal(frames[0]!.masked, role === 'client')
    compression.finish()
    assert.deepEqual([opcodes(peer), peer.finishes, peer.outputs], [[], 1, 0])
    peer.connection.lose()
    assert.deepEqual([peer.outcome!.code, peer.outcomes.length], [1002, 1])
  })

  test(`a ${role} that failed after its close frame was out sends no second one`, () => {
    const { peer, compression } = late(role)
    peer.connection.send(prose(100))
    peer.connection.close(1000)
    compression.finish()
    assert.deepEqual(opcodes(peer), [1, 8])
    peer.connection.fail(fault)
    assert.deepEqual(opcodes(peer), [])
  })

  for (const end of ['terminate', 'lose', 'lose with an error'] as const) {
    test(`a ${role} sends nothing after ${end}, even what waited behind an encoding`, () => {
      for (const closing of [false, true]) {
        const { peer, compression } = late(role)
        peer.connection.send(prose(100))
        peer.connection.send('b')
        if (closing) peer.connection.close(1000)
        if (end === 'terminate') peer.connection.terminate()
        else peer.connection.lose(end === 'lose' ? undefined : new Error('reset'))
        assert.deepEqual([peer.connection.encoding, peer.connection.pending], [false, 0])
        compression.finish()
        peer.connection.lose()
        assert.deepEqual([opcodes(peer), peer.outputs, peer.finishes], [[], 0, 0])
        assert.equal(peer.outcomes.length, 1)
      }
    })
  }

  test(`a ${role} may send, close or terminate from onOutput`, () => {
    for (const act of ['send', 'close', 'terminate', 'fail', 'lose'] as const) {
      const { peer, compression } = late(role)
      const acts = {
        send: () => peer.outputs === 1 && peer.connection.send('b'.repeat(50)),
        close: () => peer.connection.close(1000),
        terminate: () => peer.connection.terminate(),
        fail: () => peer.connection.fail(fault),
        lose: () => peer.connection.lose(),
      }
      peer.react.onOutput = acts[act]
      peer.connection.send('a'.repeat(50))
      compression.finish()
      compression.finish()
      const expected = { send: [1, 1], close: [1, 8], terminate: [1], fail: [1, 8], lose: [1] }
      assert.deepEqual(opcodes(peer), expected[act])
      peer.connection.lose()
      assert.equal(peer.outcomes.length, 1)
    }
  })

  test(`a ${role} whose peer closed may be terminated from onOutput, and does not finish then`, () => {
    const { peer, compression } = late(role)
    peer.react.onOutput = () => peer.connection.terminate()
    peer.connection.send(prose(100))
    peer.receive(close(1000))
    compression.finish()
    assert.deepEqual([peer.finishes, peer.aborts], [0, 1])
  })

  test(`what a ${role} is given to send may change at once, though it is encoded later`, () => {
    const { peer, compression } = late(role, { agreed: { send: takeover } })
    const receiver = deflateSolo(other, { agreed: { receive: takeover } })
    const worth = bytes(prose(300))
    const expected = [worth, noise(worth.length), worth]
    const reused = Buffer.alloc(worth.length)
    for (const content of expected) {
      reused.set(content)
      peer.connection.send(reused)
      reused.fill(7)
      compression.finish()
      receiver.connection.receive(bytes(...peer.connection.output.take()))
    }
    assert.deepEqual(receiver.messages, expected)
  })
}

test('two messages in one turn: the second is sent as it is, and the window stays right', () => {
  const compression = new LateCompression()
  const both = { contextTakeover: true }
  const pair = deflatePair({
    client: { send: both, receive: both },
    server: { send: both, receive: both },
    compression,
  })
  for (let i = 0; i < 3; i++) {
    pair.server.connection.send(prose(200, 1))
    pair.server.connection.send(prose(200, 2))
    compression.finish()
    pair.server.deliverTo(pair.client)
    compression.finish()
  }
  assert.deepEqual(
    pair.client.messages,
    [1, 2, 1, 2, 1, 2].map((seed) => prose(200, seed)),
  )
})

test('an extension that is done at once tells nothing of it', () => {
  const peer = deflateSolo('server')
  peer.connection.send(prose(100))
  peer.receive(text('a'))
  assert.deepEqual([peer.outputs, peer.readings], [0, 0])
})

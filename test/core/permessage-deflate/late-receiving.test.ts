import assert from 'node:assert/strict'
import { test } from 'node:test'
import { constants, deflateRawSync } from 'node:zlib'
import { RemoteProtocolError } from '../../../dist/errors/index.js'
import { close, ping, pong, type Role, roles, type Solo, text } from '../solo.ts'
import type { WireFrame } from '../wire.ts'
import { deflateSolo } from './agreement.ts'
import { LateCompression } from './late-compression.ts'

const fault = new RemoteProtocolError('ERR_LIMIT_BUFFERED', 1013, 'too slow')

function packed(message: string): WireFrame {
  const payload = deflateRawSync(message, { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, -4)
  return { opcode: 1, rsv: 4, payload }
}

const corrupt: WireFrame = { opcode: 1, rsv: 4, payload: Uint8Array.of(6) }

function late(role: Role): { peer: Solo; compression: LateCompression } {
  const compression = new LateCompression()
  return { peer: deflateSolo(role, { compression }), compression }
}

const opcodes = (peer: Solo): number[] => peer.sent().map(({ opcode }) => opcode)

for (const role of roles) {
  test(`a ${role} reads nothing while it decodes a message, then goes on in order`, () => {
    const { peer, compression } = late(role)
    peer.receive(text('1'), packed('2'), ping('p'), text('3'), packed('4'))
    assert.deepEqual([peer.messages, peer.pings.length, peer.connection.decoding], [['1'], 0, true])
    peer.receive(packed('5'))
    for (const byte of peer.peerBytes(text('6'))) peer.connection.receive(Uint8Array.of(byte))
    assert.deepEqual([peer.messages, compression.jobs.length, peer.readings], [['1'], 1, 0])
    compression.finish()
    assert.deepEqual([peer.messages, peer.pings.length, peer.readings], [['1', '2', '3'], 1, 1])
    assert.equal(peer.connection.decoding, true)
    compression.finish()
    assert.deepEqual(peer.messages, ['1', '2', '3', '4'])
    compression.finish()
    assert.deepEqual(peer.messages, ['1', '2', '3', '4', '5', '6'])
    assert.deepEqual([peer.connection.decoding, peer.readings], [false, 3])
    assert.deepEqual(opcodes(peer), [10])
  })

  test(`a ${role} inflates 64 messages of a chunk at once, and the next one later`, () => {
    const { peer, compression } = late(role)
    compression.late = false
    const chunk = Array.from({ length: 150 }, () => packed('a'))
    const later = (): number[] => compression.inflated.flatMap((job, i) => (job.later ? [i] : []))
    for (const one of chunk) peer.receive(one)
    assert.deepEqual(later(), [])
    compression.inflated.length = 0
    compression.onLater = true
    peer.receive(...chunk)
    assert.deepEqual([compression.inflated.length, later()], [65, [64]])
    compression.finish()
    assert.deepEqual([compression.inflated.length, later()], [130, [64, 129]])
    compression.finish()
    assert.equal(peer.messages.length, 300)
  })

  test(`a ${role} sees that reading went on only after what was read`, () => {
    const { peer, compression } = late(role)
    const order: unknown[] = []
    peer.react.onMessage = (message) => order.push(message)
    peer.react.onReading = () => order.push('reading')
    peer.receive(packed('a'), text('b'))
    compression.finish()
    assert.deepEqual(order, ['a', 'b', 'reading'])
  })

  test(`a ${role} still sends, and is heard to send pings, while it decodes`, () => {
    const { peer, compression } = late(role)
    peer.receive(packed('a'))
    peer.connection.sendFragment('b', true)
    peer.connection.ping()
    assert.deepEqual(opcodes(peer), [1, 9])
    assert.ok(compression.finish('inflate'))
  })

  test(`a ${role} that pauses while it decodes gets the message when it resumes`, () => {
    const { peer, compression } = late(role)
    peer.receive(packed('a'), text('b'))
    peer.connection.pause()
    compression.finish()
    assert.deepEqual([peer.messages, peer.connection.decoding], [[], false])
    peer.receive(text('c'))
    assert.deepEqual(peer.messages, [])
    peer.connection.resume()
    assert.deepEqual(peer.messages, ['a', 'b', 'c'])
  })

  test(`a ${role} that pauses and resumes while it decodes notices nothing of it`, () => {
    const { peer, compression } = late(role)
    peer.receive(packed('a'), text('b'))
    peer.connection.pause()
    peer.connection.resume()
    assert.deepEqual(peer.messages, [])
    compression.finish()
    assert.deepEqual(peer.messages, ['a', 'b'])
  })

  test(`a ${role} that pauses at a decoded message gets the next with the resume`, () => {
    const { peer, compression } = late(role)
    peer.react.onMessage = () => peer.connection.pause()
    peer.receive(packed('a'), packed('b'), text('c'))
    for (const count of [1, 2]) {
      compression.finish()
      assert.equal(peer.messages.length, count)
      assert.equal(peer.connection.paused, true)
      peer.connection.resume()
    }
    assert.deepEqual(peer.messages, ['a', 'b', 'c'])
  })

  test(`a ${role} that pauses while it decodes what is wrong fails when it resumes`, () => {
    const { peer, compression } = late(role)
    peer.receive(corrupt, text('b'))
    peer.connection.pause()
    compression.finish()
    assert.equal(peer.connection.state, 'open')
    peer.connection.resume()
    assert.equal(peer.connection.state, 'ending')
    assert.equal(peer.error()?.code, 'ERR_DEFLATE_DATA')
    assert.deepEqual([peer.messages, peer.outcomes.length], [[], 1])
  })

  test(`a ${role} whose peer ends while it decodes delivers what came first, then finishes`, () => {
    for (const paused of [false, true]) {
      const { peer, compression } = late(role)
      peer.receive(packed('a'), text('b'), packed('c'))
      peer.connection.end()
      assert.deepEqual([peer.connection.state, peer.finishes], ['open', 0])
      if (paused) peer.connection.pause()
      compression.finish()
      if (paused) {
        assert.deepEqual([peer.messages, peer.finishes], [[], 0])
        peer.connection.resume()
      }
      assert.deepEqual([peer.messages, peer.finishes], [['a', 'b'], 0])
      compression.finish()
      assert.deepEqual([peer.messages, peer.finishes], [['a', 'b', 'c'], 1])
      assert.equal(peer.connection.state, 'ending')
    }
  })

  test(`a paused ${role} holds only a decoded message back, and does not end before it`, () => {
    const { peer, compression } = late(role)
    peer.receive(packed('a'))
    peer.connection.pause()
    compression.finish()
    peer.connection.end()
    assert.deepEqual([peer.connection.state, peer.finishes], ['open', 0])
    peer.connection.resume()
    assert.deepEqual([peer.messages, peer.connection.state], [['a'], 'ending'])
  })

  test(`a ${role} that loses its transport while it decodes delivers what came first`, () => {
    for (const paused of [false, true]) {
      const { peer, compression } = late(role)
      if (paused) peer.react.onMessage = () => peer.connection.pause()
      peer.receive(packed('a'), text('b'), packed('c'), text('d'))
      peer.connection.pause()
      const error = new Error('reset')
      peer.connection.lose(error)
      peer.connection.lose(new Error('again'))
      assert.deepEqual([peer.outcomes.length, peer.connection.due()], [0, Infinity])
      compression.finish()
      assert.deepEqual([peer.messages, peer.outcomes.length], [['a', 'b'], 0])
      compression.finish()
      assert.deepEqual([peer.messages, peer.outcomes.length], [['a', 'b', 'c', 'd'], 1])
      assert.equal(peer.outcome!.cause.error, error)
      assert.deepEqual([peer.readings, peer.finishes], [0, 0])
    }
  })

  test(`a ${role} that loses its transport has a decoded message that waited behind a pause`, () => {
    const { peer, compression } = late(role)
    peer.receive(packed('a'), close(4000))
    peer.connection.pause()
    compression.finish()
    peer.connection.lose()
    assert.deepEqual([peer.messages, peer.outcomes.length], [['a'], 1])
    assert.equal(peer.outcome!.code, 4000)
  })

  test(`a ${role} that lost its transport may find the message to be wrong`, () => {
    const { peer, compression } = late(role)
    peer.receive(corrupt, text('b'))
    peer.connection.lose(new Error('reset'))
    compression.finish()
    assert.deepEqual([peer.messages, peer.outcomes.length], [[], 1])
    assert.equal(peer.outcome!.code, 1007)
  })

  for (const lost of [false, true]) {
    const when = lost ? 'decodes and has lost its transport' : 'decodes'

    test(`a ${role} that is terminated while it ${when} delivers nothing more`, () => {
      const { peer, compression } = late(role)
      peer.receive(packed('a'), text('b'))
      if (lost) peer.connection.lose(new Error('reset'))
      peer.connection.terminate()
      assert.equal(peer.aborts, 1)
      // Nobody would tell it of the loss again.
      assert.equal(peer.outcomes.length, lost ? 1 : 0)
      compression.finish()
      if (!lost) peer.connection.lose()
      assert.deepEqual([peer.messages, peer.readings, peer.outcomes.length], [[], 0, 1])
      assert.equal(peer.outcome!.cause.trigger, 'terminate')
    })

    test(`a ${role} that fails while it ${when} delivers nothing more`, () => {
      const { peer, compression } = late(role)
      peer.receive(packed('a'), text('b'))
      if (lost) peer.connection.lose(new Error('reset'))
      peer.connection.fail(fault)
      assert.equal(peer.outcomes.length, lost ? 1 : 0)
      compression.finish()
      if (!lost) peer.connection.lose()
      assert.deepEqual([peer.messages, peer.readings, peer.outcomes.length], [[], 0, 1])
      assert.equal(peer.outcome!.code, 1013)
    })
  }

  test(`a ${role} that closes while it decodes still has what came before the peer's close`, () => {
    const { peer, compression } = late(role)
    peer.receive(packed('a'))
    peer.connection.close(1000)
    assert.deepEqual(opcodes(peer), [8])
    peer.receive(text('b'), close(1000))
    compression.finish()
    assert.deepEqual([peer.messages, peer.connection.state], [['a', 'b'], 'ending'])
    peer.connection.lose()
    assert.deepEqual([peer.outcome!.code, peer.outcome!.wasClean], [1000, true])
  })

  test(`a ${role} that closes while paused discards the message that is being decoded`, () => {
    for (const finishedFirst of [false, true]) {
      const { peer, compression } = late(role)
      peer.receive(packed('a'), text('b'))
      peer.connection.pause()
      if (finishedFirst) compression.finish()
      peer.connection.close(1000)
      compression.finish()
      peer.receive(close(1000))
      assert.deepEqual([peer.messages, peer.connection.state], [[], 'ending'])
    }
  })

  for (const act of ['terminate', 'fail', 'close', 'lose', 'pause', 'receive', 'end'] as const) {
    test(`a ${role} may ${act} from a message that was decoded, or from onReading`, () => {
      for (const from of ['onMessage', 'onReading'] as const) {
        for (const lost of [false, true]) {
          const { peer, compression } = late(role)
          const { connection } = peer
          let acted = 0
          peer.react[from] = () => {
            if (acted++ > 0) return
            if (act === 'fail') connection.fail(fault)
            else if (act === 'receive') peer.receive(text('c'))
            else connection[act]()
          }
          peer.receive(packed('a'), text('b'))
          if (lost) connection.lose()
          compression.finish()
          connection.resume()
          const ends = act === 'terminate' || act === 'fail' || act === 'lose'
          const cut = from === 'onMessage' && ends
          if (cut) assert.deepEqual(peer.messages, ['a'])
          else assert.deepEqual(peer.messages.slice(0, 2), ['a', 'b'])
          connection.lose()
          assert.equal(peer.outcomes.length, 1)
          const { readings } = peer
          peer.receive(text('too late'))
          assert.equal(peer.messages.includes('too late'), false)
          assert.equal(peer.readings, readings)
          if (lost) assert.equal(readings, 0)
        }
      }
    })
  }

  test(`a ${role} that is lost for good by a message tells nothing more of reading`, () => {
    const { peer, compression } = late(role)
    peer.react.onMessage = () => {
      peer.connection.terminate()
      peer.connection.lose()
    }
    peer.receive(packed('a'), text('b'))
    compression.finish()
    assert.deepEqual([peer.messages, peer.readings, peer.outcomes.length], [['a'], 0, 1])
  })

  test(`the silence behind a message that a ${role} decodes is its own doing`, () => {
    const { peer, compression } = late(role)
    const rtts: unknown[] = []
    peer.connection.ping(undefined, (rtt) => rtts.push(rtt))
    const [sent] = peer.sent()
    peer.receive(packed('a'), pong(sent!.payload))
    assert.equal(peer.connection.due(), Infinity)
    peer.clock.advance(1_000_000)
    peer.connection.tick(peer.clock.now())
    assert.equal(peer.connection.state, 'open')
    compression.finish()
    assert.deepEqual([rtts.length, peer.connection.state], [1, 'open'])
    assert.equal(peer.connection.due(), peer.clock.now() + 20_000)
  })

  test(`a closing ${role} that has lost its transport has nothing to be on time for`, () => {
    const { peer, compression } = late(role)
    peer.receive(packed('a'))
    peer.connection.close(1000)
    assert.equal(peer.connection.due(), peer.clock.now() + 10_000)
    peer.connection.lose()
    assert.equal(peer.connection.due(), Infinity)
    compression.finish()
    assert.deepEqual([peer.messages, peer.outcomes.length], [['a'], 1])
  })

  test(`a closing ${role} does not wait for a message for ever`, () => {
    const { peer } = late(role)
    peer.receive(packed('a'), close(1000))
    peer.connection.close(1000)
    peer.connection.tick(peer.clock.now() + 10_000)
    assert.equal(peer.aborts, 1)
  })

  test(`a ${role} gives up a late message that is wrong, too large or not UTF-8`, () => {
    const rows: [frame: WireFrame, code: number][] = [
      [corrupt, 1007],
      [packed('a'.repeat(101)), 1009],
      [{ ...packed(''), payload: Uint8Array.of(0, 1, 0, 0xfe, 0xff, 0xff, 0) }, 1007],
    ]
    for (const [frame, code] of rows) {
      const compression = new LateCompression()
      const peer = deflateSolo(role, { compression, limit: 100 })
      peer.receive(frame, text('after'))
      compression.finish()
      assert.deepEqual(opcodes(peer), [8])
      assert.deepEqual([peer.messages, peer.finishes], [[], 1])
      peer.connection.lose()
      assert.equal(peer.outcome!.code, code)
    }
  })
}

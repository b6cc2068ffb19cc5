import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RemoteProtocolError } from '../../dist/errors/index.js'
import type { CloseCause, CloseOutcome } from '../../dist/core/index.js'
import { CloseRecord, triggerOf } from '../../dist/core/close-record.js'
import { close, ping, roles, Solo, text } from './solo.ts'

type Facts = Partial<CloseCause>
interface Row {
  readonly what: string
  readonly happen: (peer: Solo) => void
  readonly outcome: Omit<CloseOutcome, 'cause'>
  readonly cause: Facts
}

const unclean = { code: 1006, reason: '', wasClean: false }
const reset = new Error('read ECONNRESET')

const rows: Row[] = [
  {
    what: 'the peer closed',
    happen: (peer) => peer.receive(close(4000, 'bye')),
    outcome: { code: 4000, reason: 'bye', wasClean: true },
    cause: {
      trigger: 'close-frame',
      by: 'remote',
      sent: { code: 4000, reason: '' },
      received: { code: 4000, reason: 'bye' },
      lastFrame: { opcode: 'close', length: 5 },
      error: undefined,
      text: 'The peer closed the connection with 4000.',
    },
  },
  {
    what: 'this side closed and was answered',
    happen: (peer) => {
      peer.connection.close(1001, 'away')
      peer.receive(close(1001))
    },
    outcome: { code: 1001, reason: '', wasClean: true },
    cause: {
      trigger: 'close-frame',
      by: 'local',
      sent: { code: 1001, reason: 'away' },
      received: { code: 1001, reason: '' },
      text: 'This side closed the connection with 1001.',
    },
  },
  {
    what: 'this side closed and was not answered',
    happen: ({ connection }) => connection.close(1000),
    outcome: unclean,
    cause: {
      trigger: 'close-frame',
      by: 'local',
      received: undefined,
      text: 'This side closed the connection with 1000, and got no close frame in return.',
    },
  },
  {
    what: 'the peer broke the protocol',
    happen: (peer) => peer.receive({ opcode: 3 }),
    outcome: { code: 1002, reason: 'opcode 0x3 is reserved', wasClean: false },
    cause: {
      trigger: 'protocol-error',
      by: 'local',
      sent: { code: 1002, reason: 'opcode 0x3 is reserved' },
      lastFrame: undefined,
      text: 'The peer broke the protocol: opcode 0x3 is reserved.',
    },
  },
  {
    what: 'a message was over its limit',
    happen: (peer) => peer.receive({ opcode: 2, announced: 2 ** 21 }),
    outcome: {
      code: 1009,
      reason: 'message over the limit of 1048576 bytes',
      wasClean: false,
    },
    cause: {
      trigger: 'limit',
      by: 'local',
      lastFrame: { opcode: 'binary', length: 2 ** 21 },
      text: 'A limit was reached: message over the limit of 1048576 bytes.',
    },
  },
  {
    what: 'the peer fell silent',
    happen: ({ connection, clock }) => {
      clock.advance(20_000)
      connection.tick(clock.now())
      clock.advance(20_000)
      connection.tick(clock.now())
    },
    outcome: { ...unclean, reason: 'no answer to a ping within 20000 ms' },
    cause: {
      trigger: 'heartbeat',
      by: 'local',
      sent: undefined,
      sinceLastByte: 40_000,
      pongOwed: true,
      text: 'The peer is gone: no answer to a ping within 20000 ms. No frame ever came. A ping of ours was unanswered.',
    },
  },
  {
    what: 'the peer ended without a close frame',
    happen: (peer) => {
      peer.receive(text('hello'))
      peer.clock.advance(12.25)
      peer.connection.end()
    },
    outcome: unclean,
    cause: {
      trigger: 'transport',
      by: 'remote',
      lastFrame: { opcode: 'text', length: 5 },
      sinceLastByte: 12.25,
      pongOwed: false,
      error: undefined,
      text: 'The peer ended the transport without a close frame. The last frame was text of 5 bytes; the last byte came 12 ms ago.',
    },
  },
  {
    what: 'the peer ended inside the head of a frame',
    happen: (peer) => {
      peer.receive(text('hello'))
      peer.connection.receive(Uint8Array.of(0x82))
      peer.connection.end()
    },
    outcome: unclean,
    cause: { trigger: 'transport', lastFrame: { opcode: 'text', length: 5 } },
  },
  {
    what: 'the peer ended inside a message',
    happen: (peer) => {
      peer.receive(text('hello', false), { opcode: 0, payload: 'you' })
      peer.connection.end()
    },
    outcome: unclean,
    cause: { trigger: 'transport', lastFrame: { opcode: 'continuation', length: 3 } },
  },
  {
    what: 'the transport broke',
    happen: (peer) => {
      peer.receive(ping(''))
      peer.connection.ping()
      peer.clock.advance(3)
      peer.connection.lose(reset)
    },
    outcome: unclean,
    cause: {
      trigger: 'transport',
      by: 'remote',
      error: reset,
      sinceLastByte: 3,
      pongOwed: true,
      text: 'The transport failed without a close frame: read ECONNRESET. The last frame was ping of 0 bytes; the last byte came 3 ms ago. A ping of ours was unanswered.',
    },
  },
  {
    what: 'the program destroyed it',
    happen: ({ connection }) => connection.terminate(),
    outcome: unclean,
    cause: {
      trigger: 'terminate',
      by: 'local',
      text: 'This side destroyed the connection without a closing handshake.',
    },
  },
  {
    what: 'the program destroyed it while closing',
    happen: ({ connection }) => {
      connection.close(1000)
      connection.terminate()
    },
    outcome: unclean,
    cause: { trigger: 'terminate', by: 'local', sent: { code: 1000, reason: '' } },
  },
  {
    what: 'the transport broke while closing',
    happen: ({ connection }) => {
      connection.close(1000)
      connection.lose(reset)
    },
    outcome: unclean,
    cause: { trigger: 'close-frame', by: 'local', error: reset },
  },
  {
    what: 'the transport broke after a fault',
    happen: (peer) => {
      peer.receive({ opcode: 3 })
      peer.connection.lose(reset)
    },
    outcome: { code: 1002, reason: 'opcode 0x3 is reserved', wasClean: false },
    cause: { trigger: 'protocol-error', by: 'local' },
  },
]

for (const { what, happen, outcome, cause } of rows) {
  test(`tells that ${what}`, () => {
    for (const role of roles) {
      const peer = new Solo(role)
      happen(peer)
      peer.connection.lose()
      const { cause: facts, ...rest } = peer.outcome!
      assert.deepEqual(rest, outcome)
      assert.deepEqual({ ...facts, ...cause }, facts)
    }
  })
}

test('knows a limit and the heartbeat from a breach of the protocol', () => {
  const trigger = (code: RemoteProtocolError['code']): string =>
    triggerOf(new RemoteProtocolError(code, 1002, ''))
  assert.equal(trigger('ERR_FRAME_RSV'), 'protocol-error')
  assert.equal(trigger('ERR_LIMIT_BUFFERED'), 'limit')
  assert.equal(trigger('ERR_HEARTBEAT'), 'heartbeat')
})

test('keeps the time of the first sign of the end', () => {
  const record = new CloseRecord()
  assert.equal(record.beganAt, undefined)
  record.begin('close-frame', 'local', 5)
  record.begin('protocol-error', 'local', 7)
  assert.equal(record.beganAt, 5)
  const signs = { opcode: -1, length: 0, sinceLastByte: 0, pongOwed: false }
  assert.equal(record.outcome(signs).cause.trigger, 'protocol-error')
})

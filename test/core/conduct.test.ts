import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { type Conduct, type MessageExtension, Opcode, type Ports } from '../../dist/core/index.js'
import { decodeUtf8 } from '../../dist/testing/index.js'
import { close, ping, roles, Solo, text } from './solo.ts'
import { bytes } from './wire.ts'

const other: Conduct = {
  text: 'bytes',
  marksFragments: true,
  answersPings: false,
  echoesReason: true,
  explainsFailure: false,
  endsAtOnce: true,
  pausesWhileClosing: true,
}

function solo(role: Solo['role'], conduct: Partial<Conduct> = {}, ports?: Partial<Ports>): Solo {
  return new Solo(role, {}, true, undefined, { ...other, ...conduct }, ports)
}

/** Messages with what else is told of them. */
function told(peer: Solo): unknown[] {
  const entries: unknown[] = []
  peer.react.onMessage = (message, isText, ends) => entries.push([message, isText, ends])
  return entries
}

const invalid = Uint8Array.of(0xc3, 0x28)
const isUtf8 = (payload: Uint8Array): boolean => decodeUtf8(payload) !== undefined

for (const role of roles) {
  suite(`a ${role} of another conduct`, () => {
    for (const [name, ports] of Object.entries({ 'a port': { isUtf8 }, 'no port': {} })) {
      test(`gives text as bytes, and looks at it with ${name} for that`, () => {
        const peer = solo(role, {}, ports)
        const entries = told(peer)
        peer.receive(text('höhe'), { opcode: 2, payload: 'bytes' })
        assert.deepEqual(entries, [
          [bytes('höhe'), true, undefined],
          [bytes('bytes'), false, undefined],
        ])
        peer.receive({ opcode: 1, payload: invalid })
        assert.equal(peer.error()?.code, 'ERR_INVALID_UTF8')
      })
    }

    test('looks at fragmented text when it is whole', () => {
      const peer = solo(role)
      peer.receive({ opcode: 1, payload: invalid, fin: false })
      assert.equal(peer.connection.state, 'open')
      peer.receive({ opcode: 0, payload: '' })
      assert.equal(peer.error()?.code, 'ERR_INVALID_UTF8')
    })

    test('may let pass what is not UTF-8, in messages and in close frames', () => {
      const peer = solo(role, { text: 'unchecked' })
      const entries = told(peer)
      peer.receive({ opcode: 1, payload: invalid })
      peer.receive({ opcode: 8, payload: bytes([0x03, 0xe8], invalid) })
      assert.deepEqual(entries, [[invalid, true, undefined]])
      peer.connection.lose()
      assert.deepEqual(peer.outcome?.cause.received, { code: 1000, reason: '' })
    })

    test('marks where fragments ended', () => {
      const peer = solo(role)
      const entries = told(peer)
      peer.receive({ opcode: 2, payload: 'ab', fin: false }, { opcode: 0, payload: '', fin: false })
      peer.receive({ opcode: 0, payload: 'c' }, { opcode: 2, payload: 'd' })
      assert.deepEqual(entries, [
        [bytes('abc'), false, [2, 2]],
        [bytes('d'), false, undefined],
      ])
    })

    test('marks no fragments of what an extension has changed', () => {
      const peer = new Solo(role, {}, true, reversing, other)
      const entries = told(peer)
      peer.receive({ opcode: 2, payload: 'ab', rsv: 4, fin: false }, { opcode: 0, payload: 'c' })
      assert.deepEqual(entries, [[bytes('cba'), false, undefined]])
    })

    test('leaves pings to its owner', () => {
      const peer = solo(role)
      peer.receive(ping('a'))
      assert.deepEqual([peer.pings, peer.sent()], [[bytes('a')], []])
    })

    test('answers a close frame with its reason, and ends at once', () => {
      const peer = solo(role)
      peer.receive(close(4001, 'why'))
      assert.deepEqual(
        peer.sent().map(({ payload }) => payload),
        [bytes([4001 >> 8, 4001 & 255], 'why')],
      )
      assert.equal(peer.finishes, 1)
      peer.connection.lose()
      assert.deepEqual(peer.outcome?.cause.sent, { code: 4001, reason: 'why' })
    })

    test('fails without a reason, and tells its owner in which frame', () => {
      const peer = solo(role)
      const failures: unknown[] = []
      peer.react.onFailed = ({ code }, opcode) => failures.push([code, opcode])
      peer.receive(text('a'), { opcode: 9, payload: 'b', fin: false })
      assert.deepEqual(failures, [['ERR_CONTROL_FRAGMENTED', Opcode.text]])
      assert.deepEqual(
        peer.sent().map(({ payload }) => payload),
        [bytes([1002 >> 8, 1002 & 255])],
      )
    })

    test('stays paused while it closes, and delivers what waits', () => {
      const peer = solo(role)
      peer.connection.pause()
      peer.receive(text('held'))
      peer.connection.close(1000)
      assert.deepEqual([peer.messages, peer.connection.paused], [[], true])
      peer.connection.resume()
      assert.deepEqual(peer.messages, [bytes('held')])
      peer.connection.pause()
      assert.equal(peer.connection.paused, true)
    })
  })

  suite(`what a ${role} sends`, () => {
    test('may be text in bytes and binary in a string', () => {
      const peer = new Solo(role)
      peer.connection.send(bytes('text'), { text: true })
      peer.connection.send('binary', { text: false })
      peer.connection.sendFragment(bytes('te'), false, { text: true })
      peer.connection.sendFragment(bytes('xt'), true, { text: true })
      assert.deepEqual(
        peer.sent().map(({ opcode }) => opcode),
        [Opcode.text, Opcode.binary, Opcode.text, Opcode.continuation],
      )
    })

    test('is left as it is by the extension if it says so', () => {
      const peer = new Solo(role, {}, true, reversing)
      peer.connection.send('abc')
      peer.connection.send('abc', { compress: false })
      peer.connection.send('abc', { compress: true })
      assert.deepEqual(
        peer.sent().map(({ rsv, payload }) => [rsv, payload]),
        [
          [4, bytes('cba')],
          [0, bytes('abc')],
          [4, bytes('cba')],
        ],
      )
    })

    test('may be any number of pings that nobody waits for', () => {
      const peer = new Solo(role)
      for (let i = 0; i < 100; i++) peer.connection.pingBlindly(bytes('p'))
      assert.equal(peer.sent().length, 100)
      assert.throws(() => peer.connection.pingBlindly(new Uint8Array(126)), {
        code: 'ERR_PING_PAYLOAD',
      })
      peer.connection.close()
      assert.throws(() => peer.connection.pingBlindly(bytes('p')), { code: 'ERR_NOT_OPEN' })
    })
  })
}

/** An extension that turns every message round. */
const reversing: MessageExtension = {
  rsv: 4,
  changes: () => true,
  encode: (payload, done) => done(payload.toReversed(), 4),
  share: () => undefined,
  decode: (payload, _later, done) => done(payload.toReversed()),
}

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LocalProtocolError } from '../../dist/errors/index.js'
import { isWireCloseCode } from '../../dist/core/index.js'
import { pattern } from './wire.ts'
import { close, roles, Solo } from './solo.ts'

const local = (code: string) => (error: unknown) =>
  error instanceof LocalProtocolError && error.code === code

test('takes every code that may be received, and refuses every other with 1002', () => {
  for (let code = 0; code <= 5000; code++) {
    const peer = new Solo('server')
    peer.receive(close(code, 'why'))
    const [answer, ...more] = peer.sent()
    const echoed = (answer!.payload[0]! << 8) | answer!.payload[1]!
    const error = peer.error()
    assert.deepEqual(more, [])
    if (isWireCloseCode(code)) {
      assert.equal(echoed, code)
      assert.equal(error, undefined)
      assert.equal(peer.outcome!.code, code)
      assert.equal(peer.outcome!.reason, 'why')
    } else {
      assert.equal(echoed, 1002)
      assert.equal(error?.code, 'ERR_CLOSE_FRAME')
      assert.match(error.message, new RegExp(`code ${code}$`))
      assert.equal(peer.outcome!.code, 1002)
    }
  }
})

test('sends every code that may be sent, and throws for every other', () => {
  for (const code of [...Array(5001).keys(), 1000.5, -1, NaN, Infinity, 65_536 + 1000]) {
    const side = new Solo('client')
    if (Number.isInteger(code) && isWireCloseCode(code)) {
      side.connection.close(code)
      const { payload } = side.sent()[0]!
      assert.equal((payload[0]! << 8) | payload[1]!, code)
    } else {
      assert.throws(() => side.connection.close(code), local('ERR_CLOSE_CODE'))
      assert.throws(() => side.connection.close(code), /1000-1003, 1007-1014 or 3000-4999$/)
      assert.equal(side.connection.state, 'open')
      assert.deepEqual(side.sent(), [])
    }
  }
})

for (const role of roles) {
  test(`a ${role} reads an empty close frame as 1005 and answers with an empty one`, () => {
    const peer = new Solo(role)
    peer.receive(close())
    assert.deepEqual(
      peer.sent().map(({ opcode, payload }) => [opcode, payload.length]),
      [[8, 0]],
    )
    peer.connection.lose()
    assert.equal(peer.outcome!.code, 1005)
    assert.equal(peer.outcome!.wasClean, true)
  })

  test(`a ${role} refuses a close frame of one byte with 1002`, () => {
    const peer = new Solo(role)
    peer.receive({ opcode: 8, payload: Uint8Array.of(3) })
    assert.equal(peer.error()?.code, 'ERR_CLOSE_FRAME')
    assert.deepEqual(
      [peer.outcome!.code, peer.outcome!.reason],
      [1002, 'a close frame of one byte'],
    )
  })

  test(`a ${role} refuses a reason that is not UTF-8 with 1007`, () => {
    for (const wrong of [[0xff], [0xc3], [0xed, 0xa0, 0x80]]) {
      const peer = new Solo(role)
      peer.receive({ opcode: 8, payload: Uint8Array.of(3, 232, ...wrong) })
      assert.equal(peer.error()?.code, 'ERR_INVALID_UTF8')
      assert.equal(peer.outcome!.code, 1007)
    }
  })

  test(`a ${role} receives a reason of 123 bytes at any split`, () => {
    const reason = 'é'.repeat(61) + '!'
    for (const cut of [1, 2, 3, 4, 60, 126]) {
      const peer = new Solo(role)
      const chunk = peer.peerBytes(close(4001, reason))
      peer.connection.receive(chunk.slice(0, cut))
      peer.connection.receive(chunk.slice(cut))
      peer.connection.lose()
      assert.equal(peer.outcome!.reason, reason)
    }
  })

  test(`a ${role} sends a reason of 123 bytes in UTF-8 and throws at 124`, () => {
    const side = new Solo(role)
    const tooLong = 'é'.repeat(62)
    assert.throws(() => side.connection.close(1000, tooLong), local('ERR_CLOSE_REASON'))
    assert.deepEqual(side.sent(), [])
    side.connection.close(1000, tooLong.slice(1) + 'x')
    assert.equal(side.sent()[0]!.payload.length, 125)
  })
}

test('refuses a close frame of 126 bytes by its header', () => {
  const peer = new Solo('server')
  peer.receive({ opcode: 8, payload: pattern(126) })
  assert.equal(peer.error()?.code, 'ERR_CONTROL_LENGTH')
})

test('sends an empty close frame without a code, and 1000 when there is only a reason', () => {
  const silent = new Solo('client')
  silent.connection.close()
  assert.equal(silent.sent()[0]!.payload.length, 0)
  const speaking = new Solo('client')
  speaking.connection.close(undefined, '!')
  assert.deepEqual([...speaking.sent()[0]!.payload], [3, 232, 33])
})

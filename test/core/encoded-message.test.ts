import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encodeMessage } from '../../dist/core/index.js'
import { ConnectionPair, testPorts } from '../../dist/testing/index.js'
import { pattern, read } from './wire.ts'

const ports = testPorts()

test('frames a message once for any number of receivers', () => {
  for (const message of ['', 'añ😀', pattern(126), pattern(70_000)]) {
    const frame = encodeMessage(message, ports)
    for (let i = 0; i < 2; i++) {
      const pair = new ConnectionPair()
      pair.server.connection.sendEncoded(frame)
      pair.flow()
      assert.deepEqual(pair.client.messages, [message])
    }
  }
})

test('masks with a key, and leaves the message as it was', () => {
  const message = pattern(200)
  const frame = encodeMessage(message, ports, 0x37fa213d)
  assert.deepEqual(message, pattern(200))
  assert.deepEqual(read(frame), [{ opcode: 2, fin: true, rsv: 0, payload: message, masked: true }])
  assert.ok(read(encodeMessage('', ports, 0))[0]!.masked)
})

test('a connection frames for itself: a client with a mask, a server without', () => {
  const pair = new ConnectionPair()
  for (const [from, to] of [
    [pair.client, pair.server],
    [pair.server, pair.client],
  ] as const) {
    const { connection } = from
    connection.sendEncoded(connection.encode('ab'))
    connection.sendEncoded(connection.encode(pattern(3)))
    pair.flow()
    assert.deepEqual(to.messages, ['ab', pattern(3)])
    assert.equal(connection.state, 'open')
  }
})

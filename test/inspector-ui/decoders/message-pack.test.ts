import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encode, ExtData } from '@msgpack/msgpack'
import { decoded, message } from './samples.ts'

test('a map, an array and what is in them come out as they went in', () => {
  const value = {
    op: 'set',
    list: [1, -1, 1.5, true, null],
    raw: Uint8Array.of(1, 2),
    name: 'Fähre',
  }
  const found = decoded(message(encode(value)))
  assert.equal(found?.name, 'MessagePack')
  assert.equal(found.summary, '{ op, list, raw, name }')
  assert.deepEqual(found.value, value)
  assert.deepEqual(decoded(message(encode([1, 2])))?.value, [1, 2])
})

test('integers of 64 bits keep every digit', () => {
  const packed = encode({ id: 2n ** 63n - 1n }, { useBigInt64: true })
  assert.deepEqual(decoded(message(packed))?.value, { id: 2n ** 63n - 1n })
})

test('dates and extensions of a program are named', () => {
  const date = new Date('2026-11-21T12:00:00.500Z')
  const value = { date, own: new ExtData(7, Uint8Array.of(9)) }
  assert.deepEqual(decoded(message(encode(value)))?.value, value)
})

test('a scalar is evidence only where the subprotocol says so', () => {
  assert.equal(decoded(message(encode(7))), undefined)
  assert.equal(decoded(message(encode(7), { protocol: 'msgpack' }))?.summary, '7')
})

test('binary with bytes left over, or cut short, is no MessagePack', () => {
  const packed = encode({ a: 'text' })
  assert.equal(decoded(message(Uint8Array.of(...packed, 0))), undefined)
  assert.equal(decoded(message(packed.subarray(0, -1))), undefined)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PayloadBuffer } from '../../dist/core/payload-buffer.js'
import { pattern } from './wire.ts'

test('gives back what was appended, in a buffer of its own of at most twice the size', () => {
  for (const piece of [1, 3, 127, 128, 1000]) {
    for (const total of [1, 2, 127, 128, 129, 255, 256, 257, 1000, 5000]) {
      const all = pattern(total)
      const buffer = new PayloadBuffer()
      for (let at = 0; at < total; at += piece) {
        buffer.append(all.subarray(at, Math.min(at + piece, total)), Infinity)
      }
      const taken = buffer.take()
      assert.deepEqual(taken, all)
      assert.notEqual(taken.buffer, all.buffer)
      assert.ok(taken.buffer.byteLength <= 2 * total)
    }
  }
})

test('allocates at most twice what has come, whatever is announced', () => {
  const buffer = new PayloadBuffer()
  buffer.append(pattern(200), 2 ** 30)
  assert.equal(buffer.take().buffer.byteLength, 400)
})

test('allocates no more than is announced', () => {
  const buffer = new PayloadBuffer()
  buffer.append(pattern(200), 201)
  buffer.append(pattern(1), 201)
  assert.equal(buffer.take().buffer.byteLength, 201)
})

test('grows by doubling, so that many small pieces are not copied over and over', () => {
  const buffer = new PayloadBuffer()
  const homes = new Set<ArrayBufferLike>()
  for (let length = 1; length <= 100_000; length++) {
    buffer.append(Uint8Array.of(length), Infinity)
    if (length >= 128) homes.add(buffer.take().buffer)
  }
  assert.deepEqual(
    [...homes].map(({ byteLength }) => byteLength),
    [256, 514, 1030, 2062, 4126, 8254, 16_510, 33_022, 66_046, 132_094],
  )
})

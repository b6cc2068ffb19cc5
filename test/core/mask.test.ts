import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { applyMask } from '../../dist/core/index.js'
import { pattern } from './wire.ts'

/** Byte `i` of the payload with byte `i mod 4` of the key (RFC 6455 §5.3). */
function masked(bytes: Uint8Array, key: number, phase: number): Uint8Array {
  const keyBytes = [key >>> 24, key >>> 16, key >>> 8, key]
  return bytes.map((byte, i) => byte ^ keyBytes[(i + phase) % 4]!)
}

/** A copy of `bytes` at an offset into a buffer of its own, with two bytes behind it. */
function at(offset: number, bytes: Uint8Array): Uint8Array {
  const buffer = new Uint8Array(offset + bytes.length + 2).fill(0x55)
  buffer.set(bytes, offset)
  return buffer.subarray(offset, offset + bytes.length)
}

const keys = [0x37fa213d, 0xffffffff, 0x80000000, 0x000000ff, 0x01020384, 0]
const lengths = [...Array(301).keys(), 4096, 65_535, 65_537]

for (let offset = 0; offset < 8; offset++) {
  test(`masks as the naive loop does, ${offset} bytes off alignment, in every phase`, () => {
    for (const length of lengths) {
      const plain = pattern(length)
      for (let phase = 0; phase < 4; phase++) {
        const key = keys[(length + phase) % keys.length]!
        const view = at(offset, plain)
        applyMask(view, key, phase)
        assert.ok(Buffer.from(masked(plain, key, phase)).equals(view), `${length}, phase ${phase}`)
      }
    }
  })
}

test('leaves the bytes around a view alone', () => {
  for (const length of [0, 1, 63, 64, 65, 66, 67, 200]) {
    for (let offset = 0; offset < 8; offset++) {
      const view = at(offset, pattern(length))
      applyMask(view, 0xffffffff, 0)
      const around = new Uint8Array(view.buffer)
      const outside = [...around.subarray(0, offset), ...around.subarray(offset + length)]
      assert.deepEqual(outside, Array(offset + 2).fill(0x55))
    }
  }
})

test('counts the phase over parts of any size, to far beyond 2^32', () => {
  const plain = pattern(500)
  for (const cut of [1, 2, 3, 63, 64, 65, 130, 333, 499]) {
    const view = at(1, plain)
    applyMask(view.subarray(0, cut), 0x37fa213d, 0)
    applyMask(view.subarray(cut), 0x37fa213d, cut)
    assert.deepEqual([...view], [...masked(plain, 0x37fa213d, 0)])
  }
  for (const phase of [2 ** 31 + 1, 2 ** 32 + 2, 2 ** 40 + 3]) {
    const view = at(0, plain)
    applyMask(view, 0x37fa213d, phase)
    assert.deepEqual([...view], [...masked(plain, 0x37fa213d, phase)])
  }
})

test('masking twice gives the bytes back', () => {
  const key = fc.integer({ min: 0, max: 0xffffffff })
  const bytes = fc.uint8Array({ maxLength: 1000 })
  fc.assert(
    fc.property(bytes, key, fc.nat(7), fc.nat(3), (plain, word, offset, phase) => {
      const view = at(offset, plain)
      applyMask(view, word, phase)
      applyMask(view, word, phase)
      assert.deepEqual([...view], [...plain])
    }),
  )
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { ports } from '../../dist/node/ports.js'

const encoder = new TextEncoder()
const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.string({ maxLength: 200 }),
  fc.constantFrom('\ud800', 'a\udc00b', '😀'.repeat(3000), 'é'.repeat(70_000)),
)

test('encodes text as TextEncoder does, wherever it goes', () => {
  const slab = new Uint8Array(400_000)
  fc.assert(
    fc.property(anyText, fc.nat(1000), fc.boolean(), (text, at, another) => {
      const expected = encoder.encode(text)
      assert.deepEqual(ports.encodeUtf8(text), expected)
      const into = another ? new Uint8Array(at + text.length * 3) : slab.fill(0)
      assert.equal(ports.writeUtf8!(text, into, at), expected.length)
      assert.deepEqual(into.subarray(at, at + expected.length), expected)
      assert.ok(into.subarray(at + expected.length).every((byte) => byte === 0))
    }),
  )
})

test('gives programs plain bytes, in memory that cannot be taken away from others', () => {
  for (const length of [0, 65, 4000, 4096, 100_000]) {
    const bytes = ports.allocate!(length)
    assert.equal(Object.getPrototypeOf(bytes), Uint8Array.prototype)
    assert.equal(bytes.length, length)
    if (bytes.byteLength === bytes.buffer.byteLength) continue
    try {
      structuredClone(bytes, { transfer: [bytes.buffer as ArrayBuffer] })
    } catch {
      // Newer versions of Node refuse it, older ones make a copy.
    }
    assert.equal(bytes.length, length)
  }
})

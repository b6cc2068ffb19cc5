import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { constants, deflateRawSync, inflateRawSync } from 'node:zlib'
import * as fc from 'fast-check'
import { SmallDeflate, smallAtMost } from '../../dist/node/small-deflate.js'
import { encodeUtf8, seededRandom } from '../../dist/testing/index.js'
import { naiveInflate } from './naive-inflate.ts'

const tail = Uint8Array.of(0, 0, 0xff, 0xff)
/** All tests use this one: what an earlier payload left in its tables is in the way of the next. */
const small = new SmallDeflate()

const noise = seededRandom(7)
const json = (length: number): Uint8Array =>
  encodeUtf8(JSON.stringify(Array.from({ length: 30 }, record))).subarray(0, length)

function record(_: unknown, id: number): object {
  const side = id % 3 === 0 ? 'sell' : 'buy'
  return { id, user: `user${(id * 104_729) % 1000}`, price: ((id * 7919) % 50_000) / 100, side }
}

/** Payloads of a length: of one byte, of a short pattern, JSON, bytes of eight and of nine bits, and noise. */
const kinds: Record<string, (length: number) => Uint8Array> = {
  zeros: (length) => new Uint8Array(length),
  pattern: (length) => Uint8Array.from({ length }, (_, i) => (i % 5) * 60),
  json,
  'no byte twice': (length) => Uint8Array.from({ length }, (_, i) => i),
  'high bytes': (length) => noise(length).map((byte) => byte | 144),
  noise,
}

function inflated(bytes: Uint8Array, windowBits: number): Uint8Array {
  const options = { windowBits, finishFlush: constants.Z_SYNC_FLUSH }
  return new Uint8Array(inflateRawSync(Buffer.concat([bytes, tail]), options))
}

function check(payload: Uint8Array, windowBits: number): void {
  const before = payload.slice()
  const deflated = small.deflate(payload, windowBits)
  assert.deepEqual(inflated(deflated, windowBits), payload)
  assert.deepEqual(payload, before)
  assert.ok(deflated.length <= payload.length + 6, `${deflated.length} of ${payload.length} bytes`)
  assert.deepEqual(deflated, new SmallDeflate().deflate(payload, windowBits))
}

describe('small messages', () => {
  for (const [kind, make] of Object.entries(kinds)) {
    test(`of every length are what zlib inflates to them: ${kind}`, () => {
      for (let length = 0; length <= 300; length++) check(make(length), 8 + (length % 8))
      for (let windowBits = 8; windowBits <= 15; windowBits++) {
        for (const length of [511, 512, 513, smallAtMost - 1, smallAtMost]) {
          check(make(length), windowBits)
        }
      }
    })
  }

  test('are what zlib inflates to them, whatever they are', () => {
    const piece = fc.uint8Array({ maxLength: 40 })
    const pieces = fc
      .tuple(
        fc.array(piece, { minLength: 1, maxLength: 6 }),
        fc.array(fc.nat(5), { maxLength: 60 }),
      )
      .map(([some, order]) => order.map((at) => some[at % some.length]!))
      .map((all) => new Uint8Array(Buffer.concat(all)).subarray(0, smallAtMost))
    const text = fc.json().map((it) => encodeUtf8(it).subarray(0, smallAtMost))
    const payloads = fc.oneof(pieces, text, fc.uint8Array({ maxLength: smallAtMost }))
    fc.assert(fc.property(payloads, fc.integer({ min: 8, max: 15 }), check))
  })

  test('refer no further back than the window, and as far as that', () => {
    for (let windowBits = 8; windowBits <= 9; windowBits++) {
      const window = 2 ** windowBits
      for (const [distance, farthest] of [
        [window, window],
        [window + 1, 0],
      ] as const) {
        const once = Uint8Array.from({ length: 100 }, (_, i) => i)
        const between = new Uint8Array(distance - 100).map((_, i) => 100 + (i % 156))
        const payload = new Uint8Array([...once, ...between, ...once])
        const naive = naiveInflate(small.deflate(payload, windowBits))
        assert.deepEqual(naive.bytes, payload)
        const expected = distance > 256 ? Math.max(farthest, windowBits === 9 ? 156 : 0) : farthest
        assert.equal(naive.farthest, expected, `${distance} bytes apart, ${windowBits} bits`)
      }
    }
  })

  test('are copied from at any length, up to the longest in one, and over themselves', () => {
    for (let length = 1; length <= 600; length++) {
      const deflated = small.deflate(new Uint8Array(length).fill(7), 15)
      assert.deepEqual(naiveInflate(deflated).bytes, new Uint8Array(length).fill(7))
      // A literal, at most three copies, and what is around them.
      assert.ok(deflated.length <= 8, `${deflated.length} bytes for ${length}`)
    }
  })

  test('are copied from at any distance', () => {
    for (let distance = 4; distance <= smallAtMost - 4; distance++) {
      const mark = Uint8Array.of(1, 2, 3, 4)
      const payload = new Uint8Array(distance + 4)
      payload.set(mark)
      payload.set(mark, distance)
      const naive = naiveInflate(small.deflate(payload, 15))
      assert.deepEqual(naive.bytes, payload)
      assert.equal(naive.farthest, distance)
    }
  })

  test('that are empty are the one byte of RFC 7692 §7.2.3.6', () => {
    assert.deepEqual(small.deflate(new Uint8Array(0), 15), Uint8Array.of(0))
  })

  test('are the example of RFC 7692 §7.2.3.1', () => {
    const hello = [0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00]
    assert.deepEqual(small.deflate(encodeUtf8('Hello'), 15), Uint8Array.from(hello))
  })

  test('become hardly larger than by zlib with the same code', () => {
    const zlib = { strategy: constants.Z_FIXED, finishFlush: constants.Z_SYNC_FLUSH }
    for (let length = 50; length <= smallAtMost; length += 50) {
      const payload = json(length)
      const most = (deflateRawSync(payload, zlib).length - tail.length) * 1.07
      const { length: found } = small.deflate(payload, 15)
      assert.ok(found <= most, `${length} bytes become ${found}, ${most} at most`)
    }
  })

  test('that are noise are stored', () => {
    const payload = noise(1000)
    const head = [0, 1000 & 255, 1000 >> 8, ~1000 & 255, ~(1000 >> 8) & 255]
    assert.deepEqual(small.deflate(payload, 15), Uint8Array.from([...head, ...payload, 0]))
  })

  test('become the same whatever came before them, also when the tables are cleared', () => {
    const clearing = new SmallDeflate(5000)
    for (let round = 0; round < 40; round++) {
      for (const make of Object.values(kinds)) {
        const payload = make((round * 97) % smallAtMost)
        const deflated = clearing.deflate(payload, 15)
        assert.deepEqual(deflated, new SmallDeflate().deflate(payload, 15))
      }
    }
  })

  test('are kept when the next one is compressed', () => {
    const first = small.deflate(json(500), 15)
    const copy = first.slice()
    small.deflate(noise(500), 15)
    small.deflate(json(900), 15)
    assert.deepEqual(first, copy)
  })
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { Output, Slab } from '../../dist/core/index.js'
import { encodeUtf8, writeUtf8 } from '../../dist/testing/index.js'
import { bytes, pattern, read } from './wire.ts'

const key = 0x37fa213d

function binary(output: Output, payload: Uint8Array, masked = false): void {
  output.frame(2, true, 0, payload, masked ? key : undefined)
}

/** The payloads of what `output` has, and how many buffers they came in. */
function take(output: Output): { payloads: Uint8Array[]; chunks: Uint8Array[] } {
  const { length } = output
  const chunks = output.take()
  const all = bytes(...chunks)
  assert.equal(length, all.length)
  assert.equal(output.length, 0)
  return { payloads: read(all).map(({ payload }) => payload), chunks }
}

for (const masked of [false, true]) {
  const kind = masked ? 'masked' : 'unmasked'

  test(`puts small ${kind} frames one behind the other into one buffer`, () => {
    const slab = new Slab()
    const output = new Output(slab)
    const sizes = [0, 1, 125, 126, 1000]
    for (const size of sizes) binary(output, pattern(size), masked)
    const { payloads, chunks } = take(output)
    assert.equal(chunks.length, 1)
    assert.equal(chunks[0]!.buffer, slab.bytes.buffer)
    assert.deepEqual(payloads, sizes.map(pattern))
  })

  test(`keeps ${kind} frames of connections that share a slab apart`, () => {
    const slab = new Slab()
    const [a, b] = [new Output(slab), new Output(slab)]
    for (let i = 0; i < 200; i++) {
      binary(a, pattern(i), masked)
      if (i % 3 === 0) binary(b, pattern(2 * i), masked)
    }
    const expected = Array.from({ length: 200 }, (_, i) => i)
    assert.deepEqual(take(a).payloads, expected.map(pattern))
    const others = expected.filter((i) => i % 3 === 0)
    assert.deepEqual(
      take(b).payloads,
      others.map((i) => pattern(2 * i)),
    )
  })

  test(`leaves ${kind} frames that were taken as they are while the slab is filled`, () => {
    const slab = new Slab()
    const output = new Output(slab)
    binary(output, pattern(50), masked)
    const early = output.take()
    for (let i = 0; i < 3000; i++) binary(output, pattern(60), masked)
    assert.deepEqual(read(bytes(...early))[0]!.payload, pattern(50))
    assert.deepEqual(take(output).payloads, Array(3000).fill(pattern(60)))
  })
}

test('changes to a new slab when the old one is full, and cuts no frame', () => {
  const slab = new Slab()
  const first = slab.bytes
  const output = new Output(slab)
  for (let i = 0; i < 5; i++) binary(output, pattern(16_000))
  const { payloads, chunks } = take(output)
  assert.notEqual(slab.bytes, first)
  assert.deepEqual(
    chunks.map(({ length }) => length),
    [4 * 16_004, 16_004],
  )
  assert.deepEqual(payloads, Array(5).fill(pattern(16_000)))
})

test('does not copy a payload of more than 16 KiB that needs no mask', () => {
  for (const [size, copied] of [
    [16_384, true],
    [16_385, false],
    [100_000, false],
  ] as const) {
    const output = new Output(new Slab())
    const payload = pattern(size)
    binary(output, payload)
    const chunks = output.take()
    assert.equal(chunks.at(-1) === payload, !copied)
    assert.deepEqual(read(bytes(...chunks))[0]!.payload, payload)
  }
})

test('copies what it masks, and leaves the payload as it was', () => {
  for (const size of [10, 16_385, 100_000]) {
    const output = new Output(new Slab())
    const payload = pattern(size)
    binary(output, payload, true)
    const { payloads, chunks } = take(output)
    assert.ok(chunks.every(({ buffer }) => buffer !== payload.buffer))
    assert.deepEqual(payloads, [payload])
    assert.deepEqual(payload, pattern(size))
  }
})

test('gives a large masked frame a buffer of its own, so that the slab is not spent on it', () => {
  const slab = new Slab()
  const output = new Output(slab)
  binary(output, pattern(20_000), true)
  assert.equal(slab.used, 0)
  binary(output, pattern(10), true)
  binary(output, pattern(20_000), true)
  const { payloads, chunks } = take(output)
  assert.deepEqual(payloads, [20_000, 10, 20_000].map(pattern))
  assert.deepEqual(
    chunks.map(({ buffer }) => buffer === slab.bytes.buffer),
    [false, true],
  )
})

test('has nothing to give at first, and nothing after it was taken', () => {
  const output = new Output(new Slab())
  assert.deepEqual(output.take(), [])
  binary(output, pattern(3))
  output.take()
  assert.deepEqual(output.take(), [])
  assert.equal(output.length, 0)
})

test('adds encoded bytes in their place, without copying them', () => {
  const output = new Output(new Slab())
  const encoded = Uint8Array.of(0x82, 1, 9)
  binary(output, pattern(1))
  output.append(encoded)
  binary(output, pattern(2))
  const { payloads, chunks } = take(output)
  assert.equal(chunks[1], encoded)
  assert.deepEqual(payloads, [pattern(1), Uint8Array.of(9), pattern(2)])
})

test('any frames of any connections on one slab parse back, whenever they are taken', () => {
  const size = fc.oneof(fc.nat(300), fc.constantFrom(16_383, 16_384, 16_385, 30_000, 65_536))
  const step = fc.record({
    who: fc.nat(2),
    size,
    masked: fc.boolean(),
    opcode: fc.constantFrom(0 as const, 1 as const, 2 as const),
    fin: fc.boolean(),
    taken: fc.boolean(),
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const slab = new Slab()
      const sides = [0, 1, 2].map(() => {
        return { output: new Output(slab), chunks: [] as Uint8Array[], sent: [] as object[] }
      })
      for (const { who, masked, opcode, fin, taken, ...frame } of steps) {
        const side = sides[who]!
        const payload = pattern(frame.size)
        side.output.frame(opcode, fin, 0, payload, masked ? key : undefined)
        side.sent.push({ opcode, fin, rsv: 0, payload, masked })
        if (taken) side.chunks.push(...side.output.take())
      }
      for (const { output, chunks, sent } of sides) {
        assert.deepEqual(read(bytes(...chunks, ...output.take())), sent)
      }
    }),
  )
})

for (const masked of [false, true]) {
  const mask = masked ? key : undefined
  test(`encodes ${masked ? 'masked' : 'unmasked'} texts in their place as it does their bytes`, () => {
    const slab = new Slab()
    const [inPlace, framed] = [new Output(slab), new Output(new Slab())]
    for (const unit of ['a', 'é', '€', '😀', '\ud800']) {
      for (const count of [0, 1, 41, 42, 62, 63, 125, 126, 127, 2000, 4096]) {
        const text = unit.repeat(count)
        inPlace.text(text, mask, writeUtf8)
        framed.frame(1, true, 0, encodeUtf8(text), mask)
        assert.equal(inPlace.length, framed.length)
        if (count % 2 === 0) continue
        assert.deepEqual(bytes(...inPlace.take()), bytes(...framed.take()))
      }
    }
    assert.deepEqual(bytes(...inPlace.take()), bytes(...framed.take()))
  })
}

test('leaves to the next frame what a text has not needed', () => {
  const slab = new Slab()
  const output = new Output(slab)
  output.text('abc', undefined, writeUtf8)
  output.text('d'.repeat(4096), undefined, writeUtf8)
  assert.equal(slab.used, output.length)
  // This one is given memory of its own while it may be three times as long.
  output.text('e'.repeat(6000), undefined, writeUtf8)
  const { payloads } = take(output)
  assert.deepEqual(
    payloads.map(({ length }) => length),
    [3, 4096, 6000],
  )
})

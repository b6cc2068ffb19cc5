import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import {
  byteLength,
  clockTime,
  count,
  duration,
  previewText,
  roundTrip,
  utf8Length,
} from '../../inspector-ui/src/pure/format.ts'

test('a time of day has milliseconds and two digits everywhere', () => {
  assert.equal(clockTime(new Date(2024, 0, 2, 3, 4, 5, 6).getTime()), '03:04:05.006')
})

const lengths: ReadonlyArray<readonly [number, string]> = [
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1.0 kB'],
  [1234, '1.2 kB'],
  [99_949, '99.9 kB'],
  [100_000, '100 kB'],
  [999_499, '999 kB'],
  [999_500, '1.0 MB'],
  [3_400_000_000, '3.4 GB'],
]

for (const [bytes, text] of lengths) {
  test(`${bytes} bytes are ${text}`, () => assert.equal(byteLength(bytes), text))
}

test('a length never has four digits before its unit', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 45 }), (bytes) => {
      assert.match(byteLength(bytes), /^\d{1,3}(\.\d)? [kMGT]?B$/)
    }),
  )
})

test('durations name their two largest units', () => {
  assert.equal(duration(-1), '0 s')
  assert.equal(duration(59.9), '59 s')
  assert.equal(duration(60), '1 min')
  assert.equal(duration(3600), '1 h')
  assert.equal(duration(3600 * 3 + 60 * 20), '3 h 20 min')
  assert.equal(duration(86_400 * 2 + 3600 * 4), '2 d 4 h')
})

test('round trips keep three digits', () => {
  assert.equal(roundTrip(0.416), '0.42 ms')
  assert.equal(roundTrip(9.996), '10.0 ms')
  assert.equal(roundTrip(99.96), '100 ms')
  assert.equal(roundTrip(999.6), '1.00 s')
})

test('counts agree with their noun', () => {
  assert.equal(count(1, 'message'), '1 message')
  assert.equal(count(2000, 'message'), '2,000 messages')
})

test('a preview is one line and says when it was cut', () => {
  assert.equal(previewText('  a\n\tb  c'), 'a b c')
  assert.equal(previewText('x'.repeat(10), 10), 'x'.repeat(10))
  assert.equal(previewText('x'.repeat(11), 10), `${'x'.repeat(10)}…`)
  assert.equal(previewText('x y'.padEnd(1_000_000), 10).length <= 11, true)
})

test('UTF-8 lengths are those of TextEncoder, lone surrogates too', () => {
  const encoder = new TextEncoder()
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary' }),
      fc.array(fc.integer({ max: 0xffff, min: 0 })),
      (text, units) => {
        assert.equal(utf8Length(text), encoder.encode(text).length)
        const wild = String.fromCharCode(...units)
        assert.equal(utf8Length(wild), encoder.encode(wild).length)
      },
    ),
  )
})

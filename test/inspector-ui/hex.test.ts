import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { hexDump, hexRow, hexText, parseHex } from '../../inspector-ui/src/pure/hex.ts'

const readable = [
  'de ad be ef',
  'DEADBEEF',
  '0xde, 0xad 0xBE,0xef',
  'de:ad:be:ef',
  ' de-ad\nbe_ef;',
]

for (const text of readable) {
  test(`reads ${JSON.stringify(text)}`, () => {
    const result = parseHex(text)
    assert.equal(result.ok, true)
    if (result.ok) assert.deepEqual([...result.bytes], [0xde, 0xad, 0xbe, 0xef])
  })
}

const refused: ReadonlyArray<readonly [string, RegExp]> = [
  ['', /Enter bytes/],
  [' , ', /Enter bytes/],
  ['de xd', /“x” is not a hex digit/],
  ['dea', /“dea” has an odd number of digits/],
  ['🌊', /“🌊” is not a hex digit/],
]

for (const [text, message] of refused) {
  test(`refuses ${JSON.stringify(text)}`, () => {
    const result = parseHex(text)
    assert.equal(result.ok, false)
    if (!result.ok) assert.match(result.message, message)
  })
}

test('a digit on its own is a byte', () => {
  const result = parseHex('1 2 f')
  assert.deepEqual(result.ok && [...result.bytes], [1, 2, 15])
})

test('any bytes come back from their hex', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1 }), (bytes) => {
      const result = parseHex(hexText(bytes))
      assert.deepEqual(result.ok && [...result.bytes], [...bytes])
    }),
  )
})

test('a row has its offset, its bytes and what is printable of them', () => {
  const bytes = Uint8Array.from([0x41, 0x7e, 0x7f, 0x1f, 0x20, 0xff])
  assert.deepEqual(hexRow(bytes, 1, 4), { offset: '0004', bytes: '20 ff', ascii: ' .' })
})

test('a dump keeps its columns in a last row that is short', () => {
  const lines = hexDump(Uint8Array.from({ length: 18 }, (_, index) => 0x41 + index)).split('\n')
  assert.equal(lines.length, 2)
  assert.equal(lines[0]?.indexOf('ABCDEFGH'), lines[1]?.indexOf('QR'))
})

test('a long text says that there is more', () => {
  assert.equal(hexText(Uint8Array.from([1, 2, 3]), 2), '01 02 …')
})

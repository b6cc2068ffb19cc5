import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { Utf8Validator } from '../../dist/core/index.js'
import { decodeUtf8 } from '../../dist/testing/index.js'

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function isUtf8(bytes: Uint8Array): boolean {
  try {
    decoder.decode(bytes)
    return true
  } catch {
    return false
  }
}

/** How a sequence may go on so as to become UTF-8: whatever is still missing is one of these. */
const tails = ['', '80', 'bf', '8080', 'a080', '9080', '808080', '908080', 'bfbfbf'].map((hex) =>
  Uint8Array.from(Buffer.from(hex, 'hex')),
)

/** Whether some continuation of `bytes` is UTF-8: the naive answer. */
function mayBecomeUtf8(bytes: Uint8Array): boolean {
  return tails.some((tail) => decodeUtf8(Uint8Array.of(...bytes, ...tail)) !== undefined)
}

function accepts(...chunks: Uint8Array[]): boolean {
  const validator = new Utf8Validator()
  return chunks.every((chunk) => validator.push(chunk))
}

function check(...sequence: number[]): void {
  const bytes = Uint8Array.from(sequence)
  const expected = mayBecomeUtf8(bytes)
  assert.equal(accepts(bytes), expected, Buffer.from(bytes).toString('hex'))
  for (let cut = 1; cut < bytes.length; cut++) {
    assert.equal(accepts(bytes.subarray(0, cut), bytes.subarray(cut)), expected)
  }
  assert.equal(isUtf8(bytes), decodeUtf8(bytes) !== undefined, 'the reference itself')
}

const all = [...Array(256).keys()]
const borders = [0x00, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xff]

test('judges every sequence of one byte', () => {
  for (const a of all) check(a)
})

test('judges every sequence of two bytes', () => {
  for (const a of all) for (const b of all) check(a, b)
})

test('judges every three-byte lead with every second byte and the borders of the third', () => {
  for (let a = 0xe0; a <= 0xef; a++) for (const b of all) for (const c of borders) check(a, b, c)
})

test('judges four-byte sequences at the borders of each byte', () => {
  for (let a = 0xee; a <= 0xff; a++) {
    for (const b of borders) for (const c of borders) for (const d of borders) check(a, b, c, d)
  }
})

test('narrows the second byte only, and only of the sequence it belongs to', () => {
  for (const lead of [
    [0xe0, 0xa0],
    [0xed, 0x9f],
    [0xf0, 0x90, 0x80],
    [0xf4, 0x8f, 0x80],
  ]) {
    for (const last of [0x80, 0xbf]) {
      for (const next of [[0xc2, 0x80], [0xe1, 0x80, 0xbf], [0xf1, 0xbf, 0x80, 0xbf], [0x41]]) {
        check(...lead, last, ...next)
      }
    }
  }
})

const wrong: [what: string, hex: string, firstWrong: number][] = [
  ['a lone continuation byte', '80', 0],
  ['an overlong solidus in two bytes', 'c0af', 0],
  ['an overlong NUL in two bytes', 'c080', 0],
  ['an overlong solidus in three bytes', 'e080af', 1],
  ['an overlong solidus in four bytes', 'f08080af', 1],
  ['a high surrogate', 'eda080', 1],
  ['a low surrogate', 'edbfbf', 1],
  ['U+110000', 'f4908080', 1],
  ['a five-byte form', 'f888808080', 0],
  ['FE', 'fe', 0],
  ['a sequence cut off by a letter', '68e4bd41', 3],
  ['Autobahn 6.3.1', 'cebae1bdb9cf83cebcceb5eda080656469746564', 12],
]

for (const [what, hex, firstWrong] of wrong) {
  test(`fails at the first wrong byte of ${what}`, () => {
    const bytes = Uint8Array.from(Buffer.from(hex, 'hex'))
    const validator = new Utf8Validator()
    for (const [i, byte] of bytes.entries()) {
      const good = validator.push(Uint8Array.of(byte))
      assert.equal(good, i < firstWrong)
      if (!good) break
    }
  })
}

test('agrees with TextDecoder on any text and any bytes, however they are cut', () => {
  const cuts = fc.array(fc.nat(40), { maxLength: 4 })
  const part = fc.oneof(
    fc.uint8Array({ maxLength: 4 }),
    fc.string({ unit: 'binary', maxLength: 8 }).map((text) => new TextEncoder().encode(text)),
  )
  fc.assert(
    fc.property(fc.array(part, { maxLength: 6 }), cuts, (parts, positions) => {
      const bytes = Uint8Array.from(parts.flatMap((one) => [...one]))
      const edges = [0, ...positions.sort((a, b) => a - b), bytes.length]
      const chunks = edges.slice(1).map((edge, i) => bytes.subarray(edges[i], edge))
      const expected = bytes.every((_, i) => mayBecomeUtf8(bytes.subarray(0, i + 1)))
      assert.equal(accepts(...chunks), expected)
      if (isUtf8(bytes)) assert.ok(accepts(bytes))
    }),
    { numRuns: 300 },
  )
})

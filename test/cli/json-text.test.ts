import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import * as fc from 'fast-check'
import { jsonText } from '../../dist/cli/json-text.js'
import { painter } from '../../dist/cli/paint.js'

const plain = painter(false)

suite('JSON for people', () => {
  test('means what it meant, on one line or on many', () => {
    fc.assert(
      fc.property(
        fc.jsonValue({ maxDepth: 5 }),
        fc.constantFrom(0, 40, Infinity),
        (value, width) => {
          const text = JSON.stringify(value)
          const shown = jsonText(text, plain, width)
          if (typeof value !== 'object' || value === null) return assert.equal(shown, undefined)
          // What would control a terminal is written out.
          // oxlint-disable-next-line no-control-regex
          if (/[\x7f-\x9f]/.test(text)) return
          assert.deepEqual(JSON.parse(shown!), JSON.parse(text))
        },
      ),
    )
  })

  test('is as it was but for its white space', () => {
    const text = '{"n":1e400,"big":12345678901234567890,"u":"\\u00e9","n":-0.10,"o":{},"l":[ ]}'
    assert.equal(
      jsonText(text, plain, 200),
      '{"n": 1e400, "big": 12345678901234567890, "u": "\\u00e9", "n": -0.10, "o": {}, "l": []}',
    )
    assert.equal(
      jsonText(text, plain, 20),
      '{\n  "n": 1e400,\n  "big": 12345678901234567890,\n  "u": "\\u00e9",\n  "n": -0.10,\n  "o": {},\n  "l": []\n}',
    )
  })

  test('has names, texts and numbers in colours', () => {
    const shown = jsonText('{"a":["b",1,null]}', painter(true, {}), 80)
    assert.equal(
      shown,
      '{\u001b[1m"a"\u001b[22m: [\u001b[32m"b"\u001b[39m, \u001b[33m1\u001b[39m, \u001b[33mnull\u001b[39m]}',
    )
  })

  test('is for objects and lists of a size that somebody reads', () => {
    for (const text of ['hello', '1', '"x"', '{"a":', '[1', '{a:1}', '']) {
      assert.equal(jsonText(text, plain, 80), undefined, text)
    }
    assert.equal(jsonText(`["${'x'.repeat(2_000_000)}"]`, plain, 80), undefined)
    assert.equal(jsonText('['.repeat(5000) + ']'.repeat(5000), plain, 80), undefined)
    assert.ok(jsonText(`["${'x'.repeat(900_000)}"]`, plain, 80))
  })
})

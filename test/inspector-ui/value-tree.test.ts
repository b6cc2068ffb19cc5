import assert from 'node:assert/strict'
import { test } from 'node:test'
import { childrenOf, valueWords } from '../../inspector-ui/src/pure/value-tree.ts'

const values: ReadonlyArray<readonly [unknown, string]> = [
  ['text\n', '"text\\n"'],
  [2n ** 63n, '9223372036854775808'],
  [null, 'null'],
  [undefined, 'undefined'],
  [[], '[]'],
  [{}, '{}'],
  [[1, 2], '2 items'],
  [{ a: 1 }, '1 field'],
  [Uint8Array.of(1, 255), '01 ff (2 B)'],
  [new Date(0), '1970-01-01T00:00:00.000Z'],
  [new Date(Number.NaN), 'no date'],
]

for (const [value, words] of values) {
  test(`${words} stands for a value of its kind`, () => assert.equal(valueWords(value), words))
}

test('lists, maps and objects have parts, bytes and scalars none', () => {
  assert.deepEqual(childrenOf(['a']), [['0', 'a']])
  assert.deepEqual(childrenOf(new Map([[1, 'a']])), [['1', 'a']])
  assert.deepEqual(childrenOf({ a: null }), [['a', null]])
  for (const value of [Uint8Array.of(1), new Date(), 'text', null, 1]) {
    assert.equal(childrenOf(value), undefined)
  }
})

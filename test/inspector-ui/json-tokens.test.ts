import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { joinTokens, jsonTokens } from '../../inspector-ui/src/pure/json-tokens.ts'

test('the tokens of JSON are the text that JSON.stringify would indent', () => {
  const container = fc.oneof(fc.array(fc.jsonValue()), fc.dictionary(fc.string(), fc.jsonValue()))
  fc.assert(
    fc.property(container, fc.constantFrom(undefined, 1, '\t'), (value, space) => {
      const text = JSON.stringify(value, undefined, space)
      const expected = JSON.stringify(JSON.parse(text), undefined, 2)
      assert.equal(joinTokens(jsonTokens(text) ?? []), expected)
    }),
  )
})

test('digits and repeated keys stay as they were sent', () => {
  const text = '{"id":91827364554637281234,"a":1,"a":1.0e2}'
  assert.equal(
    joinTokens(jsonTokens(text) ?? []),
    '{\n  "id": 91827364554637281234,\n  "a": 1,\n  "a": 1.0e2\n}',
  )
})

test('kinds', () => {
  const kinds = jsonTokens('{"k":["s",-1,true,null]}')
    ?.filter(({ kind }) => kind !== 'punctuation')
    .map(({ kind, text }) => `${kind} ${text}`)
  assert.deepEqual(kinds, ['key "k"', 'string "s"', 'number -1', 'literal true', 'literal null'])
})

for (const text of ['', 'hello', '42', '"text"', '{', '[1,]', '{a:1}']) {
  test(`${JSON.stringify(text)} is not shown as JSON`, () =>
    assert.equal(jsonTokens(text), undefined))
}

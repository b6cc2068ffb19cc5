import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decoded, message } from './samples.ts'

test('an object is summed up by its keys, an array by its length', () => {
  assert.equal(decoded(message('{"type":"chat","id":1}'))?.summary, '{ type, id }')
  assert.equal(decoded(message('[1,2,3]'))?.summary, 'array of 3')
  assert.equal(decoded(message('{}'))?.summary, '{}')
  assert.equal(
    decoded(message('{"a":1,"b":1,"c":1,"d":1,"e":1,"f":1,"g":1}'))?.summary,
    '{ a, b, c, d, e, f, … }',
  )
})

test('a key called __proto__ is a key like any other', () => {
  const value = decoded(message('{"__proto__":{"admin":true}}'))?.value
  assert.deepEqual(Object.keys(value ?? {}), ['__proto__'])
  assert.equal(({} as { admin?: boolean }).admin, undefined)
})

for (const text of ['42', 'true', '"text"', 'null', '', '{"a":', 'hello', '{a:1}']) {
  test(`${JSON.stringify(text)} is left as it is`, () => {
    assert.equal(decoded(message(text)), undefined)
  })
}

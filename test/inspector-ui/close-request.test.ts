import assert from 'node:assert/strict'
import { test } from 'node:test'
import { closeRequest } from '../../inspector-ui/src/pure/close-request.ts'

for (const code of ['1000', ' 3000 ', '4999']) {
  test(`close may send ${code}`, () => {
    assert.deepEqual(closeRequest(code, 'done'), { ok: true, code: Number(code), reason: 'done' })
  })
}

for (const code of ['0', '999', '1001', '1006', '2999', '5000', '1e3', '+1000', '4000.5', 'x']) {
  test(`close may not send ${code}`, () => {
    const request = closeRequest(code, '')
    assert.equal(!request.ok && request.field, 'code')
  })
}

test('nothing is sent when nothing is given, but a reason brings 1000', () => {
  assert.deepEqual(closeRequest('', ''), { ok: true, code: undefined, reason: '' })
  assert.deepEqual(closeRequest('', 'bye'), { ok: true, code: 1000, reason: 'bye' })
})

test('a reason has at most 123 bytes of UTF-8', () => {
  assert.equal(closeRequest('1000', 'x'.repeat(123)).ok, true)
  assert.equal(closeRequest('1000', 'x'.repeat(124)).ok, false)
  assert.equal(closeRequest('1000', 'é'.repeat(62)).ok, false)
  assert.equal(closeRequest('1000', '🌊'.repeat(30)).ok, true)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CloseCode, isWireCloseCode } from '../../dist/core/index.js'

/** The ranges of limits.md that may stand in a close frame. */
const allowed = [
  [1000, 1003],
  [1007, 1014],
  [3000, 4999],
] as const

/** Whether the table allows `code`. */
function inTable(code: number): boolean {
  return allowed.some(([from, to]) => code >= from && code <= to)
}

test('knows for every code whether it may stand in a close frame', () => {
  for (let code = 0; code <= 5000; code++)
    assert.equal(isWireCloseCode(code), inTable(code), `${code}`)
  assert.equal(isWireCloseCode(65_535), false)
})

test('names every code of the registry, and three of those never stand in a frame', () => {
  const silent = Object.entries(CloseCode).filter(([, code]) => !isWireCloseCode(code))
  assert.deepEqual(silent, [
    ['noStatus', 1005],
    ['abnormal', 1006],
    ['tlsHandshake', 1015],
  ])
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keepaliveDue } from '../../dist/core/keepalive.js'

const heartbeat = { interval: 20, timeout: 5 }

type Row = [what: string, heardAt: number, pingSentAt: number | undefined, due: number]
const table: Row[] = [
  ['a ping after the interval of silence', 100, undefined, 120],
  ['a ping at once that was never needed before', 0, undefined, 20],
  ['giving up when nothing came after the ping', 100, 120, 125],
  ['giving up later when something came after the ping', 123, 120, 128],
  ['giving up by the ping when they came together', 120, 120, 125],
]

for (const [what, heardAt, pingSentAt, due] of table) {
  test(`next is ${what}`, () => {
    assert.equal(keepaliveDue(heartbeat, heardAt, pingSentAt), due)
  })
}

test('nothing is ever due without a heartbeat', () => {
  assert.equal(keepaliveDue(undefined, 0, undefined), Infinity)
  assert.equal(keepaliveDue(undefined, 0, 5), Infinity)
})

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Deadlines, type Timed } from '../../dist/node/deadlines.js'

function timed(due: () => number, tick: (now: number) => void): Timed {
  return { due, tick, slot: undefined }
}

describe('deadlines', () => {
  test('one that stays in the past does not hold up the rest', (t) => {
    t.mock.timers.enable({ apis: ['setTimeout', 'setImmediate'] })
    let now = 0
    const deadlines = new Deadlines(10, () => now)
    let ticks = 0
    const stuck = timed(
      () => 5,
      () => {
        assert.ok(++ticks < 100, 'asked again and again in the same turn')
      },
    )
    deadlines.watch(stuck)
    now = 20
    t.mock.timers.tick(20)
    assert.ok(ticks >= 1)
    deadlines.forget(stuck)
    t.mock.timers.reset()
  })
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as nextRound } from 'node:timers/promises'
import { flushAtEndOfTurn } from '../../dist/node/end-of-turn.js'

test('what has output is flushed once, in order, when the turn is over', async () => {
  const flushed: number[] = []
  for (let i = 0; i < 100; i++) flushAtEndOfTurn({ flushTurn: () => void flushed.push(i) })
  assert.deepEqual(flushed, [])
  await Promise.resolve()
  assert.deepEqual(flushed, [...Array(100).keys()])
})

test('many are flushed for 5 ms at a time, and the event loop goes round in between', async (t) => {
  let now = 0
  t.mock.method(performance, 'now', () => now)
  const flushed: number[] = []
  for (let i = 0; i < 1000; i++) {
    flushAtEndOfTurn({
      flushTurn() {
        flushed.push(i)
        now += 0.05
      },
    })
  }
  await Promise.resolve()
  const slices = [flushed.length]
  while (flushed.length < 1000) {
    await nextRound()
    slices.push(flushed.length)
  }
  // 5 ms are 100 of them; the clock is looked at after every 32.
  assert.deepEqual(slices, [128, 256, 384, 512, 640, 768, 896, 1000])
  assert.deepEqual(flushed, [...Array(1000).keys()])
})

test('what one of them brings up while it is flushed comes in a turn of its own', async () => {
  const flushed: string[] = []
  const second = { flushTurn: () => void flushed.push('second') }
  flushAtEndOfTurn({
    flushTurn() {
      flushed.push('first')
      flushAtEndOfTurn(second)
    },
  })
  await Promise.resolve()
  await Promise.resolve()
  assert.deepEqual(flushed, ['first', 'second'])
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { findEntry } from '../../inspector-ui/src/pure/find-entry.ts'
import type { LogEntry } from '../../inspector-ui/src/pure/log-entry.ts'
import { Ring } from '../../inspector-ui/src/pure/ring.ts'
import { rowWindow, scrollToRow } from '../../inspector-ui/src/pure/row-window.ts'

test('a ring is an array that forgets its beginning', () => {
  const step = fc.oneof(fc.integer(), fc.constant('shift' as const), fc.constant('clear' as const))
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 7 }),
      fc.array(step, { maxLength: 60 }),
      (capacity, steps) => {
        const ring = new Ring<number>(capacity)
        let model: number[] = []
        for (const what of steps) {
          if (what === 'shift') assert.equal(ring.shift(), model.shift())
          else if (what === 'clear') {
            ring.clear()
            model = []
          } else {
            ring.push(what)
            model = [...model, what].slice(-capacity)
          }
          assert.deepEqual(
            Array.from({ length: ring.length }, (_, index) => ring.at(index)),
            model,
          )
          assert.equal(ring.at(-1), undefined)
          assert.equal(ring.at(ring.length), undefined)
        }
      },
    ),
  )
})

test('an entry is found by its id, however many ids are missing between', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(500)), fc.nat(500), (ids, wanted) => {
      const sorted = ids.toSorted((a, b) => a - b)
      const entries = sorted.map((id) => ({ id }) as LogEntry)
      const list = { length: entries.length, at: (index: number) => entries[index] }
      assert.equal(findEntry(list, wanted), sorted.indexOf(wanted))
    }),
  )
})

test('every row in view is drawn, and never many more', () => {
  const property = fc.property(
    fc.nat(100_000),
    fc.integer({ min: 0, max: 2000 }),
    fc.integer({ min: 10, max: 50 }),
    fc.nat(5000),
    (scrollTop, height, rowHeight, rows) => {
      const { from, to } = rowWindow(scrollTop, height, rowHeight, rows)
      assert.ok(from >= 0 && from <= Math.max(from, to) && to <= rows)
      const highest = Math.max(0, rows * rowHeight - height)
      if (scrollTop <= highest) {
        assert.ok(from * rowHeight <= scrollTop)
        assert.ok(to === rows || to * rowHeight >= scrollTop + height)
        assert.ok(to - from <= height / rowHeight + 20)
      }
    },
  )
  fc.assert(property)
})

test('scrolling to a row moves no further than it must', () => {
  assert.equal(scrollToRow(5, 0, 100, 10), 0)
  assert.equal(scrollToRow(10, 0, 100, 10), 10)
  assert.equal(scrollToRow(2, 50, 100, 10), 20)
})

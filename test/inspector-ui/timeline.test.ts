import assert from 'node:assert/strict'
import { test } from 'node:test'
import { everyRow } from '../../inspector-ui/src/pure/rows/row-filter.ts'
import { RowStore } from '../../inspector-ui/src/pure/rows/row-store.ts'
import { RowView } from '../../inspector-ui/src/pure/rows/row-view.ts'
import { timelineOf } from '../../inspector-ui/src/pure/timeline.ts'
import { batch, control, frame } from './rows/batches.ts'

function timeline(connection?: number) {
  const store = new RowStore(1e6, 1e9)
  store.add(
    batch(
      frame(0, 'a', { at: 0 }),
      frame(1, 'b', { at: 10, direction: 'transmit' }),
      control(2, 10, { at: 50, rtt: 3, connection: 1 }),
      control(3, 10, { at: 60, rtt: 2 }),
      frame(4, 'c', { at: 100 }),
    ),
  )
  const view = new RowView(store, everyRow)
  view.update()
  return timelineOf(view, store, 4, connection)
}

test('each slice has what went which way, the first row and the longest round trip', () => {
  assert.deepEqual(timeline(), {
    from: 0,
    to: 100,
    slices: [
      { sent: 1, received: 1, rtt: 0, first: 0 },
      { sent: 0, received: 0, rtt: 0, first: undefined },
      { sent: 0, received: 0, rtt: 3, first: undefined },
      { sent: 0, received: 1, rtt: 0, first: 2 },
    ],
  })
})

test('round trips can be those of one connection', () => {
  assert.equal(timeline(0)?.slices[2]?.rtt, 2)
})

test('there is none of nothing', () => {
  const store = new RowStore(1, 1)
  assert.equal(timelineOf(new RowView(store, everyRow), store, 4, undefined), undefined)
})

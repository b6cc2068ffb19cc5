import assert from 'node:assert/strict'
import { test } from 'node:test'
import { everyRow, type RowFilter } from '../../../inspector-ui/src/pure/rows/row-filter.ts'
import { RowStore } from '../../../inspector-ui/src/pure/rows/row-store.ts'
import { RowView } from '../../../inspector-ui/src/pure/rows/row-view.ts'
import { batch, control, frame, messages } from './batches.ts'

function places(view: RowView): Array<number | undefined> {
  return Array.from({ length: view.length }, (_, index) => view.at(index))
}

const mixed = batch(
  frame(0, 'one'),
  control(1, 9, { direction: 'transmit' }),
  frame(2, 'a longer one', { direction: 'transmit', connection: 1 }),
  frame(3, 'part', { fin: false, message: undefined }),
)

const filters: ReadonlyArray<readonly [string, Partial<RowFilter>, readonly number[]]> = [
  ['messages only', {}, [0, 2]],
  ['every frame', { level: 'frames' }, [0, 1, 2, 3]],
  ['what was sent', { level: 'frames', direction: 'sent' }, [1, 2]],
  ['what was received', { direction: 'received' }, [0]],
  ['pings, also among messages', { kind: 'ping' }, [1]],
  ['fragments', { level: 'frames', kind: 'fragment' }, [3]],
  ['one connection', { connection: 1 }, [2]],
  ['sizes from 4 bytes', { level: 'frames', shortest: 4 }, [2, 3]],
  ['sizes up to 4 bytes', { level: 'frames', longest: 4 }, [0, 1, 3]],
  ['what a search has found', { found: true }, []],
]

for (const [name, filter, expected] of filters) {
  test(`a view of ${name}`, () => {
    const store = new RowStore(1e6, 1e9)
    store.add(mixed)
    const view = new RowView(store, { ...everyRow, ...filter })
    view.update()
    assert.deepEqual(places(view), expected)
  })
}

test('a view takes up what comes, and lets go of what has left', () => {
  const store = new RowStore(20_000, 1e9)
  const view = new RowView(store, everyRow)
  for (let first = 0; first < 60_000; first += 1000) {
    store.add(messages(first, 1000))
    view.update()
  }
  assert.equal(view.at(0), store.start)
  assert.equal(view.shifted, store.start)
  assert.equal(view.length, store.end - store.start)
  assert.equal(view.at(view.length - 1), 59_999)
  assert.equal(view.at(view.length), undefined)
})

test('with another filter it begins again', () => {
  const store = new RowStore(1e6, 1e9)
  store.add(mixed)
  const view = new RowView(store, everyRow)
  view.update()
  view.refilter({ ...everyRow, direction: 'sent' })
  assert.deepEqual(places(view), [2])
  assert.equal(view.indexOf(2), 0)
  assert.equal(view.indexOf(3), 1)
})

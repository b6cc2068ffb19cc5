import { effect, type ReadonlySignal, signal } from '@preact/signals'
import type { RowBatch } from '../../../../src/inspect/feed/row-batch.ts'
import { Activity } from '../../pure/activity.ts'
import { type Row, rowAt } from '../../pure/rows/row.ts'
import type { RowFilter } from '../../pure/rows/row-filter.ts'
import { RowStore } from '../../pure/rows/row-store.ts'
import { RowView } from '../../pure/rows/row-view.ts'

/** Whatever is reached first, rows or bytes, makes the oldest make room. */
const mostRows = 1_200_000
const mostBytes = 256 * 1024 * 1024

/** The rows of the inspector, and those of them that the list shows. */
export interface Rows {
  readonly store: RowStore
  readonly view: RowView
  readonly activity: Activity
  /** Rises whenever rows come or go; at most once a frame. */
  readonly version: ReadonlySignal<number>
  /** How many rows the page never got. */
  readonly missed: ReadonlySignal<number>
  readonly add: (batch: RowBatch) => void
  readonly clear: () => void
  /** Says which rows a search has found. */
  readonly found: (numbers: readonly number[]) => void
  readonly forgetFound: () => void
  readonly byNumber: (number: number) => Row | undefined
  /** The row of the list at `index`. */
  readonly shown: (index: number) => Row | undefined
  /** The first row of a connection that went one way, as far as it is kept. */
  readonly first: (connection: number, direction: Row['direction']) => Row | undefined
  /** How long before a row the latest message of its connection was. */
  readonly gapBefore: (row: Row) => Gap | undefined
}

export interface Gap {
  readonly milliseconds: number
  readonly direction: Row['direction']
}

/** Rows that are looked through for a neighbour: a click should not wait for more. */
const neighbourhood = 20_000

export function createRows(filter: ReadonlySignal<RowFilter>): Rows {
  const store = new RowStore(mostRows, mostBytes)
  const view = new RowView(store, filter.peek())
  const activity = new Activity()
  const version = signal(0)
  const missed = signal(0)
  /** Numbers that a search found before their rows came. */
  const awaited = new Set<number>()
  let stale = false
  let flushing = false

  function flush(): void {
    flushing = false
    if (stale) view.refilter(filter.peek())
    else view.update()
    stale = false
    version.value += 1
  }

  /** Thousands of rows may come between two frames; the page is told once. */
  function changed(): void {
    if (flushing) return
    flushing = true
    // A page in the background has no frames, but its title and counts should not stand still.
    if (document.hidden) setTimeout(flush, 250)
    else requestAnimationFrame(flush)
  }

  function refilter(): void {
    stale = true
    changed()
  }

  function mark(number: number): void {
    const found = store.locate(store.placeOf(number) ?? -1)
    if (found) found.segment.found[found.index] = 1
    else awaited.add(number)
  }

  function locate(place: number | undefined): Row | undefined {
    const found = place === undefined ? undefined : store.locate(place)
    return found && rowAt(found)
  }

  effect(() => {
    void filter.value
    refilter()
  })

  return {
    store,
    view,
    activity,
    version,
    missed,
    add(batch) {
      store.add(batch)
      for (let row = 0; row < batch.count; row += 1) {
        activity.add(batch.connection[row]!, batch.at[row]!)
        if (awaited.size > 0 && awaited.delete(batch.first + row)) mark(batch.first + row)
      }
      if (batch.missed > 0) missed.value += batch.missed
      changed()
    },
    clear() {
      store.clear()
      activity.clear()
      awaited.clear()
      missed.value = 0
      refilter()
    },
    found(numbers) {
      for (const number of numbers) mark(number)
      if (numbers.length > 0) refilter()
    },
    forgetFound() {
      awaited.clear()
      for (const { found } of store.segments) found.fill(0)
      refilter()
    },
    byNumber: (number) => locate(store.placeOf(number)),
    shown: (index) => locate(view.at(index)),
    first(connection, direction) {
      for (let place = store.start; place < store.start + neighbourhood; place += 1) {
        const row = locate(place)
        if (row?.connection === connection && row.direction === direction) return row
      }
      return undefined
    },
    gapBefore(row) {
      const place = store.placeOf(row.number) ?? 0
      for (let at = place - 1; at >= Math.max(store.start, place - neighbourhood); at -= 1) {
        const before = locate(at)
        if (!before?.ends || before.connection !== row.connection) continue
        return { milliseconds: row.at - before.at, direction: before.direction }
      }
      return undefined
    },
  }
}

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rowAt } from '../../../inspector-ui/src/pure/rows/row.ts'
import { rowPreview } from '../../../inspector-ui/src/pure/rows/row-preview.ts'
import { RowStore } from '../../../inspector-ui/src/pure/rows/row-store.ts'
import { batch, control, frame, messages } from './batches.ts'

const roomy = () => new RowStore(1e6, 1e9)

function previewAt(store: RowStore, place: number): string | undefined {
  const found = store.locate(place)
  return found && rowPreview(rowAt(found))
}

test('rows of many batches keep their order, their numbers and their previews', () => {
  const store = roomy()
  for (let first = 0; first < 40_000; first += 1000) store.add(messages(first, 1000))
  assert.equal(store.end - store.start, 40_000)
  for (const number of [0, 999, 1000, 16_383, 16_384, 39_999]) {
    const place = store.placeOf(number)
    assert.equal(place, number)
    assert.equal(previewAt(store, place), `m${number}`)
  }
  assert.equal(store.locate(40_000), undefined)
})

test('a gap in the numbers leaves no gap in the places', () => {
  const store = roomy()
  store.add(messages(0, 3))
  store.add(messages(10, 2))
  assert.equal(store.placeOf(10), 3)
  assert.equal(previewAt(store, 4), 'm11')
  assert.equal(store.placeOf(5), undefined)
})

test('beyond its bounds the oldest make room, and places stay what they were', () => {
  const store = new RowStore(20_000, 1e9)
  for (let first = 0; first < 60_000; first += 5000) store.add(messages(first, 5000))
  assert.ok(store.start > 0)
  assert.ok(store.end - store.start <= 20_000 + 16_384)
  assert.equal(store.placeOf(0), undefined)
  assert.equal(previewAt(store, 59_999), 'm59999')
  const small = new RowStore(1e6, 1)
  small.add(messages(0, 40_000))
  assert.equal(small.segments.length, 1)
})

test('a row says what its frame was', () => {
  const store = roomy()
  const payload = Uint8Array.of(0x03, 0xe9, 0x62, 0x79, 0x65)
  store.add(
    batch(
      frame(0, 'text', { direction: 'transmit', maskKey: 0xdeadbeef, rsv: 4 }),
      control(1, 10, { rtt: 1.5 }),
      control(2, 8, { payload, length: 5 }),
      frame(3, 'part', { fin: false, message: undefined }),
    ),
  )
  const rows = [0, 1, 2, 3].map((place) => rowAt(store.locate(place)!))
  assert.deepEqual(
    rows.map(({ kind, direction, ends, fin, rsv }) => ({ kind, direction, ends, fin, rsv })),
    [
      { kind: 'text', direction: 'sent', ends: true, fin: true, rsv: 4 },
      { kind: 'pong', direction: 'received', ends: false, fin: true, rsv: 0 },
      { kind: 'close', direction: 'received', ends: false, fin: true, rsv: 0 },
      { kind: 'fragment', direction: 'received', ends: false, fin: false, rsv: 0 },
    ],
  )
  assert.equal(rows[0]?.maskKey, 0xdeadbeef)
  assert.deepEqual(rows.map(rowPreview), ['text', 'pong after 1.50 ms', 'close 1001 “bye”', 'part'])
})

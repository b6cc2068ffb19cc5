import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LogEntry } from '../../inspector-ui/src/pure/log-entry.ts'
import {
  type DirectionFilter,
  parseFilter,
  passes,
} from '../../inspector-ui/src/pure/message-filter.ts'

function entry(data: LogEntry['data'], direction: LogEntry['direction'] = 'sent'): LogEntry {
  const kind = typeof data === 'string' ? 'text' : 'binary'
  return { id: 1, time: 0, direction, kind, data, length: data.length, preview: '', failed: false }
}

const bytes = Uint8Array.from([0xde, 0xad, 0x41, 0x42])

const rows: ReadonlyArray<readonly [filter: string, data: LogEntry['data'], shown: boolean]> = [
  ['', 'anything', true],
  ['HELLO', 'oh hello there', true],
  ['hello', 'bye', false],
  ['a.c', 'abc', false],
  ['a.c', 'xa.cx', true],
  ['(', 'f(x)', true],
  ['/a.c/', 'abc', true],
  ['/A.C/', 'abc', false],
  ['/A.C/i', 'abc', true],
  ['/', 'a/b', true],
  ['/path/to', 'GET /path/to', true],
  ['de ad', bytes, true],
  ['AB', bytes, true],
  ['be ef', bytes, false],
]

for (const [filter, data, shown] of rows) {
  test(`${JSON.stringify(filter)} ${shown ? 'shows' : 'hides'} ${String(data)}`, () => {
    assert.equal(passes(entry(data), parseFilter(filter), 'all'), shown)
  })
}

test('a global expression finds the same message each time', () => {
  const filter = parseFilter('/a/g')
  assert.deepEqual(
    [1, 2, 3].map(() => passes(entry('aa'), filter, 'all')),
    [true, true, true],
  )
})

test('a broken expression hides nothing and says why', () => {
  const filter = parseFilter('/(/')
  assert.match(filter.error ?? '', /regular expression/i)
  assert.equal(passes(entry('x'), filter, 'all'), true)
})

test('directions: events are shown only among all', () => {
  const all = parseFilter('')
  const shown = (direction: LogEntry['direction'], filter: DirectionFilter): boolean =>
    passes(entry('x', direction), all, filter)
  assert.deepEqual(
    (['all', 'sent', 'received'] as const).map((filter) => [
      shown('sent', filter),
      shown('received', filter),
      shown('system', filter),
    ]),
    [
      [true, true, true],
      [true, false, false],
      [false, true, false],
    ],
  )
})

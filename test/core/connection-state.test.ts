import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type ConnectionState,
  nextState,
  readyStateOf,
  type Transition,
} from '../../dist/core/connection-state.js'
import { ReadyState } from '../../dist/core/index.js'

const transitions: readonly Transition[] = [
  'open',
  'sendClose',
  'receiveClose',
  'fail',
  'end',
  'lose',
]

type Row = [from: ConnectionState, ...to: (ConnectionState | undefined)[]]
const no = undefined

/** For each state, where the transitions above lead; `no` where they are not legal. */
const table: Row[] = [
  // open, sendClose, receiveClose, fail, end, lose
  ['connecting', 'open', no, no, 'ending', no, 'closed'],
  ['open', no, 'closing', 'ending', 'ending', 'ending', 'closed'],
  ['closing', no, no, 'ending', 'ending', 'ending', 'closed'],
  ['ending', no, no, no, no, no, 'closed'],
  ['closed', no, no, no, no, no, no],
]

for (const [from, ...to] of table) {
  test(`from ${from} there is no way but those of the table`, () => {
    assert.deepEqual(
      transitions.map((transition) => nextState(from, transition)),
      to,
    )
  })
}

test('shows the four states of the WebSocket standard', () => {
  assert.deepEqual(ReadyState, { CONNECTING: 0, OPEN: 1, CLOSING: 2, CLOSED: 3 })
  assert.deepEqual(
    table.map(([state]) => readyStateOf(state)),
    [0, 1, 2, 2, 3],
  )
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toJsonLines } from '../../../dist/inspect/index.js'
import { ports, recorded } from './recorded.ts'

type Line = Readonly<Record<string, unknown>>

function lines(): Line[] {
  return [...toJsonLines(recorded(), ports)].map((line) => {
    assert.ok(!line.includes('\n'))
    return JSON.parse(line) as Line
  })
}

test('JSON lines are all that happened, in the order of time', () => {
  const said = lines()
  assert.deepEqual(
    said.map(({ type, connection, opcode }) =>
      [type, connection, opcode].filter((one) => one !== undefined),
    ),
    [
      ['open', 0],
      ['frame', 0, 'text'],
      ['frame', 0, 'binary'],
      ['frame', 0, 'text'],
      ['frame', 0, 'ping'],
      ['frame', 0, 'continuation'],
      ['frame', 0, 'pong'],
      ['frame', 0, 'close'],
      ['frame', 0, 'close'],
      ['close', 0],
      ['open', 1],
      ['frame', 1, 'text'],
    ],
  )
  const times = said.map(({ at }) => at as number)
  assert.deepEqual(
    times,
    times.toSorted((one, other) => one - other),
  )
})

test('a frame has its payload once, and the message where it ends', () => {
  const frames = lines().filter(({ type }) => type === 'frame')
  const message = (at: number): Line => frames[at]!['message'] as Line
  assert.deepEqual([frames[0]?.['payload'], message(0)['text']], [undefined, 'hellö'])
  assert.deepEqual([frames[1]?.['payload'], message(1)['base64']], [undefined, 'AP8='])
  assert.deepEqual(
    [frames[2]?.['payload'], frames[2]?.['inMessage'], message(2)],
    ['ZnJh', 1, undefined],
  )
  assert.deepEqual([frames[4]?.['payload'], message(4)['text']], ['Z21lbnRz', 'fragments'])
  assert.equal(frames[5]?.['rtt'], 2)
  assert.equal(message(8)['compressed'], true)
  assert.equal(message(8)['text'], 'compressed')
})

test('a close has its diagnosis and the sums', () => {
  const close = lines().find(({ type }) => type === 'close')
  assert.equal(close?.['diagnosis'], 'The peer closed the connection with 1000.')
  assert.ok(close)
  assert.equal((close['received'] as Line)['messages'], 1)
})

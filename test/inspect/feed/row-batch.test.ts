import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import {
  decodeRowBatch,
  encodeRowBatch,
  RowBit,
  type RowBatch,
} from '../../../dist/inspect/feed/row-batch.js'
import { Recording } from '../../../dist/inspect/index.js'
import { recorded } from '../export/recorded.ts'
import { facts, frame, key, text } from '../recording/frames.ts'

function batchOf(recording: Recording, missed = 0): RowBatch {
  const bytes = encodeRowBatch([...recording.frames], missed, ({ number }) => number % 2)
  const batch = decodeRowBatch(bytes.buffer as ArrayBuffer)
  assert.ok(batch)
  return batch
}

function preview({ previews, previewEnd }: RowBatch, row: number): string {
  return Buffer.from(previews.subarray(previewEnd[row - 1] ?? 0, previewEnd[row])).toString()
}

function has(batch: RowBatch, row: number): string[] {
  return Object.entries(RowBit).flatMap(([name, bit]) => (batch.bits[row]! & bit ? [name] : []))
}

suite('a batch of rows', () => {
  test('has every frame of a recording, in columns', () => {
    const recording = recorded()
    const frames = [...recording.frames]
    const batch = batchOf(recording, 7)
    assert.deepEqual([batch.first, batch.count, batch.missed], [0, frames.length, 7])
    assert.deepEqual(
      [...batch.at],
      frames.map(({ at }) => at),
    )
    assert.deepEqual(
      [...batch.wireLength],
      frames.map(({ length }) => length),
    )
    assert.deepEqual(
      [...batch.connection],
      frames.map(({ connection }) => connection),
    )
    assert.deepEqual(
      [...batch.maskKey],
      frames.map(({ maskKey = 0 }) => maskKey),
    )
    assert.deepEqual(
      [...batch.message],
      frames.map(({ inMessage = -1 }) => inMessage),
    )
    assert.deepEqual(
      [...batch.bits].map((bits) => bits & 15),
      frames.map(({ opcode }) => opcode),
    )
    assert.deepEqual(
      [...batch.topic],
      frames.map(({ number }) => number % 2),
    )
  })

  test('says of a frame what its bits are', () => {
    const batch = batchOf(recorded())
    assert.deepEqual(has(batch, 0), ['fin', 'masked', 'ends', 'text'])
    assert.deepEqual(has(batch, 2), ['transmit'])
    const compressed = ['rsv1', 'fin', 'masked', 'transmit', 'ends', 'text', 'compressed']
    assert.deepEqual(has(batch, batch.count - 1), compressed)
  })

  test('shows a message with its last frame, whole and inflated', () => {
    const batch = batchOf(recorded())
    assert.equal(preview(batch, 2), 'fra')
    assert.equal(preview(batch, 4), 'fragments')
    assert.equal(batch.length[4], 9)
    assert.equal(preview(batch, batch.count - 1), 'compressed')
    assert.equal(batch.length[batch.count - 1], 10)
    assert.equal(batch.length[2], -1)
  })

  test('tells the round trip of a pong, and of nothing else', () => {
    const { rtt } = batchOf(recorded())
    assert.equal(rtt[5], 2)
    assert.ok(Number.isNaN(rtt[0]))
  })

  test('has the first bytes of a payload, and says that there is more', () => {
    const recording = new Recording()
    const recorder = recording.open(facts())
    recorder.read('receive', frame({ opcode: text, payload: 'x'.repeat(200), key }), 1)
    recorder.read('receive', frame({ opcode: text, payload: 'y'.repeat(201), key }), 2)
    const batch = batchOf(recording)
    assert.equal(preview(batch, 0), 'x'.repeat(200))
    assert.equal(preview(batch, 1), 'y'.repeat(200))
    assert.deepEqual(
      [0, 1].map((row) => has(batch, row).includes('cut')),
      [false, true],
    )
  })

  test('can be empty', () => {
    const batch = batchOf(new Recording(), 3)
    assert.deepEqual([batch.count, batch.missed, batch.previews.length], [0, 3, 0])
  })

  test('is not read from bytes that are none', () => {
    assert.equal(decodeRowBatch(new ArrayBuffer(3)), undefined)
    const other = encodeRowBatch([...recorded().frames], 0, () => 0)
    assert.equal(decodeRowBatch(other.slice(0, 40).buffer), undefined)
    other[0] = 2
    assert.equal(decodeRowBatch(other.buffer as ArrayBuffer), undefined)
  })
})

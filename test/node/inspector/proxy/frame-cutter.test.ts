import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import {
  array,
  assert as check,
  constantFrom,
  integer,
  nat,
  oneof,
  property,
  record,
} from 'fast-check'
import { FrameCutter } from '../../../../dist/node/inspector/proxy/frame-cutter.js'
import { frame } from '../../raw-client.ts'

interface Seen {
  readonly opcode: number
  readonly bytes: Buffer
}

/** The frames in `bytes`, however these are split. */
function cut(bytes: Buffer, splits: readonly number[]): Seen[] {
  const cutter = new FrameCutter()
  const frames: Seen[] = []
  const ends = [...splits.map((split) => split % (bytes.length + 1)), bytes.length]
  let start = 0
  let open: Buffer[] = []
  for (const end of ends.toSorted((one, other) => one - other)) {
    for (const piece of cutter.cut(bytes.subarray(start, end))) {
      assert.equal(piece.begins, open.length === 0)
      open.push(Buffer.from(piece.bytes))
      if (!piece.ends) continue
      frames.push({ opcode: piece.opcode, bytes: Buffer.concat(open) })
      open = []
    }
    start = end
  }
  assert.deepEqual(open, [])
  return frames
}

suite('frames are cut', () => {
  const one = record({
    opcode: integer({ min: 0, max: 15 }),
    size: oneof(integer({ min: 0, max: 130 }), constantFrom(65_535, 65_536)),
  })

  test('where they end, at any split', () => {
    const cuts = property(array(one, { maxLength: 6 }), array(nat()), (all, splits) => {
      const frames = all.map(({ opcode, size }) => ({
        opcode,
        bytes: frame(opcode, Buffer.alloc(size, 7)),
      }))
      const bytes = Buffer.concat(frames.map((each) => each.bytes))
      assert.deepEqual(cut(bytes, splits), frames)
    })
    check(cuts, { numRuns: 200 })
  })

  test('and a place is found between them: for data only between messages', () => {
    const cutter = new FrameCutter()
    const admits = (bytes: Uint8Array): boolean[] => {
      for (const _ of cutter.cut(bytes));
      return [cutter.admits(1), cutter.admits(9)]
    }
    const begun = frame(1, 'begun', false)
    assert.deepEqual([cutter.admits(1), cutter.admits(9)], [true, true])
    assert.deepEqual(admits(begun.subarray(0, 1)), [false, false])
    assert.deepEqual(admits(begun.subarray(1)), [false, true])
    assert.deepEqual(admits(frame(9, 'ping')), [false, true])
    assert.deepEqual(admits(frame(0, 'done')), [true, true])
  })
})

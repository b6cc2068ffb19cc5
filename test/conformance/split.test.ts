/** Where `--split` cuts. */
import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { encodeFrame } from '../../dist/conformance/wire/frame.js'
import { cutBytes, cutFrames, everySplit, type Split } from '../../dist/conformance/wire/split.js'

/** Headers of 2, 4 and 10 bytes. */
const lengths = [5, 126, 65_536]
const frames = lengths.map((length) =>
  encodeFrame({ opcode: 2, payload: new Uint8Array(length) }, false),
)
const sizes = (pieces: readonly Uint8Array[]): number[] => pieces.map(({ length }) => length)

test('headers: behind the first byte of each header, and behind its last', () => {
  deepEqual(sizes(cutFrames(frames, 'headers')), [1, 1, 5 + 1, 3, 126 + 1, 9, 65_536])
})

test('a number: pieces of so many bytes, 512 of them and the rest', () => {
  deepEqual(sizes(cutFrames(frames.slice(0, 1), 3)), [3, 3, 1])
  deepEqual(sizes(cutBytes(Buffer.alloc(6), 3)), [3, 3])
  deepEqual(sizes(cutBytes(Buffer.alloc(2000), 2)), [...Array.from({ length: 512 }, () => 2), 976])
})

test('whatever the split, all the bytes are there', () => {
  const whole = Buffer.concat(frames)
  const splits: readonly (Split | undefined)[] = [undefined, ...everySplit]
  for (const split of splits) deepEqual(Buffer.concat(cutFrames(frames, split)), whole)
  deepEqual(sizes(cutFrames([], 'headers')), [0])
})

test('every: each byte of a masked header with a 64-bit length is the first of a piece', () => {
  const frame = encodeFrame({ opcode: 2, payload: new Uint8Array(65_536) }, true)
  const starts = new Set<number>()
  for (const split of everySplit) {
    let at = 0
    for (const { length } of cutFrames([frame], split)) starts.add((at += length) - length)
  }
  deepEqual(
    Array.from({ length: 15 }, (_, at) => at).filter((at) => !starts.has(at)),
    [],
  )
})

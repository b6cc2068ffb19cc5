import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bytePieces } from '../../dist/cli/byte-pieces.js'

/** The pieces that chunks of these sizes become. */
async function pieces(sizes: readonly number[]): Promise<number[]> {
  async function* chunks(): AsyncGenerator<Uint8Array> {
    for (const size of sizes) yield new Uint8Array(size)
  }
  const lengths: number[] = []
  for await (const piece of bytePieces(chunks())) lengths.push(piece.length)
  return lengths
}

test('small chunks are gathered, large ones are passed on, nothing is left behind', async () => {
  assert.deepEqual(await pieces([]), [])
  assert.deepEqual(await pieces([0]), [])
  assert.deepEqual(await pieces([1]), [1])
  assert.deepEqual(await pieces(Array.from({ length: 100_000 }, () => 1)), [65_536, 34_464])
  assert.deepEqual(await pieces([65_536, 65_535, 1, 200_000, 3]), [65_536, 65_536, 200_000, 3])
  assert.deepEqual(await pieces([60_000, 60_000]), [120_000])
})

test('the order of the bytes is kept', async () => {
  async function* chunks(): AsyncGenerator<Uint8Array> {
    for (let i = 0; i < 256; i++) yield new Uint8Array(999).fill(i)
  }
  const all: Uint8Array[] = []
  for await (const piece of bytePieces(chunks())) all.push(piece)
  const expected = Buffer.concat(Array.from({ length: 256 }, (_, i) => Buffer.alloc(999, i)))
  assert.ok(Buffer.concat(all).equals(expected))
})

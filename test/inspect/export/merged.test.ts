import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import * as fc from 'fast-check'
import { merged } from '../../../dist/inspect/export/merged.js'

interface Placed {
  readonly rank: number
  readonly source: number
  readonly place: number
}

suite('sources that are merged', () => {
  test('are what a stable sort makes of all of them, one behind the other', () => {
    const sources: fc.Arbitrary<number[][]> = fc.array(fc.array(fc.nat(20)))
    fc.assert(
      fc.property(sources, (ranks) => {
        const sorted = ranks.map((list, source) =>
          list
            .toSorted((one, other) => one - other)
            .map((rank, place) => ({ rank, source, place })),
        )
        const expected = sorted.flat().sort((one, other) => one.rank - other.rank)
        assert.deepEqual([...merged<Placed>(sorted, ({ rank }) => rank)], expected)
      }),
    )
  })

  test('are read no further than is needed', () => {
    let read = 0
    function* counting(): Generator<number> {
      for (;;) yield read++
    }
    const numbers = merged<number>([counting(), [1.5]], (number) => number)
    assert.deepEqual(
      Array.from({ length: 4 }, () => numbers.next().value as number),
      [0, 1, 1.5, 2],
    )
    assert.equal(read, 3)
  })

  test('may be none, or empty', () => {
    assert.deepEqual([...merged([], Number)], [])
    assert.deepEqual([...merged([[], [1], []], Number)], [1])
  })
})

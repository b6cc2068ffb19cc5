import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseSize } from '../../inspector-ui/src/pure/parse-size.ts'

const sizes: ReadonlyArray<readonly [string, number | undefined]> = [
  ['512', 512],
  [' 1.5 kB ', 1500],
  ['64KiB', 65_536],
  ['2 mb', 2_000_000],
  ['0', 0],
  ['', undefined],
  ['-1', undefined],
  ['1 parsec', undefined],
]

for (const [text, bytes] of sizes) {
  test(`${JSON.stringify(text)} is ${bytes ?? 'no size'}`, () =>
    assert.equal(parseSize(text), bytes))
}

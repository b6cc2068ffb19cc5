import assert from 'node:assert/strict'
import { test } from 'node:test'
import { scrollScale } from '../../inspector-ui/src/pure/scroll-scale.ts'

test('a list that browsers can lay out is not scaled', () => {
  const scale = scrollScale(280_000, 600)
  assert.equal(scale.height, 280_000)
  assert.equal(scale.toList(1234), 1234)
  assert.equal(scale.toPage(1234), 1234)
})

test('of a list of a million rows both ends can be reached, and back comes what went in', () => {
  const [full, view] = [28_000_000, 600]
  const scale = scrollScale(full, view)
  assert.ok(scale.height < 17_895_698, 'Firefox lays out no more')
  assert.equal(scale.toList(0), 0)
  assert.equal(scale.toList(scale.height - view), full - view)
  assert.equal(Math.round(scale.toList(scale.toPage(123_456))), 123_456)
})

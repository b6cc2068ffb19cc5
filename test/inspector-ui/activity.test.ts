import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Activity, activitySeconds } from '../../inspector-ui/src/pure/activity.ts'

/** The last few of the seconds. */
function latest(activity: Activity, now: number, count: number): readonly number[] {
  return activity.of(0, now).slice(-count)
}

test('what came is counted by the second, the present one last', () => {
  const activity = new Activity()
  for (const at of [10_000, 10_500, 12_100]) activity.add(0, at)
  assert.deepEqual(latest(activity, 12_900, 4), [0, 2, 0, 1])
  assert.deepEqual(latest(activity, 14_000, 4), [0, 1, 0, 0])
})

test('each connection has its own, and none has nothing', () => {
  const activity = new Activity()
  activity.add(1, 10_000)
  assert.deepEqual(activity.of(0, 10_000), [])
  assert.equal(activity.of(1, 10_000).at(-1), 1)
  activity.clear()
  assert.deepEqual(activity.of(1, 10_000), [])
})

test('what is older than it looks back is gone, also after a long silence', () => {
  const activity = new Activity()
  activity.add(0, 0)
  activity.add(0, activitySeconds * 1000)
  assert.deepEqual(latest(activity, activitySeconds * 1000, 2), [0, 1])
  assert.deepEqual(new Set(activity.of(0, 1e9)), new Set([0]))
  activity.add(0, 1000)
  assert.equal(activity.of(0, activitySeconds * 1000)[0], 1)
})

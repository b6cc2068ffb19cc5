import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { TokenBucket } from '../../dist/core/index.js'

test('a bucket allows its burst, and then its rate', () => {
  const bucket = new TokenBucket(10, 3, 0)
  let allowed = 0
  for (let now = 0; now < 1000; now++) {
    for (let tries = 0; tries < 5; tries++) {
      if (!bucket.allows(now)) continue
      bucket.take(1, now)
      allowed++
    }
  }
  // The burst, and one for each tenth of a second.
  assert.equal(allowed, 3 + 9)
})

test('something larger than the bucket is allowed, and paid back', () => {
  const bucket = new TokenBucket(1000, 100, 0)
  bucket.take(600, 0)
  assert.equal(bucket.allows(0), false)
  assert.equal(bucket.allowsAt(0), 501)
  assert.equal(bucket.allows(500), false)
  assert.equal(bucket.allows(501), true)
  assert.equal(bucket.allowsAt(501), 501)
})

test('a bucket never holds more than its burst', () => {
  const bucket = new TokenBucket(1000, 2, 0)
  bucket.take(2, 1_000_000)
  assert.equal(bucket.allows(1_000_000), false)
})

test('it allows at the time that it says, and not before', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 10_000 }),
      fc.integer({ min: 1, max: 10_000 }),
      fc.integer({ min: 0, max: 1_000_000 }),
      (perSecond, capacity, tokens) => {
        const bucket = new TokenBucket(perSecond, capacity, 5)
        bucket.take(tokens, 5)
        const at = bucket.allowsAt(5)
        if (at > 6) assert.equal(bucket.allows(at - 2), false)
        // What is rounded on the way may cost another millisecond.
        assert.equal(bucket.allows(at + 1), true)
      },
    ),
  )
})

test('it is overdrawn when more was taken than there was', () => {
  const bucket = new TokenBucket(10, 3, 0)
  bucket.take(3, 0)
  assert.equal(bucket.overdrawn, false)
  bucket.take(1, 0)
  assert.equal(bucket.overdrawn, true)
})

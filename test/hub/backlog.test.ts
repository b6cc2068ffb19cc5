import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as fc from 'fast-check'
import { Backlog, slowConsumerPolicies, type SlowConsumerPolicy } from '../../dist/hub/index.js'

/** `count` bytes that say which message they are. */
function message(number: number, count: number): Uint8Array {
  return new Uint8Array(count).fill(number)
}

/** Everything that waits, as one string of bytes. */
function drained(backlog: Backlog): number[] {
  const bytes: number[] = []
  for (;;) {
    const next = backlog.shift()
    if (!next) return bytes
    bytes.push(...(next.message as Uint8Array))
  }
}

/** What a message counts beyond its bytes where it may have to be dropped by itself. */
const ownCost = 256

describe('a backlog', () => {
  for (const policy of slowConsumerPolicies) {
    test(`gives back in order what it was given (${policy})`, () => {
      const backlog = new Backlog(policy, 100_000)
      assert.ok(backlog.empty)
      for (let i = 1; i <= 5; i++) assert.equal(backlog.push(message(i, i)), 'buffered')
      assert.equal(backlog.bytes, 15)
      assert.equal(backlog.empty, false)
      assert.deepEqual(drained(backlog), [1, 2, 2, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 5])
      assert.equal(backlog.bytes, 0)
      assert.ok(backlog.empty)
      assert.equal(backlog.shift(), undefined)
    })

    test(`takes one message however large it is (${policy})`, () => {
      const backlog = new Backlog(policy, 10)
      assert.equal(backlog.push(message(1, 5000)), 'buffered')
      assert.equal(backlog.bytes, 5000)
    })
  }

  test('says that the receiver is to be closed when its limit is passed (close)', () => {
    const backlog = new Backlog('close', 10)
    assert.equal(backlog.push(message(1, 6)), 'buffered')
    assert.equal(backlog.push(message(2, 4)), 'buffered')
    assert.equal(backlog.push(message(3, 1)), 'overflow')
    assert.equal(backlog.bytes, 10)
  })

  test('does not take the newest (drop-newest)', () => {
    const backlog = new Backlog('drop-newest', 10)
    backlog.push(message(1, 6))
    assert.equal(backlog.push(message(2, 5)), 'dropped')
    assert.equal(backlog.push(message(3, 4)), 'buffered')
    assert.deepEqual(drained(backlog), [1, 1, 1, 1, 1, 1, 3, 3, 3, 3])
  })

  test('lets as many of the oldest go as the newest needs (drop-oldest)', () => {
    const backlog = new Backlog('drop-oldest', 3 * (ownCost + 2))
    for (let i = 1; i <= 3; i++) assert.equal(backlog.push(message(i, 2)), 'buffered')
    assert.equal(backlog.push(message(4, 4)), 'buffered')
    assert.deepEqual(drained(backlog), [3, 3, 4, 4, 4, 4])
  })

  test('puts the newer message where the older one with its key was (keep-latest)', () => {
    const backlog = new Backlog('keep-latest', 10_000)
    backlog.push(message(1, 1), 'a')
    backlog.push(message(2, 1), '__proto__')
    backlog.push(message(3, 1))
    backlog.push(message(4, 2), 'a')
    backlog.push(message(5, 1), '__proto__')
    assert.equal(backlog.bytes, 4)
    assert.deepEqual(drained(backlog), [4, 4, 5, 3])
    backlog.push(message(6, 1), 'a')
    assert.deepEqual(drained(backlog), [6], 'a key is forgotten when its message is sent')
  })

  test('does not grow over its limit by replacing small messages with large ones (keep-latest)', () => {
    const limit = 10_000
    const backlog = new Backlog('keep-latest', limit)
    for (let key = 0; key < 20; key++) backlog.push(message(1, 1), `key ${key}`)
    for (let key = 0; key < 20; key++) backlog.push(message(key, 4000), `key ${key}`)
    assert.ok(backlog.bytes <= limit, `${backlog.bytes} bytes wait`)
    assert.equal(drained(backlog).at(-1), 19)
  })

  test('tells of each that makes room, and not of what a newer one replaces', () => {
    for (const policy of slowConsumerPolicies) {
      let overflows = 0
      const backlog = new Backlog(policy, 3 * (ownCost + 2), () => overflows++)
      backlog.push(message(1, 2), 'a')
      backlog.push(message(2, 2))
      backlog.push(message(3, 2), 'a')
      backlog.shift()
      backlog.push(message(4, 400), 'b')
      backlog.push(message(5, 400), 'c')
      const makesRoom = { close: 0, 'drop-newest': 0, 'drop-oldest': 3, 'keep-latest': 2 }
      assert.equal(overflows, makesRoom[policy], policy)
    }
  })

  test('keys mean nothing to the other policies', () => {
    const backlog = new Backlog('drop-oldest', 10_000)
    backlog.push(message(1, 1), 'a')
    backlog.push(message(2, 1), 'a')
    assert.deepEqual(drained(backlog), [1, 2])
  })

  test('copies small messages, so that they may lie together, and no large ones', () => {
    const backlog = new Backlog('close', 100_000)
    const large = message(9, 2000)
    backlog.push(message(1, 3))
    backlog.push(message(2, 3))
    backlog.push(large)
    backlog.push(message(3, 3))
    const [together, alone, last] = [backlog.shift(), backlog.shift(), backlog.shift()]
    assert.deepEqual(together?.message, Uint8Array.of(1, 1, 1, 2, 2, 2))
    assert.equal(alone?.message, large)
    assert.deepEqual(last?.message, message(3, 3))
    assert.deepEqual([together.count, alone.count, last.count], [2, 1, 1])
  })

  test('keeps a message that is held by itself, however small, and counts it', () => {
    const held = { message: '', length: 2 }
    for (const policy of slowConsumerPolicies) {
      const backlog = new Backlog(policy, 100_000)
      backlog.push(message(1, 3))
      backlog.push(held)
      backlog.push(message(2, 3))
      assert.equal(backlog.bytes, 8)
      const taken = [backlog.shift(), backlog.shift(), backlog.shift()]
      assert.deepEqual(
        taken.map((waiting) => waiting?.message),
        [message(1, 3), held, message(2, 3)],
      )
      assert.ok(backlog.empty)
    }
  })

  test('half a million empty messages take little more than their bytes', () => {
    const before = process.memoryUsage().arrayBuffers
    const backlog = new Backlog('close', 1 << 20)
    const empty = message(0, 2)
    let count = 0
    while (backlog.push(empty) === 'buffered') count++
    assert.equal(count, 1 << 19)
    const taken = process.memoryUsage().arrayBuffers - before
    assert.ok(taken < 2 << 20, `${taken} bytes are taken`)
    assert.equal(drained(backlog).length, 1 << 20)
  })

  test('does what a plain list would do, whatever comes in whatever order', () => {
    const push = fc.record({
      length: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 400, max: 5000 })),
      key: fc.option(fc.constantFrom('a', 'b', '__proto__'), { nil: undefined }),
    })
    const steps = fc.array(fc.oneof({ weight: 3, arbitrary: push }, fc.constant('shift' as const)))
    const policies = fc.constantFrom(...slowConsumerPolicies)
    fc.assert(
      fc.property(policies, fc.integer({ min: 1, max: 8000 }), steps, (policy, limit, all) => {
        const backlog = new Backlog(policy, limit)
        const model = new ListOfMessages(policy, limit)
        let number = 0
        for (const step of all) {
          if (step === 'shift') {
            const taken = backlog.shift()?.message
            assert.deepEqual([...((taken ?? []) as Uint8Array)], model.take(taken?.length ?? 0))
          } else {
            const next = message(++number & 255, step.length)
            assert.equal(backlog.push(next, step.key), model.push(next, step.key))
          }
          assert.equal(backlog.bytes, model.bytes)
          assert.equal(backlog.empty, model.bytes === 0)
        }
        assert.deepEqual(drained(backlog), model.take(model.bytes))
      }),
    )
  })
})

/** The same in the plainest way there is. */
class ListOfMessages {
  #list: { message: Uint8Array; key: string | undefined }[] = []
  readonly #policy: SlowConsumerPolicy
  readonly #limit: number

  constructor(policy: SlowConsumerPolicy, limit: number) {
    this.#policy = policy
    this.#limit = limit
  }

  get bytes(): number {
    return this.#list.reduce((sum, { message: { length } }) => sum + length, 0)
  }

  push(next: Uint8Array, key: string | undefined): string {
    const at = this.#list.findIndex((other) => other.key === key)
    if (this.#policy === 'keep-latest' && key !== undefined && at >= 0) {
      const replaced = this.#list.with(at, { message: next, key })
      const shrinks = next.length <= this.#list[at]!.message.length
      if (shrinks || costOf(replaced) <= this.#limit) {
        this.#list = replaced
        return 'buffered'
      }
      this.#list.splice(at, 1)
    }
    const added = { message: next, key }
    while (this.#list.length > 0 && this.#costWith(next) > this.#limit) {
      if (this.#policy === 'close') return 'overflow'
      if (this.#policy === 'drop-newest') return 'dropped'
      this.#list.shift()
    }
    this.#list.push(added)
    return 'buffered'
  }

  #costWith(next: Uint8Array): number {
    const drops = this.#policy === 'drop-oldest' || this.#policy === 'keep-latest'
    return drops ? costOf([...this.#list, { message: next }]) : this.bytes + next.length
  }

  /** Takes out messages of so many bytes together. */
  take(length: number): number[] {
    const bytes: number[] = []
    while (bytes.length < length) bytes.push(...this.#list.shift()!.message)
    return bytes
  }
}

function costOf(list: readonly { readonly message: Uint8Array }[]): number {
  return list.reduce((sum, { message: { length } }) => sum + length + ownCost, 0)
}

import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import * as fc from 'fast-check'
import { aligned } from '../../../dist/cli/replay/aligned.js'
import { compareAnswers, type Comparison } from '../../../dist/cli/replay/compare-answers.js'
import { readJsonPath } from '../../../dist/cli/replay/json-paths.js'
import type { RecordedAnswer } from '../../../dist/cli/replay/replay-script.js'

const exact: Comparison = { by: 'exact', ignored: [] }

function whole(...messages: (string | Uint8Array)[]): RecordedAnswer[] {
  return messages.map((message) => ({ message, state: 'whole' }))
}

suite('two lists', () => {
  test('that are equal have no differences', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(3)), (list) => {
        assert.deepEqual(
          aligned(list, [...list], (one, other) => one === other),
          [],
        )
      }),
    )
  })

  test('have all that is not alike in their differences, in order, and the rest is equal', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(3)), fc.array(fc.nat(3)), (ones, others) => {
        const unlike = aligned(ones, others, (one, other) => one === other)
        const [gone, come] = [
          new Set(unlike.map(([one]) => one)),
          new Set(unlike.map((two) => two[1])),
        ]
        const left = ones.filter((_, at) => !gone.has(at))
        assert.deepEqual(
          left,
          others.filter((_, at) => !come.has(at)),
        )
        assert.ok(left.length >= mostInOrder(ones, others))
      }),
    )
  })

  test('that are too long for a table are still compared', () => {
    const ones = Array.from({ length: 3000 }, (_, at) => at)
    const others = [0, ...ones.slice(2, -2).map((one) => one + 0.5), 2998, 2999]
    const unlike = aligned(ones, others, (one, other) => one === other)
    assert.deepEqual(unlike[0], [1, 1])
    assert.deepEqual(unlike.at(-1), [2997, undefined])
  })
})

/** How long a longest common subsequence is, the slow way. */
function mostInOrder(ones: readonly number[], others: readonly number[]): number {
  const [one, ...rest] = ones
  if (one === undefined || others.length === 0) return 0
  const at = others.indexOf(one)
  const without = mostInOrder(rest, others)
  return at < 0 ? without : Math.max(without, 1 + mostInOrder(rest, others.slice(at + 1)))
}

suite('answers', () => {
  test('that are the same are no difference', () => {
    const bytes = Uint8Array.of(1, 2)
    assert.deepEqual(compareAnswers(whole('a', bytes), ['a', Buffer.of(1, 2)], exact), [])
  })

  test('are missing, unexpected or others', () => {
    assert.deepEqual(compareAnswers(whole('a', 'b', 'c'), ['a', 'c'], exact), [
      { kind: 'missing', answer: 2, expected: 'b' },
    ])
    assert.deepEqual(compareAnswers(whole('a', 'c'), ['a', 'b', 'c'], exact), [
      { kind: 'unexpected', answer: 2, got: 'b' },
    ])
    assert.deepEqual(compareAnswers(whole('a', 'b', 'c'), ['a', 'x', 'c'], exact), [
      { kind: 'changed', answer: 2, expected: 'b', got: 'x' },
    ])
    const [difference] = compareAnswers(whole('text'), [Buffer.from('text')], exact)
    assert.equal(difference?.kind, 'changed')
  })

  test('as JSON may be written in another way, and have members that do not count', () => {
    const json: Comparison = { by: 'json', ignored: [readJsonPath('time')!] }
    const recorded = whole('{"a":1,"time":5}', 'no json')
    assert.deepEqual(compareAnswers(recorded, ['{ "time": 6, "a": 1 }', 'no json'], json), [])
    assert.deepEqual(compareAnswers(recorded, ['{"a":2}', 'no json'], json), [
      {
        kind: 'changed',
        answer: 1,
        expected: '{"a":1,"time":5}',
        got: '{"a":2}',
        changes: ['$.a: 1 → 2'],
      },
    ])
    assert.equal(compareAnswers(recorded, ['{ "a":1,"time":5}', 'no json'], exact).length, 1)
  })

  test('nested too deep to look into are compared as text', () => {
    const deep = '['.repeat(100_000) + ']'.repeat(100_000)
    const json: Comparison = { by: 'json', ignored: [] }
    assert.deepEqual(compareAnswers(whole(deep), [deep], json), [])
    assert.equal(compareAnswers(whole(deep), [`${deep} `], json).length, 1)
  })

  test('may only be counted', () => {
    const count: Comparison = { by: 'count', ignored: [] }
    assert.deepEqual(compareAnswers(whole('a', 'b'), ['x', Buffer.of(1)], count), [])
    assert.equal(compareAnswers(whole('a', 'b'), ['x'], count).length, 1)
  })

  test('that were cut have to begin as they did, of redacted ones nothing is known', () => {
    const cut: RecordedAnswer[] = [
      { message: 'hel', state: 'cut' },
      { message: Uint8Array.of(1), state: 'cut' },
      { message: '{"token":"[redacted]"}', state: 'redacted' },
    ]
    assert.deepEqual(compareAnswers(cut, ['hello', Buffer.of(1, 2), 'any'], exact), [])
    assert.equal(compareAnswers(cut, ['hi', Buffer.of(2), 'any'], exact).length, 2)
  })
})

import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import * as fc from 'fast-check'
import {
  canonical,
  changes,
  type JsonPath,
  readJsonPath,
} from '../../../dist/cli/replay/json-paths.js'

function paths(...texts: string[]): JsonPath[] {
  return texts.map((text) => readJsonPath(text)!)
}

/** Without what is ignored, as JSON again. */
function kept(value: unknown, ...ignored: string[]): string {
  return JSON.stringify(canonical(value, paths(...ignored)))
}

suite('a path', () => {
  test('is names and indexes', () => {
    assert.deepEqual(paths('a', '$.a.b', 'items[0].id', '[*].x', '**.id', '$[1]'), [
      ['a'],
      ['a', 'b'],
      ['items', '0', 'id'],
      ['*', 'x'],
      ['**', 'id'],
      ['1'],
    ])
    for (const text of ['', '$', 'a..b', '.a', 'a.', 'a[', 'a[x]', 'a[]']) {
      assert.equal(readJsonPath(text), undefined, text)
    }
  })

  const value = {
    id: 1,
    list: [
      { id: 2, name: 'x' },
      { id: 3, deep: { id: 4 } },
    ],
  }
  for (const [ignored, left] of [
    ['id', { list: value.list }],
    ['list[0]', { id: 1, list: [value.list[1]] }],
    ['list[*].id', { id: 1, list: [{ name: 'x' }, { deep: { id: 4 } }] }],
    ['**.id', { list: [{ name: 'x' }, { deep: {} }] }],
    ['list.*.deep', { id: 1, list: [value.list[0], { id: 3 }] }],
    ['nothing.here', value],
  ] as const) {
    test(`${ignored} takes out what it names`, () => {
      assert.equal(kept(value, ignored), kept(left))
    })
  }
})

suite('values of JSON', () => {
  test('are equal in any order of members, and only then', () => {
    assert.equal(kept({ a: 1, b: [{ c: 2, d: 3 }] }), kept({ b: [{ d: 3, c: 2 }], a: 1 }))
    assert.notEqual(kept([1, 2]), kept([2, 1]))
    assert.notEqual(kept({ a: 1 }), kept([['a', 1]]))
    assert.notEqual(kept({ __proto__: 1 }), kept(JSON.parse('{"__proto__":1}')))
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
        const [first, second] = [one, other].map((each): unknown =>
          JSON.parse(JSON.stringify(each)),
        )
        let equal = true
        try {
          assert.deepEqual(first, second)
        } catch {
          equal = false
        }
        assert.equal(kept(first) === kept(second), equal)
        assert.equal(changes(first, second, []).length === 0, equal)
      }),
    )
  })

  test('that differ say where', () => {
    const one = { id: 1, user: { name: 'ada', age: 36 }, list: [1, 2] }
    const other = { id: 2, user: { name: 'bob', mail: 'x' }, list: [1, 2, 3] }
    assert.deepEqual(changes(one, other, paths('id')), [
      '$.user.name: "ada" → "bob"',
      '$.user.age: 36 → nothing',
      '$.user.mail: nothing → "x"',
      '$.list[2]: nothing → 3',
    ])
    assert.deepEqual(changes({ a: [] }, { a: {} }, []), ['$.a: [] → {}'])
  })
})

import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { suite, test } from 'node:test'

interface Names {
  readonly values: readonly string[]
  readonly types: readonly string[]
}

const list = 'test/dist/exports.json'
const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as {
  exports: Record<string, string | { types: string; default: string }>
}
const actual: Record<string, Names> = {}
for (const [subpath, target] of Object.entries(manifest.exports)) {
  if (typeof target !== 'string') actual[subpath] = await namesOf(subpath, target.types)
}

// After a deliberate change: UPDATE=1 node --test build/dist/exports.test.js
if (process.env['UPDATE']) writeFileSync(list, `${JSON.stringify(actual, undefined, 2)}\n`)

suite('the public exports are the pinned ones', () => {
  const pinned = JSON.parse(readFileSync(list, 'utf8')) as Record<string, Names>

  test('entry points', () => {
    assert.deepEqual(Object.keys(actual), Object.keys(pinned))
  })

  for (const [subpath, names] of Object.entries(pinned)) {
    test(subpath, () => assert.deepEqual(actual[subpath], names))
  }
})

/** The values that a program sees at run time, and what the declarations name besides. */
async function namesOf(subpath: string, declarations: string): Promise<Names> {
  const loaded = (await import(subpath.replace('.', 'tidewire'))) as object
  const values = Object.keys(loaded).toSorted()
  const text = readFileSync(declarations, 'utf8')
  assert.doesNotMatch(text, /export \*/, `${declarations}: name each export`)
  const lists = [...text.matchAll(/^export (?:type )?\{([^}]*)\}/gm)].flatMap((match) =>
    (match[1] ?? '').split(',').map((item) => item.trim()),
  )
  const declared = lists.filter(Boolean).map((item) => item.replace(/^type |^.* as |'/g, ''))
  const types = declared.filter((name) => !values.includes(name)).toSorted()
  assert.deepEqual(
    values.filter((name) => !declared.includes(name)),
    [],
    `${declarations}: an entry point only gathers exports of other files`,
  )
  return { values, types }
}

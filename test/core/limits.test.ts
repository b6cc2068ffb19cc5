import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OptionError } from '../../dist/errors/index.js'
import {
  checkInteger,
  defaultHeartbeat,
  defaultLimits,
  type Limits,
  resolveLimits,
} from '../../dist/core/index.js'

/** limits.md, "Defaults", with the documented range of each. */
const table: [name: keyof Limits, value: number, lowest: number, highest: number][] = [
  ['message', 1_048_576, 1, 2 ** 29 - 24],
  ['fragments', 1024, 1, 2 ** 24],
  ['buffered', 1_048_576, 1, 2 ** 32],
  ['head', 16_384, 256, 2 ** 20],
  ['headFields', 100, 8, 2000],
  ['target', 8192, 1, 2 ** 20],
  ['handshakeTimeout', 10_000, 1, 2 ** 31 - 1],
  ['frameTimeout', 30_000, 1, 2 ** 31 - 1],
  ['outputTimeout', 120_000, 1, 2 ** 31 - 1],
  ['closeTimeout', 10_000, 1, 2 ** 31 - 1],
]

const refused = (option: string) => (error: unknown) =>
  error instanceof OptionError && error.code === 'ERR_OPTION' && error.option === option

test('has the documented defaults and no other limits', () => {
  const documented = Object.fromEntries(table.map(([name, value]) => [name, value]))
  assert.deepEqual(defaultLimits, documented)
  assert.deepEqual(resolveLimits(), documented)
  assert.deepEqual(resolveLimits({}), documented)
  assert.deepEqual(defaultHeartbeat, { interval: 20_000, timeout: 20_000 })
})

for (const [name, value, lowest, highest] of table) {
  test(`takes limits.${name} from ${lowest} to ${highest} and nothing else`, () => {
    for (const good of [lowest, highest]) {
      assert.deepEqual(resolveLimits({ [name]: good }), { ...defaultLimits, [name]: good })
    }
    const wrong = [lowest - 1, highest + 1, lowest + 0.5, NaN, Infinity, -1, '5', null, 5n, true]
    for (const other of wrong) {
      assert.throws(() => resolveLimits({ [name]: other as number }), refused(`limits.${name}`))
    }
    assert.equal(resolveLimits({ [name]: undefined })[name], value)
  })
}

test('lays limits over other defaults', () => {
  const defaults = resolveLimits({ message: 5, fragments: 6 })
  assert.deepEqual(resolveLimits({ message: 7 }, defaults), { ...defaults, message: 7 })
})

test('refuses a limit that it does not know', () => {
  for (const name of ['mesage', 'constructor', 'toString', 'hasOwnProperty', '']) {
    assert.throws(() => resolveLimits({ [name]: 1 }), refused(`limits.${name}`))
  }
  const hostile = JSON.parse('{ "__proto__": { "message": 1 } }') as object
  assert.throws(() => resolveLimits(hostile), refused('limits.__proto__'))
})

test('does not take limits from a prototype', () => {
  assert.deepEqual(resolveLimits(Object.create({ message: 1 }) as object), defaultLimits)
})

test('says which option was wrong, what it was, and what would be right', () => {
  assert.throws(() => resolveLimits({ message: 0 }), {
    message: 'option limits.message: got 0, expected a whole number from 1 to 536870888',
  })
  assert.equal(checkInteger('port', 80, 0, 65_535), 80)
  assert.throws(() => checkInteger('port', -1, 0, 65_535), refused('port'))
})

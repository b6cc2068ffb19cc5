import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { catalogue } from '../../dist/errors/index.js'
import { command } from './command.ts'

test('what `npm run docs` makes is what the sources say', async () => {
  const { code, output } = await command(process.execPath, ['scripts/docs.mjs', '--check'])
  assert.equal(code, 0, output)
})

test('every code in the catalogue is made somewhere', () => {
  const sources = readdirSync('src', { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('catalogue.ts'))
    .map((file) => readFileSync(join('src', file), 'utf8'))
    .join('\n')
  const unused = Object.keys(catalogue).filter((code) => !sources.includes(`'${code}'`))
  assert.deepEqual(unused, [])
})

test('every entry has a well-formed code and two whole sentences', () => {
  for (const [code, { meaning, remedy }] of Object.entries(catalogue)) {
    assert.match(code, /^ERR_[A-Z0-9]+(_[A-Z0-9]+)*$/)
    for (const sentence of [meaning, remedy]) assert.match(sentence, /^[A-Z`].*[.`]$/s, code)
  }
})

import assert from 'node:assert/strict'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'

const folder = fileURLToPath(new URL('../../../dist/cli/live', import.meta.url))

/** Bytes of the files whose names do not have a word in them, as they are and packed. */
function sizes(without: string): { plain: number; gzip: number } {
  const files = readdirSync(folder, { recursive: true })
    .map((name) => `${folder}/${name.toString()}`)
    .filter((file) => statSync(file).isFile() && !file.includes(without))
    .map((file) => readFileSync(file))
  return {
    plain: files.reduce((sum, { length }) => sum + length, 0),
    gzip: files.reduce((sum, bytes) => sum + gzipSync(bytes).length, 0),
  }
}

test('the inspector is no larger than it may be', () => {
  const { plain, gzip } = sizes('live-app')
  assert.ok(plain > 100_000, 'the page is built')
  assert.ok(plain <= 230_000, `${plain} bytes`)
  assert.ok(gzip <= 78_000, `${gzip} bytes packed`)
})

test('the live page does not bring the inspector with it', () => {
  const { plain, gzip } = sizes('inspector-app')
  assert.ok(plain > 50_000, 'the page is built')
  assert.ok(plain <= 125_000, `${plain} bytes`)
  assert.ok(gzip <= 42_000, `${gzip} bytes packed`)
})

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, test } from 'node:test'
import { serve } from '../../dist/node/index.js'
import { browser } from './chromium.ts'

/** The entry points that claim to work in a page. */
const entries = ['core', 'inspect', 'testing'].map((name) => `dist/${name}/index.js`)

/** Every file that `file` imports, itself included, as its specifiers say: relative ones only. */
function importGraph(file: string, seen = new Map<string, string[]>()): Map<string, string[]> {
  const path = resolve(file)
  if (seen.has(path)) return seen
  const text = readFileSync(path, 'utf8').replace(/\/\*[^]*?\*\/|^\s*\/\/.*$/gm, '')
  const found = [...text.matchAll(/\b(?:from|import)\s*\(?\s*(['"])(.+?)\1/g)].map(
    ([, , name]) => name!,
  )
  seen.set(path, found)
  for (const name of found.filter((one) => one.startsWith('.'))) {
    importGraph(resolve(path, '..', name), seen)
  }
  return seen
}

const foreign = (file: string): string[] =>
  [...importGraph(file).values()].flat().filter((name) => !name.startsWith('.'))

describe('what claims to work in a page', () => {
  for (const entry of entries) {
    test(`${entry} imports files of its own and nothing else`, () => {
      assert.ok(importGraph(entry).size > 3)
      assert.deepEqual(foreign(entry), [])
    })
  }

  test('and what does not is found out', () => {
    assert.ok(foreign('dist/node/index.js').includes('node:net'))
  })
})

/** What a page is to find out with the built files; it has an import map and no bundler. */
const page = `<!doctype html>
<script type="importmap">
  { "imports": {
    "tidewire/core": "/dist/core/index.js",
    "tidewire/inspect": "/dist/inspect/index.js",
    "tidewire/testing": "/dist/testing/index.js"
  } }
</script>
<script type="module">
  import { closeCodeMeaning, explainHandshake } from 'tidewire/inspect'
  import { CloseCode } from 'tidewire/core'
  import { ConnectionPair } from 'tidewire/testing'
  const pair = new ConnectionPair()
  pair.client.connection.send('hello')
  pair.flow()
  globalThis.found = {
    messages: pair.server.messages,
    meaning: closeCodeMeaning(CloseCode.goingAway).name,
    explain: typeof explainHandshake,
    node: typeof process,
  }
</script>`

describe('in Chromium', { timeout: 120_000 }, () => {
  test('the built files load as they are, and speak with each other', async (t) => {
    const asked: string[] = []
    const server = await serve({
      request({ path }) {
        if (path === '/') return new Response(page, { headers: { 'Content-Type': 'text/html' } })
        if (!/^\/dist\/[\w/-]+\.js$/.test(path)) return new Response('', { status: 404 })
        asked.push(path)
        const headers = { 'Content-Type': 'text/javascript' }
        return new Response(readFileSync(path.slice(1)), { headers })
      },
    })
    const chrome = await browser()
    const context = await chrome.newContext()
    t.after(async () => {
      await context.close()
      await server.close({ timeout: 100 })
    })
    const tab = await context.newPage()
    const errors: string[] = []
    tab.on('pageerror', (error) => errors.push(String(error)))
    await tab.goto(server.url, { waitUntil: 'load' })
    const found = await tab.evaluate(() => (globalThis as { found?: unknown }).found)
    assert.deepEqual(errors, [])
    const expected = { messages: ['hello'], meaning: 'Going Away' }
    assert.deepEqual(found, { ...expected, explain: 'function', node: 'undefined' })
    assert.ok(asked.length > 50)
  })
})

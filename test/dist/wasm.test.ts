import assert from 'node:assert/strict'
import { test } from 'node:test'
import { unmaskWasm } from '../../dist/node/unmask-wasm.js'

test('the WebAssembly that is checked in is what its source says', async () => {
  const script = new URL('../../scripts/build-wasm.mjs', import.meta.url)
  const { assembled } = (await import(script.href)) as { assembled: () => Promise<string> }
  assert.equal(unmaskWasm, await assembled())
})

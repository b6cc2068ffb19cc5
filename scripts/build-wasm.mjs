// node scripts/build-wasm.mjs: makes src/node/unmask-wasm.ts of unmask.wat.
import { readFileSync, writeFileSync } from 'node:fs'
import { argv } from 'node:process'
import { fileURLToPath } from 'node:url'
import loadWabt from 'wabt'

const at = (path) => fileURLToPath(new URL(path, import.meta.url))

/** The module that the source says, in base64. */
export async function assembled() {
  const wabt = await loadWabt()
  const parsed = wabt.parseWat('unmask.wat', readFileSync(at('unmask.wat'), 'utf8'), { simd: true })
  return Buffer.from(parsed.toBinary({}).buffer).toString('base64')
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  const lines = [
    '/** scripts/unmask.wat, assembled by scripts/build-wasm.mjs, in base64. */',
    `export const unmaskWasm =\n  '${await assembled()}'`,
  ]
  writeFileSync(at('../src/node/unmask-wasm.ts'), `${lines.join('\n')}\n`)
}

/** Packs the package and looks at it as the registry, the compiler and a bundler will. */
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { checkBundles } from './bundle-checks.mjs'
import { at, npm, tool } from './setup.mjs'

/** Packs what is built; resolves to what npm says about it, with the path of the file. */
export async function pack() {
  const folder = at('.cache/pack')
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  // Without its scripts, because `prepack` would build again.
  const args = ['pack', '--ignore-scripts', '--json', '--pack-destination', folder]
  const { stdout } = await npm(args)
  const [packed] = JSON.parse(stdout)
  return { ...packed, file: join(folder, packed.filename) }
}

export async function checkPackage() {
  const { file } = await pack()
  await tool('publint', [file, '--strict'])
  // ESM only: `require()` of it works on every Node that it supports, which attw's profile means.
  await tool('@arethetypeswrong/cli', [file, '--profile', 'esm-only', '--no-definitely-typed'])
  await checkBundles()
  return 'publint, attw, sizes'
}

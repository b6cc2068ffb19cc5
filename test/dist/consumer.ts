import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { succeed } from './command.ts'

/** An empty project outside the repository with the packed package as its only dependency. */
export interface Consumer {
  readonly folder: string
  /** The installed package. */
  readonly installed: string
  /** Every file in the package, relative to it, as npm lists them. */
  readonly files: readonly string[]
  remove(): void
}

interface Packed {
  readonly filename: string
  readonly files: readonly { path: string }[]
}

/** Packs what is built and installs it; no registry is asked, since nothing else is needed. */
export async function installConsumer(): Promise<Consumer> {
  const folder = mkdtempSync(join(tmpdir(), 'tidewire-consumer-'))
  const project = join(folder, 'project')
  mkdirSync(project)
  writeFileSync(join(project, 'package.json'), '{ "private": true }')
  // Not its scripts: `prepack` would build again, under the feet of the tests beside this one.
  const pack = ['pack', '--ignore-scripts', '--json', '--pack-destination', folder]
  const [packed] = JSON.parse(await succeed('npm', pack)) as [Packed]
  const file = join(folder, packed.filename)
  await succeed('npm', ['install', file, '--offline', '--no-audit', '--no-fund'], project)
  return {
    folder: project,
    installed: join(project, 'node_modules/tidewire'),
    files: packed.files.map(({ path }) => path),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

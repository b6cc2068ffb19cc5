import {
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

interface Manifest {
  readonly dependencies?: Record<string, string>
  readonly optionalDependencies?: Record<string, string>
  readonly peerDependencies?: Record<string, string>
}

/** A project as `npm install` leaves it where an override puts packages/ws in the place of ws. */
export interface SwappedTree {
  readonly folder: string
  remove(): void
}

/**
 * Installs packages with all that they need from this repository's node_modules, and packages/ws for
 * every ws in it. No registry is asked.
 * @param names The packages that the project depends on.
 */
export function swappedTree(names: readonly string[]): SwappedTree {
  const folder = mkdtempSync(join(tmpdir(), 'tidewire-ecosystem-'))
  const installed = new Set<string>()
  for (const name of names) install(name, '.', installed)
  for (const path of installed) link(path, join(folder, path))
  link('packages/ws', join(folder, 'node_modules/ws'))
  link('package.json', join(folder, 'node_modules/tidewire/package.json'))
  link('dist', join(folder, 'node_modules/tidewire/dist'))
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

/** Notes a package and what it needs, each where Node finds it from the package that asks. */
function install(name: string, from: string, installed: Set<string>): void {
  if (name === 'ws') return
  const path = find(name, from)
  if (!path || installed.has(path)) return
  installed.add(path)
  const manifest = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')) as Manifest
  const { dependencies, optionalDependencies, peerDependencies } = manifest
  const needed = { ...peerDependencies, ...optionalDependencies, ...dependencies }
  for (const one of Object.keys(needed)) install(one, path, installed)
}

function find(name: string, from: string): string | undefined {
  for (let at = from; ; at = dirname(at)) {
    const path = join(at, 'node_modules', name)
    if (existsSync(join(path, 'package.json'))) return path
    if (at === '.') return undefined
  }
}

/** Links the files of a folder, without the packages nested in it: those are installed for themselves. */
function link(from: string, to: string): void {
  if (!statSync(from).isDirectory()) return linkFile(from, to)
  mkdirSync(to, { recursive: true })
  for (const name of readdirSync(from)) {
    if (name !== 'node_modules') link(join(from, name), join(to, name))
  }
}

function linkFile(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true })
  try {
    linkSync(from, to)
  } catch {
    // On another file system.
    copyFileSync(from, to)
  }
}

/**
 * What `npm start` and `npm test` share: run a program, install what is missing, build what is old.
 * Only Node's own modules, because all of this runs before anything is installed.
 */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = dirname(dirname(fileURLToPath(import.meta.url)))
export const at = (...parts) => join(root, ...parts)
export const readJson = (file) => JSON.parse(readFileSync(file, 'utf8'))

/**
 * Runs a program without a shell or a stdin and resolves to what it printed. A failure rejects with
 * an error whose message carries that output, so that a quiet run is loud exactly when it fails.
 * @param timeout Milliseconds after which the program is killed.
 */
export function run(command, args, { env = process.env, timeout } = {}) {
  return new Promise((resolve, reject) => {
    const stdio = ['ignore', 'pipe', 'pipe']
    const child = spawn(command, args, { cwd: root, env, stdio, timeout, killSignal: 'SIGKILL' })
    let stdout = ''
    let output = ''
    child.stdout.setEncoding('utf8').on('data', (text) => {
      stdout += text
      output += text
    })
    child.stderr.setEncoding('utf8').on('data', (text) => (output += text))
    const words = [basename(command), ...args.map((arg) => relativeToRoot(arg))]
    const shown = words.length > 12 ? `${words.slice(0, 12).join(' ')} …` : words.join(' ')
    child.on('error', (error) => reject(new Error(`${shown}: ${error.message}`)))
    child.on('close', (code, signal) => {
      if (code === 0) return resolve({ stdout, output })
      const ending = signal ? `was ended by ${signal}` : `exited with code ${code}`
      reject(new Error(`${output.trimEnd()}\n${shown} ${ending}`))
    })
  })
}

const relativeToRoot = (arg) => (arg.startsWith(root) ? relative(root, arg) || '.' : arg)

/** Runs npm: the one that runs this script when there is one, so that its version is the user's. */
export function npm(args, options) {
  const own = process.env.npm_execpath
  if (own && basename(own) === 'npm-cli.js') return run(process.execPath, [own, ...args], options)
  return run('npm', args, options)
}

/** Runs a command of an installed package by its file, which needs no shell on any platform. */
export function tool(packageName, args, options) {
  const folder = at('node_modules', packageName)
  const { bin } = readJson(join(folder, 'package.json'))
  const file = typeof bin === 'string' ? bin : (bin[packageName] ?? Object.values(bin)[0])
  return run(process.execPath, [join(folder, file), ...args], options)
}

/** Installs exactly what package-lock.json says, unless npm has done so since that file changed. */
export async function install() {
  const { node } = process.versions
  const [major, minor] = node.split('.').map(Number)
  if (major < 20 || (major === 20 && minor < 19)) {
    throw new Error(`Tidewire needs Node 20.19 or newer; this is Node ${node}`)
  }
  const done = modified(at('node_modules/.package-lock.json'))
  if (done !== undefined && done >= modified(at('package-lock.json'))) return 'up to date'
  // NODE_ENV=production would leave out the compiler. Install scripts are run by name: see placeRuntimes.
  await npm(['ci', '--include=dev', '--ignore-scripts', '--no-audit', '--no-fund'])
  return 'npm ci'
}

/** Puts the binaries of Bun and Deno, which npm has installed, where their packages want them. */
export async function placeRuntimes() {
  const placed = existsSync(at('node_modules/deno/deno'))
  if (placed && statSync(at('node_modules/bun/bin/bun.exe')).size > 1 << 20) return
  const scripts = ['node_modules/bun/install.js', 'node_modules/deno/install.cjs']
  for (const script of scripts) await run(process.execPath, [at(script)])
}

function modified(file) {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs
}

/** Compiles `projects` (all by default) and the live page; both do nothing when they are current. */
export async function build(...projects) {
  removeOrphans('dist')
  removeOrphans('build')
  await tool('typescript', ['-b', ...projects])
  await buildPage()
}

/** Vite has no notion of "up to date": a digest of all that goes into the page stands in for it. */
async function buildPage() {
  const page = at('dist/cli/live/index.html')
  const stamp = at('.cache/live-page.sha256')
  const inputs = [at('package-lock.json'), ...files(at('inspector-ui')), ...files(at('src'))]
  const hash = createHash('sha256')
  for (const file of inputs) hash.update(`${file}\0`).update(readFileSync(file))
  const digest = hash.digest('hex')
  if (existsSync(page) && existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) return
  await npm(['run', 'build', '--workspace', 'inspector-ui'])
  if (!existsSync(page)) throw new Error(`the build of inspector-ui left no ${page}`)
  mkdirSync(dirname(stamp), { recursive: true })
  writeFileSync(stamp, digest)
}

/** Every file under `folder`, sorted, without installed packages. */
export function files(folder) {
  if (!existsSync(folder)) return []
  const entries = readdirSync(folder, { withFileTypes: true })
  return entries
    .filter((entry) => entry.name !== 'node_modules')
    .flatMap((entry) => {
      const path = join(folder, entry.name)
      return entry.isDirectory() ? files(path) : [path]
    })
    .sort((one, other) => (one < other ? -1 : 1))
}

/** tsc leaves the output of a deleted source behind, where it would be tested and published. */
function removeOrphans(folder) {
  for (const map of files(at(folder)).filter((file) => file.endsWith('.map'))) {
    const [source] = readJson(map).sources
    if (existsSync(join(dirname(map), source))) continue
    rmSync(map)
    rmSync(map.slice(0, -'.map'.length), { force: true })
  }
}

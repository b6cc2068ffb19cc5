/** The servers that are measured, each a process of its own on one core, and the generator on the other. */
import { execFileSync, fork, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export const here = (path) => fileURLToPath(new URL(path, import.meta.url))
export const cache = here('../.cache')

const generator = `${cache}/wsload`
const bun = here('../node_modules/.bin/bun')
/** npm may have left out the script that fetches it. */
const bunRuns = spawnSync(bun, ['--version']).status === 0

/** Programs of servers/ by the name in the figures; `tidewire` is the one that others are compared with. */
export const contenders = { tidewire: [], ws: [], ...(bunRuns && { bun: [bun] }) }

/**
 * Starts a server. @param settings What it gets as JSON: `message` is the largest message it takes, and
 * `deflate` is false, 'fresh' (no context takeover), 'takeover', or 'narrow' (takeover, windows of 4 KiB).
 */
export async function startServer(contender, settings = {}) {
  const [execPath] = contenders[contender]
  const process = fork(here(`servers/${contender}.mjs`), [JSON.stringify(settings)], {
    ...(execPath && { execPath, execArgv: [] }),
  })
  const port = await new Promise((resolve, reject) => {
    process.once('message', resolve)
    process.once('exit', () => reject(new Error(`the ${contender} server did not start`)))
  })
  process.removeAllListeners('exit')
  execFileSync('taskset', ['-a', '-p', '-c', '0', String(process.pid)], { stdio: 'ignore' })
  const { pid } = process
  const stop = async () => {
    const gone = new Promise((resolve) => process.once('exit', resolve))
    process.kill()
    await gone
  }
  return { port, pid, process, stop }
}

/** One run of wsload against a server: its last line, read. */
export async function load({ port, pid }, args) {
  const all = ['-c', '1', generator, '--port', port, '--pid', pid, ...args].map(String)
  const child = spawn('taskset', all, { stdio: ['ignore', 'pipe', 'pipe'] })
  let [out, err] = ['', '']
  child.stdout.on('data', (text) => (out += text))
  child.stderr.on('data', (text) => (err += text))
  const status = await new Promise((resolve) => child.once('close', resolve))
  if (status !== 0) throw new Error(`wsload ${args.join(' ')}: ${err}`)
  return JSON.parse(out.trim().split('\n').at(-1))
}

export function buildGenerator() {
  const source = here('wsload.c')
  if (existsSync(generator) && statSync(generator).mtimeMs > statSync(source).mtimeMs) return
  mkdirSync(cache, { recursive: true })
  execFileSync('cc', ['-O2', '-w', '-o', generator, source], { stdio: 'inherit' })
}

export function median(values) {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

export function round(value) {
  return Number(value.toPrecision(3))
}

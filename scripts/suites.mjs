/** Runs the compiled tests with `node --test`, counts them, and gates the coverage of the core. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { dirname, relative } from 'node:path'
import { nodeBinary } from './machine.mjs'
import { at, files, readJson, run, tool } from './setup.mjs'

/** A test file that takes longer than this hangs; without a limit it would hang the run as well. */
const fileTimeout = 600_000

/** The counts of every run so far; the closing line adds them up. */
export const totals = { passed: 0, failed: 0, skipped: 0 }

/**
 * Runs the tests in `folders` of build/ (all by default) on Node `major` (by default the one that runs this
 * script), without what `without` names of src/node/fast-paths.ts; rejects when one fails.
 */
export async function runTests(label, { major, folders = ['.'], without = '' } = {}) {
  const { log, args } = command(label, folders)
  const node = major ? cachedNode(major) : process.execPath
  return finish(log, run(node, args, { env: { ...environment(), TIDEWIRE_WITHOUT: without } }))
}

/** Runs the tests of the core under c8; rejects unless every branch and function of it was run. */
export async function runCoverage() {
  const { log, args } = command('coverage', ['core'])
  const c8 = ['--reporter', 'text', '--reporter', 'json-summary', '--check-coverage']
  // c8 passes when no file matched and when a function was never called (it then has no branches),
  // so functions are gated too and the files are compared below. Includes apply after source maps.
  c8.push('--branches', '100', '--functions', '100', '--lines', '0')
  c8.push('--exclude-after-remap', '--include', 'src/core/**', '--temp-directory', '.cache/v8')
  rmSync(at('coverage'), { recursive: true, force: true })
  const running = tool('c8', [...c8, process.execPath, ...args], { env: environment() })
  const result = await finish(log, running)
  const { total, ...seen } = readJson(at('coverage/coverage-summary.json'))
  const missed = codeOf('core').filter((source) => !(at(source) in seen))
  if (missed.length > 0) throw new Error(`never loaded by a test of the core: ${missed.join(', ')}`)
  return `${result}, ${total.branches.pct} % of ${total.branches.total} branches`
}

function cachedNode(major) {
  const { file } = nodeBinary(major)
  if (!existsSync(file)) throw new Error(`there is no ${file}; run the step "nodes" first`)
  return file
}

function command(label, folders) {
  const tests = folders.flatMap((folder) => files(at('build', folder)).filter(isTest)).map(fromRoot)
  if (tests.length === 0) throw new Error(`there is no test in build/{${folders.join(',')}}`)
  const log = at(`.cache/test/${label}.log`)
  mkdirSync(dirname(log), { recursive: true })
  rmSync(log, { force: true })
  const options = ['--test', `--test-timeout=${fileTimeout}`]
  options.push(`--test-concurrency=${availableParallelism()}`)
  options.push('--test-reporter=spec', `--test-reporter-destination=${log}`)
  return { log, args: ['--enable-source-maps', ...options, ...tests] }
}

/** Waits for a run, adds its counts to the totals, and turns its log into a short result. */
async function finish(log, running) {
  const error = await running.then(
    () => undefined,
    (failure) => failure,
  )
  const text = existsSync(log) ? readFileSync(log, 'utf8') : ''
  const start = text.lastIndexOf('\nℹ tests ')
  if (start < 0) throw new Error(`${error?.message ?? ''}\nthe test runner counted nothing: ${log}`)
  const count = (name) => Number(new RegExp(`^ℹ ${name} (\\d+)$`, 'm').exec(text.slice(start))[1])
  const passed = count('pass')
  const failed = count('fail') + count('cancelled')
  const skipped = count('skipped') + count('todo')
  totals.passed += passed
  totals.failed += failed
  totals.skipped += skipped
  writeFileSync(log.replace(/log$/, 'json'), JSON.stringify({ passed, failed, skipped }))
  const failures = text.indexOf('✖ failing tests:')
  if (failures >= 0) throw new Error(text.slice(failures).trimEnd())
  if (error) throw error
  if (passed === 0) throw new Error(`no test ran: ${log}`)
  return `${passed} passed${skipped > 0 ? `, ${skipped} skipped` : ''}`
}

/** What npm tells its scripts about this package would mislead an npm that a test starts. */
function environment() {
  const own = Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name))
  return Object.fromEntries(own)
}

/** The sources of a layer that have code of their own, unlike types and lists of exports. */
function codeOf(layer) {
  const sources = files(at('src', layer)).filter((file) => file.endsWith('.ts'))
  return sources.map(fromRoot).filter((source) => {
    const output = readFileSync(at(source.replace(/^src/, 'dist').replace(/ts$/, 'js')), 'utf8')
    const code = output.replace(/\/\*[^]*?\*\/|^\/\/.*$|^export \{[^}]*\}( from '[^']*')?;?$/gm, '')
    return code.trim() !== ''
  })
}

const isTest = (file) => file.endsWith('.test.js')
const fromRoot = (file) => relative(at(), file).replaceAll('\\', '/')

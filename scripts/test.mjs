/**
 * `npm test`: everything that must hold, step by step. `npm test -- core` runs the tests of one
 * folder of test/ and `npm test -- --only lint,core` any mix of steps and folders, each time after
 * installing and building what is missing.
 */
import { existsSync } from 'node:fs'
import { installNodes, installSystemPackages, nodeMajors } from './machine.mjs'
import { checkPackage } from './package-checks.mjs'
import { allFolders, pureFolders, runOnRuntime, runtimeNames } from './runtimes.mjs'
import { at, build, install, placeRuntimes, run, tool } from './setup.mjs'
import { runCoverage, runTests, totals } from './suites.mjs'

// What the tools print is shown only when they fail, and then as plain text, in a log or not.
process.env.NO_COLOR = '1'

const portable = ['core', 'hub', 'node', 'ws'].filter((folder) => existsSync(at('test', folder)))
/** What moves bytes, once more without what is there for speed only. */
const plain = ['node', 'interop', 'attack', 'fault']
const [oldest, ...newer] = nodeMajors

/** In order. When a step that others build on fails, nothing after it can run. */
const steps = [
  { name: 'install', run: install, essential: true },
  { name: 'runtimes', run: placeRuntimes, essential: true },
  { name: 'system', run: installSystemPackages },
  { name: 'nodes', run: installNodes },
  { name: 'build', run: () => build(), essential: true },
  { name: 'format', run: () => tool('oxfmt', ['--check', '.']) },
  { name: 'lint', run: () => tool('oxlint', ['--type-aware', '--deny-warnings']) },
  { name: 'layers', run: () => run(process.execPath, ['scripts/check-layers.mjs']) },
  { name: 'unused', run: () => tool('knip', []) },
  { name: 'package', run: checkPackage },
  { name: 'tests', run: () => runTests('tests', { major: oldest }) },
  {
    name: 'plain',
    run: () => runTests('plain', { major: oldest, folders: plain, without: 'all' }),
  },
  { name: 'coverage', run: runCoverage },
  ...newer.map((major) => ({
    name: `node${major}`,
    run: () => runTests(`node${major}`, { major, folders: portable }),
  })),
  ...runtimeNames.map((name) => ({ name, run: () => runOnRuntime(name, pureFolders) })),
  // Sockets take minutes there, and some of their tests vary: only by name, for docs/runtimes.md.
  ...runtimeNames.map((name) => ({
    name: `${name}-sockets`,
    run: () => runOnRuntime(name, allFolders),
    byName: true,
  })),
]

const chosen = choose(process.argv.slice(2))
const results = []
for (const step of chosen) {
  console.log(`\n── ${step.name}`)
  const started = performance.now()
  const error = await attempt(step)
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  console.log(`   ${error ? 'FAILED' : 'ok'} after ${seconds} s`)
  results.push({ ...step, error, seconds })
  if (error && step.essential) break
}
report()

/** Runs one step; says what it has to say, and returns its error if it failed. */
async function attempt(step) {
  try {
    const said = await step.run()
    const line = typeof said === 'string' ? said : said?.output?.trim().split('\n').at(-1)
    if (line) console.log(`   ${line}`)
    return undefined
  } catch (error) {
    console.log(error.message)
    return error
  }
}

/** The steps that the arguments name, with those they build on; all of them without arguments. */
function choose(args) {
  const names = args.filter((arg) => arg !== '--only').flatMap((arg) => arg.split(','))
  if (names.length === 0) return steps.filter(({ byName }) => !byName)
  const folders = names.filter((name) => existsSync(at('test', name, 'tsconfig.json')))
  const known = [...steps.map(({ name }) => name), ...folders]
  const unknown = names.filter((name) => !known.includes(name))
  if (unknown.length > 0) {
    console.error(`no step and no folder of test/ is called ${unknown.join(', ')}`)
    console.error(`steps: ${steps.map(({ name }) => name).join(', ')}`)
    process.exit(2)
  }
  const picked = steps.filter(({ name, essential }) => essential || names.includes(name))
  if (folders.length === 0) return picked
  const label = folders.join('-')
  return [...picked, { name: label, run: () => runTests(label, { folders }) }]
}

/** The summary. Its last line has the form that CI reads. */
function report() {
  console.log('\n── summary')
  for (const { name, error, seconds } of results) {
    console.log(`   ${error ? 'FAILED' : 'ok    '} ${name.padEnd(12)} ${seconds.padStart(6)} s`)
  }
  for (const { name } of chosen.slice(results.length)) console.log(`   NOT RUN ${name}`)
  if (results.some(({ error }) => error)) process.exitCode = 1
  const skipped = totals.skipped > 0 ? `, ${totals.skipped} skipped` : ''
  console.log(`\n${totals.passed} passed, ${totals.failed} failed${skipped}`)
}

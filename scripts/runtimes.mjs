/**
 * Runs the compiled tests on Bun and Deno, through their `node:test`. What does not pass there is listed in
 * scripts/runtimes/<name>.json with its reason, test by test: another failure fails the step, and so does
 * a listed test that passes, unless its reason says that it does so sometimes.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { relative } from 'node:path'
import { at, files, readJson, run } from './setup.mjs'
import { totals } from './suites.mjs'

export const runtimeNames = ['bun', 'deno']

/** The folders of build/ whose tests need no sockets. */
export const pureFolders = ['core', 'hub', 'inspect']
/** And those whose tests need nothing that only Node has, such as its debugger. */
export const allFolders = [...pureFolders, 'node', 'ws', 'interop']

/** Milliseconds after which a test, or a whole file, hangs. */
const testTimeout = 60_000
const fileTimeout = 300_000

const denoImports = at('scripts/runtimes/deno-imports.json')

const commands = {
  bun: (test, report) => [
    at('node_modules/bun/bin/bun.exe'),
    ['test', `./${test}`, `--timeout=${testTimeout}`, '--reporter=junit'],
    [`--reporter-outfile=${report}`],
  ],
  deno: (test, report) => [
    at('node_modules/deno/deno'),
    ['test', '--allow-all', '--no-check', `--import-map=${denoImports}`, `--junit-path=${report}`],
    [test, '--', String(testTimeout)],
  ],
}

/**
 * Runs the tests of some folders on Bun or Deno.
 * @param folders All of them, or `pureFolders`, whose counts are kept nowhere.
 * @returns The counts; rejects unless all went as expected.
 */
export async function runOnRuntime(name, folders) {
  const reports = at(`.cache/test/${name}`)
  rmSync(reports, { recursive: true, force: true })
  mkdirSync(reports, { recursive: true })
  const tests = folders.flatMap((folder) => files(at('build', folder)).filter(isTest))
  if (tests.length === 0) throw new Error('there is no test in build')
  const queue = tests.map((file) => relative(at(), file).replaceAll('\\', '/'))
  // In the order of the files, whichever ends first.
  const results = new Map(queue.map((test) => [nameOf(test), undefined]))
  const work = async () => {
    for (let test = queue.shift(); test; test = queue.shift()) {
      results.set(
        nameOf(test),
        await runFile(name, test, `${reports}/${test.replaceAll('/', '.')}.xml`),
      )
    }
  }
  await Promise.all(Array.from({ length: availableParallelism() }, work))
  return compare(name, results, folders)
}

/** One test file: each of its tests by name, with whether it passed; what was printed. */
async function runFile(name, test, report) {
  const [command, args, more] = commands[name](test, report)
  const options = { timeout: fileTimeout }
  const { output } = await run(command, [...args, ...more], options).catch(({ message }) => ({
    output: message,
  }))
  try {
    return { tests: testsIn(readFileSync(report, 'utf8')), output }
  } catch {
    return { tests: new Map(), output }
  }
}

/** The tests of a JUnit report by their full name; what contains other tests is none. */
function testsIn(xml) {
  const tests = new Map()
  for (const [, head, body = ''] of xml.matchAll(
    /<testcase ([^>]*?)(?:\/>|>([^]*?)<\/testcase>)/g,
  )) {
    const field = (key) => unescapeXml(new RegExp(`(?:^| )${key}="([^"]*)"`).exec(head)?.[1] ?? '')
    // Bun has the suites around a test in its class, inmost first; Deno has them in the name.
    const suites = / col="/.test(head) ? [] : field('classname').split(' > ').filter(Boolean)
    const name = [...suites.toReversed(), field('name')].join(' > ')
    const passed = !/<(?:failure|error|skipped)\b/.test(body)
    // Tests of one name: all of them have to pass.
    tests.set(name, passed && (tests.get(name) ?? true))
  }
  const names = [...tests.keys()]
  for (const name of names) {
    if (names.some((other) => other.startsWith(`${name} > `))) tests.delete(name)
  }
  return tests
}

const entities = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

function unescapeXml(text) {
  return text.replace(/&(?:#(\d+)|(\w+));/g, (_, code, entity) =>
    code ? String.fromCodePoint(Number(code)) : entities[entity],
  )
}

/**
 * Holds the results against the list of what is known to fail, and keeps the counts for docs/runtimes.md.
 * With UPDATE=1 the list is written instead; the reason of what is new has to be put in by hand.
 */
function compare(name, results, folders) {
  const list = at(`scripts/runtimes/${name}.json`)
  const known = new Map()
  for (const { tests, ...group } of readJson(list)) {
    for (const [file, names] of Object.entries(tests)) {
      if (!folders.includes(file.split('/')[0])) continue
      for (const test of names) known.set(`${file}: ${test}`, group)
    }
  }
  const problems = []
  const failures = []
  const counts = {}
  for (const [file, { tests, output }] of results) {
    const folder = file.split('/')[0]
    const count = (counts[folder] ??= { passed: 0, failed: 0 })
    if (tests.size === 0) problems.push(`${file}: no test was counted\n${output}`)
    for (const [test, passed] of tests) {
      const key = `${file}: ${test}`
      count[passed ? 'passed' : 'failed']++
      const group = known.get(key)
      known.delete(key)
      if (!passed || group?.sometimes) failures.push({ file, test, group: group ?? unexplained })
      if (passed === Boolean(group) && !group?.sometimes) {
        problems.push(`${passed ? 'passes now' : 'failed'}: ${key}`)
      }
    }
  }
  for (const key of known.keys()) problems.push(`listed in ${name}.json, but never run: ${key}`)
  const whole = folders === allFolders
  if (process.env.UPDATE && whole)
    writeFileSync(list, `${JSON.stringify(grouped(failures), null, 2)}\n`)
  else if (problems.length > 0) throw new Error(problems.join('\n'))
  const passed = sum(counts, 'passed')
  const failed = sum(counts, 'failed')
  if (whole) {
    const kept = { passed, failed, folders: counts }
    writeFileSync(at(`.cache/test/${name}-sockets.json`), JSON.stringify(kept))
  }
  totals.passed += passed
  return `${passed} passed, ${failed} fail as ${relative(at(), list)} says`
}

const unexplained = { reason: 'unexplained' }

function grouped(failures) {
  const groups = new Map()
  for (const { file, test, group } of failures) {
    const tests = groups.get(group) ?? {}
    ;(tests[file] ??= []).push(test)
    groups.set(group, tests)
  }
  return [...groups].map(([group, tests]) => ({ ...group, tests }))
}

function sum(counts, kind) {
  return Object.values(counts).reduce((total, count) => total + count[kind], 0)
}

const isTest = (file) => file.endsWith('.test.js')
const nameOf = (test) => test.replace(/^build\/|\.test\.js$/g, '')

/**
 * `npm run figures [-- table ...]` writes the tables of docs/figures.md and docs/runtimes.md, each between its markers, from the
 * sources, the package and what was measured last; the pictures in bench/results are drawn again as well. Text outside the markers is left alone.
 */
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { contenders } from '../bench/contenders.mjs'
import { overview } from '../bench/report.mjs'
import { redraw } from '../bench/results.mjs'
import { entrySizes } from './bundle-checks.mjs'
import { nodeMajors } from './machine.mjs'
import { fillIn } from './markdown.mjs'
import { pack } from './package-checks.mjs'
import { runtimeNames } from './runtimes.mjs'
import { at, files, readJson } from './setup.mjs'

const documents = {
  'docs/figures.md': {
    layers,
    tests: testRuns,
    coverage,
    package: packageSize,
    sizes,
    benchmarks,
    generators,
    'deflate-rate': deflateRate,
    'deflate-memory': deflateMemory,
    'deflate-bomb': deflateBomb,
    'deflate-blocking': deflateBlocking,
    'deflate-small': deflateSmall,
  },
  'docs/runtimes.md': { runtimes, bun: () => differences('bun'), deno: () => differences('deno') },
}
const chosen = process.argv.slice(2)
for (const [document, tables] of Object.entries(documents)) {
  const filled = {}
  for (const [name, make] of Object.entries(tables)) {
    if (chosen.length === 0 || chosen.includes(name)) filled[name] = await make()
  }
  fillIn(at(document), filled)
}
redraw()

function layers() {
  const rows = readdirSync(at('src')).map((layer) => {
    const sources = files(at('src', layer)).filter((file) => file.endsWith('.ts'))
    const lengths = sources.map((file) => readFileSync(file, 'utf8').split('\n').length - 1)
    return [layer, lengths.length, sum(lengths), Math.max(0, ...lengths)]
  })
  const total = ['all', sum(rows.map((row) => row[1])), sum(rows.map((row) => row[2]))]
  const longest = Math.max(...rows.map((row) => row[3]))
  return [['layer', 'files', 'lines', 'longest file'], ...rows, [...total, longest]]
}

function testRuns() {
  const [oldest, ...newer] = nodeMajors
  const runs = [
    [`all, Node ${oldest}`, 'tests'],
    ['core under c8', 'coverage'],
    ...newer.map((major) => [`core, hub and node, Node ${major}`, `node${major}`]),
  ]
  const rows = runs.map(([what, label]) => {
    const { passed, failed, skipped } = result(`.cache/test/${label}.json`)
    return [what, passed, failed, skipped]
  })
  return [['run', 'passed', 'failed', 'skipped'], ...rows]
}

/** From the last `npm test -- bun-sockets,deno-sockets`: tests that pass, and that do not, by folder. */
function runtimes() {
  const counted = runtimeNames.map((name) => result(`.cache/test/${name}-sockets.json`))
  const rows = [...Object.keys(counted[0].folders), 'all'].map((folder) => {
    const counts = counted.map(({ folders, ...all }) => (folder === 'all' ? all : folders[folder]))
    return [folder, ...counts.flatMap(({ passed, failed }) => [passed, failed])]
  })
  const titles = ['Bun', 'Deno'].flatMap((title) => [`${title}: pass`, 'do not'])
  return [['test/', ...titles], ...rows]
}

/** What does not pass on Bun or Deno, as the step of that name holds it to. */
function differences(name) {
  const rows = readJson(at(`scripts/runtimes/${name}.json`)).map(({ reason, sometimes, tests }) => {
    const count = sum(Object.values(tests).map((names) => names.length))
    return [count, Object.keys(tests).join(', '), sometimes ? `Sometimes: ${reason}` : reason]
  })
  return [['tests', 'in test/', 'why'], ...rows]
}

/** What each entry point weighs in a bundle with all of it, and what it may. */
async function sizes() {
  const budget = readJson(at('scripts/sizes.json'))
  const rows = Object.entries(await entrySizes()).map(([entry, { minified, gzipped }]) => {
    return [entry, ...[minified, gzipped, budget[entry]].map((bytes) => kibibytes(bytes))]
  })
  return [['entry point', 'minified', 'and gzipped', 'budget, gzipped'], ...rows]
}

function coverage() {
  const { total } = result('coverage/coverage-summary.json')
  const rows = ['branches', 'functions', 'lines'].map((kind) => {
    const { covered, total: all, pct } = total[kind]
    return [kind, covered, all, `${pct} %`]
  })
  return [['of the core', 'covered', 'all', 'share'], ...rows]
}

/** From the last `npm run bench`. */
function benchmarks() {
  return overview(readJson(at('bench/results/latest.json')), contenders)
}

/** From the last `npm run bench:generators`: µs of CPU for a message, and where the rate ends. */
function generators() {
  const kept = Object.values(readJson(at('bench/results/generators.json')))
  const rows = kept.flatMap(({ what, generators: both }) =>
    Object.keys(both.c).map((server) => {
      const sides = [both.c, both.js].map((side) => side[server])
      return [what, contenders[server].title, ...sides.flatMap((side) => reach(side))]
    }),
  )
  const head = ['', 'server', 'C: messages/s', 'CPU each, busy', 'JS: messages/s', 'CPU each, busy']
  return [head, ...rows]
}

function reach({ unable, messagesPerSecond, generatorMicrosecondsPerMessage, generatorCpu }) {
  if (unable) return [unable, '']
  return [
    messagesPerSecond,
    `${generatorMicrosecondsPerMessage} µs, ${Math.round(generatorCpu * 100)} %`,
  ]
}

function deflateRate() {
  const { rate } = readJson(at('bench/results/deflate.json'))
  const rows = rate.rows.map(({ what, tidewire, ws, ratio, spread }) => [
    what,
    ...[tidewire, ws].flatMap((side) => [side.messagesPerSecond, side.cpuMicrosecondsPerMessage]),
    `${ratio} (${spread.join(' to ')})`,
  ])
  return [[made(rate), 'Tidewire /s', 'µs CPU', 'ws /s', 'µs CPU', 'ws : Tidewire, CPU'], ...rows]
}

function deflateMemory() {
  const { memory } = readJson(at('bench/results/deflate.json'))
  const rows = memory.rows.map(({ what, bytesPerConnection: { tidewire, ws, bun } }) => {
    return [what, ...[tidewire, ws, bun].map((bytes) => kibibytes(bytes))]
  })
  return [[made(memory), 'Tidewire', 'ws', 'Bun'], ...rows]
}

function deflateBomb() {
  const { bomb } = readJson(at('bench/results/deflate.json'))
  const rows = bomb.rows.map(({ what, gate, growth: { tidewire, ws, bun } }) => {
    return [what, ...[gate, tidewire, ws, bun].map((bytes) => mebibytes(bytes))]
  })
  return [[made(bomb), 'gate', 'Tidewire', 'ws', 'Bun'], ...rows]
}

function deflateBlocking() {
  const { blocking } = readJson(at('bench/results/deflate.json'))
  const rows = blocking.rows.map(({ what, milliseconds: { tidewire, ws, bun } }) => {
    const side = (waits) => (waits ? `${waits.p99} / ${waits.longest}` : '')
    return [what, side(tidewire), side(ws), side(bun)]
  })
  return [[made(blocking), 'Tidewire', 'ws', 'Bun'], ...rows]
}

function deflateSmall() {
  const { small } = readJson(at('bench/results/deflate.json'))
  const rows = small.rows.map(({ kind, size, usual, zlib }) => [
    kind,
    size,
    ...[usual, zlib].flatMap(({ microseconds, bytes }) => [microseconds, bytes]),
    `${(zlib.microseconds / usual.microseconds).toFixed(1)}x`,
    `${Math.round((usual.bytes / zlib.bytes - 1) * 100)} %`,
  ])
  const head = ['bytes', 'µs CPU', 'becomes', 'zlib: µs CPU', 'becomes', 'faster by', 'larger by']
  return [[made(small), ...head], ...rows]
}

/** When and with what a table was measured. */
function made({ date, node, rounds }) {
  return `${date}, ${node}, ${rounds} rounds`
}

async function packageSize() {
  const { size, unpackedSize, entryCount } = await pack()
  const { dependencies = {} } = readJson(at('package.json'))
  return [
    ['package', 'figure'],
    ['packed', kibibytes(size)],
    ['unpacked', kibibytes(unpackedSize)],
    ['files', entryCount],
    ['runtime dependencies', Object.keys(dependencies).length],
  ]
}

function result(file) {
  if (!existsSync(at(file))) throw new Error(`there is no ${file}; run npm test first`)
  return readJson(at(file))
}

function sum(numbers) {
  return numbers.reduce((total, number) => total + number, 0)
}

function kibibytes(bytes) {
  return bytes === undefined ? '' : `${(bytes / 1024).toFixed(1)} KiB`
}

function mebibytes(bytes) {
  return bytes === undefined ? '' : `${(bytes / 2 ** 20).toFixed(1)} MiB`
}

/**
 * `npm run attack [-- --against ws,bun] [--short] [name ...]`: attacks Tidewire, or its peers, as
 * shared/limits.md has it, and prints what came of it. Without `--short` the results are kept in
 * bench/results/attack.json, and the table of docs/attacks.md is made of all that are there.
 */
import { existsSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { fillIn } from './markdown.mjs'
import { at, build, install, readJson, run } from './setup.mjs'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    against: { type: 'string', default: 'tidewire' },
    short: { type: 'boolean', default: false },
  },
})
await install()
await build('test/attack')
const { rows } = await import(at('build/attack/rows.js'))
const { contenders } = await import(at('build/attack/harness/contenders.js'))
const against = values.against.split(',')
check('contender', against, Object.keys(contenders))
check(
  'attack',
  positionals,
  rows.flatMap(({ name }) => name ?? []),
)

const file = at('bench/results/attack.json')
const kept = existsSync(file) ? readJson(file) : {}
for (const row of rows) {
  if (!row.name || (positionals.length > 0 && !positionals.includes(row.name))) continue
  for (const contender of against) {
    const result = await attack(row, contender)
    console.log(line(row, result))
    if (!result.passed && contender === 'tidewire') process.exitCode = 1
    if (values.short) continue
    kept[row.name] = { ...kept[row.name], [contender]: result }
    // After each, so that nothing is lost when the next one does not end.
    keep()
  }
}
if (!values.short) fillIn(at('docs/attacks.md'), { attacks: table() })

function check(what, names, known) {
  for (const name of names) {
    if (known.includes(name)) continue
    console.error(`there is no ${what} ${name}; there are ${known.join(', ')}`)
    process.exit(2)
  }
}

/** A line for each result. The gates are in the tests, and `passed` is what came of them. */
function keep() {
  const named = Object.entries(kept).map(([name, results]) => {
    const lines = Object.entries(results).map(([contender, result]) => {
      const withoutGates = { ...result, gates: undefined }
      return `    ${JSON.stringify(contender)}: ${JSON.stringify(withoutGates)}`
    })
    return `  ${JSON.stringify(name)}: {\n${lines.join(',\n')}\n  }`
  })
  writeFileSync(file, `{\n${named.join(',\n')}\n}\n`)
}

/** The middle one of its rounds. */
async function attack({ name, shows, rounds }, contender) {
  const results = []
  for (let round = 0; round < (values.short ? 1 : rounds); round++) {
    results.push(await once(name, contender))
  }
  const by = ({ figures }) => figures[shows[0]]
  return results.sort((one, other) => by(one) - by(other))[results.length >> 1]
}

async function once(name, contender) {
  const args = [at('build/attack', `${name}.js`), '--against', contender]
  if (values.short) args.push('--short')
  const date = new Date().toISOString().slice(0, 10)
  const node = process.version
  try {
    return { ...JSON.parse((await run(process.execPath, args)).stdout), date, node }
  } catch (error) {
    // A peer that cannot be spoken to at all: its row says so.
    const version = contenders[contender].version()
    return {
      against: contender,
      version,
      date,
      node,
      figures: {},
      gates: [],
      failed: error.message,
    }
  }
}

function line(row, { against: contender, figures, gates, passed, failed }) {
  const missed = gates.filter((gate) => !gate.passed)
  const wants = missed.map(({ figure, value, expected }) => `${figure} ${value}, not ${expected}`)
  const verdict = passed ? 'ok' : `FAILED: ${wants.join('; ') || failed.split('\n').at(-1)}`
  const shown = Object.entries(figures).map(([figure, value]) => `${figure} ${value}`)
  return `${contender} ${row.name}: ${verdict}\n    ${shown.join(', ')}`
}

/** A row for each attack, a column for each contender. */
function table() {
  const columns = Object.keys(contenders)
  const results = Object.values(kept).flatMap((row) => Object.values(row))
  const heads = columns.map((contender) => {
    const one = results.find((result) => result.against === contender)
    return `${contender} ${one?.version ?? ''}`.trim()
  })
  const dates = [...new Set(results.map(({ date, node }) => `${date}, ${node}`))].join('; ')
  return [[dates, 'gate', 'figure', ...heads], ...rows.map((row) => tableRow(row, columns))]
}

function tableRow({ attack: what, gate, name, shows, provedBy }, columns) {
  if (provedBy) return [what, gate, `proved by ${provedBy[0]}`, ...columns.map(() => '')]
  const cells = columns.map((contender) => cell(kept[name]?.[contender], shows))
  return [what, gate, shows.join(', '), ...cells]
}

/** Its figures; `✗` where it is not within the gates. */
function cell(result, shows) {
  if (!result) return ''
  const { figures, passed, failed } = result
  if (failed) return 'not possible'
  const shown = shows.map((figure) => figures[figure] ?? '-').join(', ')
  const died = figures.server === 'died' ? ', died' : ''
  return `${shown}${died}${passed ? '' : ' ✗'}`
}

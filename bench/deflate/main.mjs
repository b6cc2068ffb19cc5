// npm run bench:deflate [-- rate memory bomb blocking small] [-- --quick]
// Measures permessage-deflate beside ws and Bun. Writes what was measured into bench/results/deflate.json
// and leaves the rest of that file as it was.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { here } from '../paths.mjs'
import { measureBlocking } from './blocking.mjs'
import { measureBomb } from './bomb.mjs'
import { measureMemory } from './memory.mjs'
import { measureRates } from './rate.mjs'
import { measureSmall } from './small.mjs'

const sections = {
  rate: measureRates,
  memory: measureMemory,
  bomb: measureBomb,
  blocking: measureBlocking,
  small: measureSmall,
}

const args = process.argv.slice(2)
const quick = args.includes('--quick')
const chosen = args.filter((arg) => !arg.startsWith('--'))
for (const name of chosen) {
  if (!Object.hasOwn(sections, name)) {
    console.error(`bench: no section ${name}; there are ${Object.keys(sections).join(', ')}`)
    process.exit(2)
  }
}

const file = here('results/deflate.json')
const results = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {}
for (const [name, measure] of Object.entries(sections)) {
  if (chosen.length > 0 && !chosen.includes(name)) continue
  const rounds = quick ? 3 : 5
  const rows = await measure({ rounds, seconds: quick ? 1.5 : 4, log: console.log })
  results[name] = {
    date: new Date().toISOString().slice(0, 10),
    node: process.version,
    cpu: cpus()[0].model,
    rounds,
    rows,
  }
  mkdirSync(here('results'), { recursive: true })
  writeFileSync(file, `${JSON.stringify(results, null, 2)}\n`)
}

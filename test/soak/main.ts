/**
 * `npm run soak -- --minutes N [--seed n] [--width n]`: many connections of all kinds come and go for N
 * minutes; nothing may be lost, and nothing left. Prints tables, and all of it as JSON in the last line.
 */
import { parseArgs } from 'node:util'
import { leftovers } from './leftovers.ts'
import { tideHead, tideLine, totalsTable } from './report.ts'
import { soak } from './soak.ts'

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '1' },
    seed: { type: 'string', default: '1' },
    width: { type: 'string', default: '24' },
  },
})
const [minutes, seed, width] = [values.minutes, values.seed, values.width].map(Number) as [
  number,
  number,
  number,
]
if (!(minutes > 0) || !Number.isInteger(seed) || !(width >= 1)) {
  console.error('--minutes takes a number, --seed and --width whole ones')
  process.exit(2)
}
const processes = 2

/** Tides of five minutes, or a fifth of less; the first one only warms up. */
const tide = Math.min(minutes / 5, 5) * 60_000
const whole = Math.max(1, Math.round((minutes * 60_000) / tide) - 1)
const tides = [tide / 2, ...Array.from({ length: whole }, () => tide), tide / 2]

console.log(tideHead(processes))
const result = await soak({
  seed,
  tides,
  processes,
  width,
  told: (after) => console.log(tideLine(after)),
})
const faults = [...result.faults, ...leftovers(result)]
console.log(`\n${totalsTable(result)}\n`)
for (const fault of faults) console.log(`FAULT ${fault}`)
console.log(faults.length === 0 ? 'nothing lost, nothing left' : `${faults.length} faults`)
console.log(JSON.stringify({ ...result, faults }))
if (faults.length > 0) process.exitCode = 1

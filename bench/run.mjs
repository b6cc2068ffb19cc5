// npm run bench [-- workload ...] [--quick] [--contenders a,b|all] [--rounds n] [--seconds n]
//               [--generator c|js] [--save]
// Measures Tidewire beside its peers: the server pinned to one core, the generator to the other, contenders
// alternated, medians of the runs. See docs/benchmarks.md.
import { commandLine } from './command-line.mjs'
import { contenders } from './contenders.mjs'
import { bestGenerator } from './generator.mjs'
import { measure } from './measurement.mjs'
import { details, lines } from './report.mjs'
import { conditions, keep } from './results.mjs'
import { workloads } from './workloads.mjs'

const names = Object.keys(workloads)
const asked = commandLine({ names, contenders: Object.keys(contenders) })
for (const name of asked.names) {
  const { what, memory } = workloads[name]
  console.log(`\n${name}: ${what}`)
  const results = await measure(workloads[name], asked.contenders, asked)
  const { rounds, seconds, generator = bestGenerator } = asked
  const entry = { what, memory, ...conditions(), rounds, seconds, generator, results }
  for (const line of lines(details(entry, contenders))) console.log(line)
  if (results.tidewire?.unable) process.exitCode = 1
  // After each, so that nothing is lost when the next one does not end.
  if (asked.save) keep(name, entry)
}

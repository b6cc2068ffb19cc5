// npm run bench:growth [-- section ...] with the options of npm run bench
// Measures how costs grow, latency when half busy, and two processes. Keeps bench/results/growth.json.
import { commandLine } from '../command-line.mjs'
import { contenders } from '../contenders.mjs'
import { bestGenerator } from '../generator.mjs'
import { details, lines } from '../report.mjs'
import { conditions, keepSection } from '../results.mjs'
import { memory, overConnections, overSubscribers } from './curves.mjs'
import { allCores } from './cores.mjs'
import { halfBusy } from './latency.mjs'

const sections = {
  connections: overConnections,
  fanout: overSubscribers,
  memory,
  latency: halfBusy,
  cores: allCores,
}

const asked = commandLine({
  names: Object.keys(sections),
  contenders: Object.keys(contenders),
  usual: ['tidewire', 'ws', 'bun'],
})
for (const name of asked.names) {
  const log = (what, results) => {
    console.log(`\n${name}: ${what}`)
    const rows = details({ memory: name === 'memory', results }, contenders)
    for (const line of lines(rows)) console.log(line)
  }
  const points = await sections[name]({ ...asked, log })
  const { rounds, seconds, generator = bestGenerator } = asked
  if (asked.save)
    keepSection('growth.json', name, { ...conditions(), rounds, seconds, generator, points })
}

// npm run bench [-- workload ...] [-- --quick]
// Measures Tidewire beside ws: the server pinned to one core, the generator (wsload.c) to the other,
// contenders alternated, medians of the runs. Writes bench/results/latest.json.
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { buildGenerator, here, load, median, round, startServer } from './peers.mjs'
import { workloads } from './workloads.mjs'

const contenders = ['tidewire', 'ws']

const args = process.argv.slice(2)
const quick = args.includes('--quick')
const chosen = args.filter((arg) => !arg.startsWith('--'))
const rounds = quick ? 3 : 5
const seconds = quick ? 1.5 : 4

for (const name of chosen) {
  if (!Object.hasOwn(workloads, name)) {
    console.error(`bench: no workload ${name}; there are ${Object.keys(workloads).join(', ')}`)
    process.exit(2)
  }
}

buildGenerator()
const results = []
for (const [name, workload] of Object.entries(workloads)) {
  if (chosen.length > 0 && !chosen.includes(name)) continue
  const runs = { tidewire: [], ws: [] }
  for (let run = 0; run < rounds; run++) {
    for (const contender of contenders) runs[contender].push(await measure(contender, workload))
  }
  results.push(summarize(name, runs))
  console.log(line(results.at(-1)))
}

const report = {
  date: new Date().toISOString().slice(0, 10),
  node: process.version,
  cpu: cpus()[0].model,
  rounds,
  seconds,
  results,
}
mkdirSync(here('results'), { recursive: true })
writeFileSync(here('results/latest.json'), `${JSON.stringify(report, null, 2)}\n`)

/** One run of one contender: a fresh server, one line of JSON from the generator. */
async function measure(contender, workload) {
  const server = await startServer(contender)
  try {
    return await load(server, ['--dur', seconds, '--warm', 1, ...workload])
  } finally {
    await server.stop()
  }
}

function summarize(name, runs) {
  const of = (contender, field) => runs[contender].map((run) => run[field])
  const cost = runs.tidewire.map((run, i) => runs.ws[i].srv_us_msg / run.srv_us_msg)
  const side = (contender) => ({
    messagesPerSecond: Math.round(median(of(contender, 'msgs_s'))),
    cpuMicrosecondsPerMessage: round(median(of(contender, 'srv_us_msg'))),
    p99Microseconds: Math.round(median(of(contender, 'p99_us'))),
    generatorCpu: round(median(of(contender, 'load_cpu'))),
  })
  return {
    workload: name,
    tidewire: side('tidewire'),
    ws: side('ws'),
    // How many times less server CPU a message costs than with ws: less moved by noise than rates are.
    ratio: round(median(cost)),
    spread: [round(Math.min(...cost)), round(Math.max(...cost))],
  }
}

function line({ workload, tidewire, ws, ratio, spread }) {
  const side = (name, { messagesPerSecond, cpuMicrosecondsPerMessage }) =>
    `${name} ${messagesPerSecond}/s ${cpuMicrosecondsPerMessage} µs`
  return `${workload.padEnd(12)} ${side('tidewire', tidewire)} | ${side('ws', ws)} | ${ratio}x (${spread.join('-')})`
}

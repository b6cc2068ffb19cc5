/** What is kept of a run: bench/results/latest.json, and the tables and the picture made of it. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { contenders } from './contenders.mjs'
import { here } from './paths.mjs'
import { document } from './report.mjs'

const file = here('results/latest.json')

export function conditions() {
  return {
    date: new Date().toISOString().slice(0, 10),
    node: process.version,
    cpu: cpus()[0].model,
  }
}

/** Puts one workload where the last run of it was, and leaves the others as they were. */
export function keep(name, entry) {
  const kept = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { workloads: {} }
  kept.workloads[name] = entry
  for (const one of Object.keys(entry.results)) {
    if (!entry.results[one].unable) (kept.versions ??= {})[one] = contenders[one].version()
  }
  mkdirSync(here('results'), { recursive: true })
  writeFileSync(file, `${JSON.stringify(kept, null, 2)}\n`)
  writeFileSync(here('results/latest.md'), document(kept, contenders))
}

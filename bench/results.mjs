/** What is kept of a run, in bench/results: the figures as JSON, and the tables and pictures made of them. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { contenders } from './contenders.mjs'
import { drawGrowth } from './draw/growth.mjs'
import { drawRatios } from './draw/ratios.mjs'
import { here } from './paths.mjs'
import { document, growthDocument } from './report.mjs'

export function conditions() {
  return {
    date: new Date().toISOString().slice(0, 10),
    node: process.version,
    cpu: cpus()[0].model,
  }
}

/** Puts one workload where the last run of it was, and leaves the others as they were. */
export function keep(name, entry) {
  const kept = read('latest.json') ?? { workloads: {} }
  kept.workloads[name] = entry
  kept.versions = { ...kept.versions, ...versions(entry.results) }
  write('latest.json', `${JSON.stringify(kept, null, 2)}\n`)
  redraw()
}

/** The same for a section of growth, or of what generators reach. */
export function keepSection(file, name, section) {
  const kept = { ...read(file), [name]: section }
  write(file, `${JSON.stringify(kept, null, 2)}\n`)
  redraw()
}

/** Makes the tables and pictures again from what is kept. */
export function redraw() {
  const [latest, growth] = [read('latest.json'), read('growth.json')]
  if (latest) {
    write('latest.md', document(latest, contenders))
    write('latest.svg', drawRatios(latest, contenders))
  }
  if (growth) {
    write('growth.md', growthDocument(growth, contenders))
    write('growth.svg', drawGrowth(growth, contenders))
  }
}

function versions(results) {
  const names = Object.keys(results).filter((name) => !results[name].unable)
  return Object.fromEntries(names.map((name) => [name, contenders[name].version()]))
}

function read(name) {
  const file = here(`results/${name}`)
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined
}

function write(name, text) {
  mkdirSync(here('results'), { recursive: true })
  writeFileSync(here(`results/${name}`), text)
}

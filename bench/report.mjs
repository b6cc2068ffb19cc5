/** Results as tables: rows of cells for Markdown, and lines for the terminal. */
import { table } from '../scripts/markdown.mjs'
import { yardstick } from './measurement.mjs'

const number = new Intl.NumberFormat('en-US')
/** A generator that is busier may be what is measured: its rate and latency have a mark. */
export const nearlyAlways = 0.9
const titleOf = (contenders, name) => contenders[name]?.title ?? name

/** Workloads down, contenders across: how many times less a message costs than with ws, and what. */
export function overview(report, contenders) {
  const entries = Object.values(report.workloads)
  const names = Object.keys(contenders).filter((name) => entries.some((row) => row.results[name]))
  const head = ['', ...names.map((name) => titleOf(contenders, name))]
  const rows = entries.map(({ what, results }) => [
    what,
    ...names.map((name) => cell(results[name])),
  ])
  return [head, ...rows]
}

function cell(result) {
  if (!result) return ''
  if (result.unable) return 'no'
  const { ratio } = result
  return ratio === undefined ? cost(result) : `${ratio}x (${cost(result)})`
}

function cost({ bytesPerConnection, cpuMicrosecondsPerMessage }) {
  if (bytesPerConnection !== undefined) return `${(bytesPerConnection / 1024).toFixed(1)} KiB`
  return `${cpuMicrosecondsPerMessage} µs`
}

/** One workload with everything that was measured. */
export function details({ memory, results }, contenders) {
  const columns = memory
    ? ['RSS for each']
    : ['messages/s', 'CPU each', 'p99', 'server', 'generator']
  const head = ['', ...columns, 'ratio to ws', 'spread']
  const rows = Object.entries(results).map(([name, result]) => {
    const { title, control } = contenders[name] ?? { title: name }
    const shown = control ? `${title} (control)` : title
    if (result.unable) return [shown, result.unable, ...head.slice(2).map(() => '')]
    const { ratio, spread } = result
    const compared = ratio === undefined ? ['', ''] : [`${ratio}x`, `${spread.join(' to ')}`]
    return [shown, ...figures(result, memory), ...compared]
  })
  return [head, ...rows]
}

function figures(result, memory) {
  if (memory) return [cost(result)]
  const { messagesPerSecond, p99Microseconds, serverCpu, generatorCpu } = result
  const waited = `${(p99Microseconds / 1000).toFixed(2)} ms`
  return [
    number.format(messagesPerSecond),
    cost(result),
    waited,
    share(serverCpu),
    `${share(generatorCpu)}${generatorCpu > nearlyAlways ? '*' : ''}`,
  ]
}

const share = (cpu) => `${Math.round(cpu * 100)} %`

/** The same for a terminal. */
export function lines(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)))
  return rows.map((row) =>
    row
      .map((text, column) => text.padEnd(widths[column]))
      .join('  ')
      .trimEnd(),
  )
}

/** All of it in Markdown. */
export function document(report, contenders) {
  const sections = Object.values(report.workloads).map((entry) => {
    return `## ${entry.what}\n\n${conditionsOf(entry)}\n\n${table(details(entry, contenders))}`
  })
  const all = [
    '# Benchmarks\n',
    table(overview(report, contenders)),
    `${notes(report, contenders)}\n`,
  ]
  return [...all, ...sections].join('\n')
}

const headings = {
  connections: 'Echo of 64 B, by connections',
  fanout: 'Fan-out of 64 B, by subscribers',
  memory: 'Memory after one message, by connections',
  latency: 'Latency, 64 connections x 64 B',
  cores: 'One process and two on all cores',
}

/** Growth in Markdown: a table for each point of each section. */
export function growthDocument(growth, contenders) {
  const sections = Object.entries(headings).flatMap(([name, heading]) => {
    if (!growth[name]) return []
    const { points, ...made } = growth[name]
    const tables = points.map(({ count, what, results }) => {
      const rows = details({ memory: name === 'memory', results }, contenders)
      return `### ${what ?? number.format(count)}\n\n${table(rows)}`
    })
    return [`## ${heading}\n\n${conditionsOf(made)}\n`, ...tables]
  })
  return ['# Growth\n', ...sections].join('\n')
}

function conditionsOf({ date, node, cpu, rounds, seconds }) {
  return `${date}, Node ${node}, ${cpu}, ${rounds} rounds of ${seconds} s.`
}

/** What was measured with what. */
function notes({ versions }, contenders) {
  const all = Object.entries(versions).map(([name, version]) => {
    const { title, note } = contenders[name] ?? { title: name }
    return `- ${title}: ${version}${note ? ` (${note})` : ''}${name === yardstick ? ', the yardstick' : ''}`
  })
  return all.join('\n')
}

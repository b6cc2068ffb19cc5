import { writeFileSync } from 'node:fs'
import {
  type CaseResult,
  type Change,
  type Counts,
  htmlReport,
  junitReport,
  type Report,
} from '../conformance/index.ts'
import type { ReportFiles } from './check-options.ts'
import { CommandError, systemMessage } from './command.ts'
import { printable } from './printable.ts'
import { StatusLine } from './status-line.ts'

/** Says how far the cases are. */
export class Progress {
  readonly #line: StatusLine
  #failed = 0
  #shownAt = 0

  constructor(stream: NodeJS.WriteStream) {
    this.#line = new StatusLine(stream)
  }

  update({ id, verdict }: CaseResult, done: number, total: number): void {
    if (verdict === 'fail') this.#failed++
    const now = performance.now()
    if (now - this.#shownAt < 50 && done < total) return
    this.#shownAt = now
    const failed = this.#failed > 0 ? `, ${this.#failed} failed` : ''
    this.#line.show(`${done} of ${total} cases${failed}  ${id}`)
  }

  clear(): void {
    this.#line.clear()
  }
}

const columns = ['pass', 'non-strict', 'informational', 'fail', 'not-supported'] as const

/** The verdicts by group, and what was found in each case that did not pass. */
export function summary(report: Report, changes: readonly Change[] | undefined): string {
  const found = report.results.filter(
    ({ verdict }) => verdict !== 'pass' && verdict !== 'not-supported',
  )
  const lines = found.map(({ id, verdict, title, findings, clause }) => {
    const said = findings.map(({ text }) => text).join('; ')
    return printable(
      `${verdict.padEnd(13)} ${id.padEnd(9)} ${title}\n${' '.repeat(24)}${said} [${clause}]`,
    )
  })
  const changed = (changes ?? []).map(
    ({ id, kind, before = 'not run', after = 'not run' }) =>
      `${kind.padEnd(13)} ${id.padEnd(9)} ${before} → ${after}`,
  )
  const seconds = (report.milliseconds / 1000).toFixed(1)
  const rows = report.groups.map(({ number, title, counts }) =>
    row(`${number.padStart(2)} ${title}`, counts),
  )
  return [
    ...lines,
    ...(lines.length > 0 ? [''] : []),
    `${' '.repeat(30)}${columns.map((name) => name.padStart(14)).join('')}`,
    ...rows,
    row('all', report.counts),
    ...(changes
      ? ['', changed.length === 0 ? 'no change since the baseline' : 'since the baseline:']
      : []),
    ...changed,
    '',
    `${report.results.length} cases against ${printable(report.subject)} in ${seconds} s`,
    '',
  ].join('\n')
}

function row(name: string, counts: Counts): string {
  const cells = columns.map((verdict) => String(counts[verdict] || '·').padStart(14))
  return `${name.padEnd(30)}${cells.join('')}`
}

/** @throws {CommandError} when a file cannot be written. */
export function writeReports(
  report: Report,
  changes: readonly Change[] | undefined,
  { html, json, junit }: ReportFiles,
): void {
  write('--html', html, () => htmlReport(report, changes))
  write('--json', json, () => `${JSON.stringify(report, undefined, 1)}\n`)
  write('--junit', junit, () => junitReport(report))
}

function write(option: string, file: string | undefined, make: () => string): void {
  if (file === undefined) return
  try {
    writeFileSync(file, make())
  } catch (error) {
    throw new CommandError(`${option} ${file} cannot be written: ${systemMessage(error)}`)
  }
}

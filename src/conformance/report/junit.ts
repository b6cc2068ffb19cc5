import { groupOf } from '../verdict.ts'
import { escapeMarkup as escape } from './markup.ts'
import type { Report } from './report.ts'

/** The report as CI servers read it: a suite for each group; what is not supported is skipped. */
export function junitReport(report: Report): string {
  const suites = report.groups.map(({ number, title, counts }) => {
    const own = report.results.filter(({ id }) => groupOf(id) === number)
    const seconds = own.reduce((sum, { milliseconds }) => sum + milliseconds, 0) / 1000
    const cases = own.map((result) => {
      const { id, verdict, findings, transcript } = result
      const name = escape(`${id} ${result.title}`)
      const time = (result.milliseconds / 1000).toFixed(3)
      const open = `    <testcase classname="tidewire.check.${number}" name="${name}" time="${time}">`
      const said = findings.map(({ text }) => text).join('; ')
      const wire = transcript.map(
        ({ at, from, note, hex }) => `${at} ms ${from}: ${note}\n  ${hex}`,
      )
      if (verdict === 'fail') {
        const body = escape([result.clause, ...wire].join('\n'))
        return `${open}<failure message="${escape(said)}">${body}</failure></testcase>`
      }
      if (verdict === 'not-supported') {
        return `${open}<skipped message="${escape(said)}"/></testcase>`
      }
      const note = said ? `<system-out>${escape(`${verdict}: ${said}`)}</system-out>` : ''
      return `${open}${note}</testcase>`
    })
    const numbers = `tests="${own.length}" failures="${counts.fail}" skipped="${counts['not-supported']}"`
    const head = `  <testsuite name="${escape(`${number} ${title}`)}" ${numbers} time="${seconds.toFixed(3)}">`
    return [head, ...cases, '  </testsuite>'].join('\n')
  })
  const { counts, results } = report
  const numbers = `tests="${results.length}" failures="${counts.fail}" skipped="${counts['not-supported']}"`
  const name = escape(`tidewire check ${report.subject}`)
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="${name}" ${numbers} time="${(report.milliseconds / 1000).toFixed(3)}">`,
    ...suites,
    '</testsuites>',
    '',
  ].join('\n')
}

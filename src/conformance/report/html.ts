import { type CaseResult, groupOf, type Verdict, verdicts } from '../verdict.ts'
import type { Change } from './baseline.ts'
import { script, style } from './html-assets.ts'
import { escapeMarkup as escape } from './markup.ts'
import type { Counts, Report } from './report.ts'

/** Bytes of an entry that are shown; the JSON report has more. */
const shownBytes = 256

/** The report as one file that needs nothing else. */
export function htmlReport(report: Report, changes?: readonly Change[]): string {
  const { subject, role, startedAt, milliseconds, counts, results } = report
  const seconds = (milliseconds / 1000).toFixed(1)
  const summary = `${results.length} cases against the ${role} in ${seconds} s, ${startedAt.slice(0, 16).replace('T', ' ')} UTC`
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escape(`${subject}: ${headline(counts)}`)}</title>
<style>${style}</style>
<header>
<p class="eyebrow">tidewire check</p>
<h1>${escape(subject)}</h1>
<p>${escape(summary)}</p>
<p class="headline ${counts.fail > 0 ? 'fail' : 'pass'}">${headline(counts)}</p>
${bar(counts)}
<fieldset class="filter"><legend>Show</legend>
${verdicts
  .filter((verdict) => counts[verdict] > 0)
  .map(
    (verdict) =>
      `<label><input type="checkbox" value="${verdict}"${verdict === 'pass' ? '' : ' checked'}> <span class="tag ${verdict}">${words[verdict]}</span> ${counts[verdict]}</label>`,
  )
  .join('\n')}
</fieldset>
</header>
<main style="--id:${Math.max(...results.map(({ id }) => id.length), 0)}ch">
${changes ? changeList(changes) : ''}
${report.groups.map((group) => section(report, group)).join('\n')}
</main>
<script>${script}</script>
</html>
`
}

const words: Readonly<Record<Verdict, string>> = {
  pass: 'pass',
  'non-strict': 'non-strict',
  informational: 'informational',
  fail: 'fail',
  'not-supported': 'not supported',
}

function headline(counts: Counts): string {
  if (counts.fail > 0) return `${counts.fail} ${counts.fail === 1 ? 'case fails' : 'cases fail'}`
  return counts['non-strict'] > 0 ? 'No failures, not strict everywhere' : 'No failures'
}

function bar(counts: Counts): string {
  const all = verdicts.filter((verdict) => counts[verdict] > 0)
  const label = all.map((verdict) => `${counts[verdict]} ${words[verdict]}`).join(', ')
  const parts = all.map((verdict) => `<i class="${verdict}" style="flex:${counts[verdict]}"></i>`)
  return `<div class="bar" role="img" aria-label="${label}">${parts.join('')}</div>`
}

function section(report: Report, { number, title, counts }: Report['groups'][number]): string {
  const own = report.results.filter(({ id }) => groupOf(id) === number)
  const all = verdicts.filter((verdict) => counts[verdict] > 0)
  const label = all.map((verdict) => `${counts[verdict]} ${words[verdict]}`).join(', ')
  return `<section><h2><span>${number}</span> ${escape(title)} <small>${label}</small></h2>
${bar(counts)}
<div class="cases">${own.map(caseRow).join('\n')}</div></section>`
}

function caseRow(result: CaseResult): string {
  const { id, title, verdict, findings, transcript } = result
  const tag = `<span class="tag ${verdict}">${words[verdict]}</span>`
  const line = `<code>${id}</code> <span class="title">${escape(title)}</span> ${tag}`
  if (findings.length === 0) return `<p class="case" data-verdict="${verdict}">${line}</p>`
  const found = findings.map(({ severity, text }) => `<li><b>${severity}</b> ${escape(text)}</li>`)
  return `<details class="case" data-verdict="${verdict}"><summary>${line}</summary>
<ul>${found.join('')}</ul><p class="clause">${escape(result.clause)} · ${result.severity} · ${result.milliseconds} ms</p>
${wire(transcript)}</details>`
}

function wire(transcript: CaseResult['transcript']): string {
  const rows = transcript.map(({ at, from, note, hex, length }) => {
    const bytes = hex.slice(0, 2 * shownBytes).replace(/..(?=.)/g, '$& ')
    const rest = length > shownBytes ? ` … ${length} bytes in all` : ''
    const who = from === 'suite' ? '→' : '←'
    const shown = isPlain(note, hex) ? '' : `<code>${bytes}${rest}</code>`
    return `<tr class="${from}"><td>${at} ms<td>${who}<td><pre>${escape(note.trimEnd())}</pre>${shown}`
  })
  if (rows.length === 0) return ''
  return `<table><thead><tr><th>time<th><th>→ the suite sends, ← the endpoint sends</thead>${rows.join('\n')}</table>`
}

/** A head that is its own bytes, none of which is hard to see. */
function isPlain(note: string, hex: string): boolean {
  return /^[ -~\r\n]+$/.test(note) && Buffer.from(hex, 'hex').toString('latin1') === note
}

function changeList(changes: readonly Change[]): string {
  if (changes.length === 0)
    return '<section><h2>Since the baseline</h2><p>Nothing changed.</p></section>'
  const rows = changes.map(({ id, title, before, after, kind }) => {
    const tag = (verdict: Verdict | undefined): string =>
      verdict ? `<span class="tag ${verdict}">${words[verdict]}</span>` : 'not run'
    return `<p class="case ${kind}"><code>${id}</code> <span class="title">${escape(title)}</span> ${tag(before)} → ${tag(after)}</p>`
  })
  return `<section><h2>Since the baseline</h2><div class="cases">${rows.join('\n')}</div></section>`
}

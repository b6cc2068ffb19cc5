import type { ExplainedHead, Explanation, Finding, ObservedExplanation } from '../inspect/index.ts'
import type { Paint } from './paint.ts'
import { printable } from './printable.ts'
import { wrapped } from './wrapped.ts'

/** How the explanation is laid out. */
export interface Layout {
  readonly paint: Paint
  /** Columns of a line. */
  readonly width: number
}

/** A handshake in words: each header with its meaning, then the verdict. */
export function explanationText(
  explanation: Explanation | ObservedExplanation,
  layout: Layout,
): string {
  const { request, response, findings } = explanation
  return [
    ...('steps' in explanation ? stepLines(explanation, layout) : []),
    ...headLines('Request', request, findings, layout),
    ...(request || response ? headLines('Response', response, findings, layout) : []),
    ...verdictLines(explanation, layout),
  ].join('\n')
}

/** In the margin of what a finding is about. */
const marks = { wrong: '✗', unusual: '!' } as const
const colours = { wrong: 'red', unusual: 'yellow' } as const

function stepLines({ url, steps }: ObservedExplanation, { paint, width }: Layout): string[] {
  const lines = steps.flatMap(({ step, milliseconds, text }) => {
    const label = `${step.padEnd(8)}${milliseconds.toFixed(1).padStart(8)} ms  `
    return labelled(label, printable(text), width, 2)
  })
  return [paint('bold', printable(url)), ...lines, '']
}

function headLines(
  title: 'Request' | 'Response',
  head: ExplainedHead | undefined,
  findings: readonly Finding[],
  layout: Layout,
): string[] {
  const { paint } = layout
  if (!head) return [`${paint('bold', title)}: there is none`, '']
  const here = findings.filter(({ part }) => part === title.toLowerCase())
  const lines = head.fields.flatMap(({ name, value, meaning }) => {
    const about = here.find(({ field }) => field?.toLowerCase() === name.toLowerCase())
    return [
      `${margin(about, paint)}${paint('bold', `${printable(name)}:`)} ${printable(value)}`,
      ...wrapped(printable(meaning), 6, layout.width).map((line) => paint('dim', line)),
    ]
  })
  const first = here.find(({ code }) => /^(request|status)-line|^head-on|^method$/.test(code))
  return [
    paint('bold', title),
    `${margin(first, paint)}${printable(head.line)}`,
    ...wrapped(printable(head.meaning), 6, layout.width).map((line) => paint('dim', line)),
    ...lines,
    '',
  ]
}

function margin(about: Finding | undefined, paint: Paint): string {
  return about ? `${paint(colours[about.level], marks[about.level])} ` : '  '
}

function verdictLines({ sound, findings }: Explanation, layout: Layout): string[] {
  const { paint } = layout
  const wrong = findings.filter(({ level }) => level === 'wrong')
  const unusual = findings.filter(({ level }) => level === 'unusual')
  const verdict = sound ? paint('green', 'sound') : paint('red', 'faulty')
  const counts = [
    ...(sound ? [] : [`${wrong.length} wrong`]),
    unusual.length > 0 ? `${unusual.length} unusual` : 'nothing unusual',
  ]
  return [
    `${paint('bold', 'Verdict')}: ${verdict}, ${counts.join(', ')}`,
    ...[...wrong, ...unusual].flatMap((one) => findingLines(one, layout)),
    '',
  ]
}

function findingLines(one: Finding, { paint, width }: Layout): string[] {
  const { code, level, part, text, expected, remedy, clause } = one
  const right = expected?.split('\n').map((line) => printable(line)) ?? []
  return [
    '',
    `${paint(colours[level], `${marks[level]} ${code}`)} ${paint('dim', `(${part}, ${level})`)}`,
    ...wrapped(printable(text), 4, width),
    ...right.map((line, at) => `    ${at === 0 ? 'right: ' : '       '}${paint('green', line)}`),
    ...labelled('do:    ', printable(remedy), width),
    paint('dim', `    see:   ${clause}`),
  ]
}

function labelled(label: string, text: string, width: number, indent = 4): string[] {
  return wrapped(text, indent + label.length, width).map((line, at) =>
    at === 0 ? ' '.repeat(indent) + label + line.trimStart() : line,
  )
}

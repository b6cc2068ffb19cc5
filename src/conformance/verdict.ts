import type { Severity } from './case.ts'

/** From best to worst, but for the last, which says that there was nothing to judge. */
export type Verdict = 'pass' | 'informational' | 'non-strict' | 'fail' | 'not-supported'

export const verdicts: readonly Verdict[] = [
  'pass',
  'non-strict',
  'informational',
  'fail',
  'not-supported',
]

/** Something that was not as it is written. */
export interface Finding {
  readonly severity: Severity
  readonly text: string
}

/** The verdict that findings add up to: that of the worst. */
export function verdictOf(findings: readonly Finding[]): Verdict {
  const has = (severity: Severity): boolean => findings.some((one) => one.severity === severity)
  if (has('MUST')) return 'fail'
  if (has('SHOULD')) return 'non-strict'
  return has('informational') ? 'informational' : 'pass'
}

/** The milder of two: a case that is only informational cannot fail by more. */
export function milder(a: Severity, b: Severity): Severity {
  const order: readonly Severity[] = ['informational', 'SHOULD', 'MUST']
  return order[Math.min(order.indexOf(a), order.indexOf(b))]!
}

/** A line of a transcript: what was exchanged, and when. */
export interface Exchanged {
  /** Milliseconds since the connection was opened. */
  readonly at: number
  readonly from: 'suite' | 'endpoint'
  /** What it is, in words. */
  readonly note: string
  /** In hex; of long ones the beginning. */
  readonly hex: string
  readonly length: number
}

export interface CaseResult {
  readonly id: string
  readonly title: string
  readonly clause: string
  readonly severity: Severity
  readonly verdict: Verdict
  readonly findings: readonly Finding[]
  readonly milliseconds: number
  /** What was exchanged; of cases that passed it is not kept. */
  readonly transcript: readonly Exchanged[]
}

/** The group of a case: what comes before the first dot. */
export function groupOf(id: string): string {
  return id.slice(0, id.indexOf('.'))
}

import type { Role } from '../case.ts'
import { groups } from '../cases/all.ts'
import { type CaseResult, groupOf, type Verdict, verdicts } from '../verdict.ts'

export type Counts = Readonly<Record<Verdict, number>>

/** What a run came to: the JSON report is this. */
export interface Report {
  readonly role: Role
  /** What was tested: a URL, or the name that a client gave itself. */
  readonly subject: string
  readonly startedAt: string
  readonly milliseconds: number
  readonly counts: Counts
  readonly groups: readonly {
    readonly number: string
    readonly title: string
    readonly counts: Counts
  }[]
  /** In the order of the cases. */
  readonly results: readonly CaseResult[]
}

export interface ReportInput {
  readonly role: Role
  readonly subject: string
  readonly startedAt: Date
  readonly results: readonly CaseResult[]
  /** In the order that results are to have. */
  readonly runs: readonly { readonly id: string }[]
}

export function makeReport({ role, subject, startedAt, results, runs }: ReportInput): Report {
  const place = new Map(runs.map(({ id }, at) => [id, at]))
  const placeOf = ({ id }: CaseResult): number => place.get(id) ?? -1
  const sorted = [...results].sort((a, b) => placeOf(a) - placeOf(b))
  return {
    role,
    subject,
    startedAt: startedAt.toISOString(),
    milliseconds: Date.now() - startedAt.getTime(),
    counts: countsOf(results),
    groups: groups
      .map(({ number, title }) => {
        const own = results.filter(({ id }) => groupOf(id) === number)
        return { number, title, counts: countsOf(own), total: own.length }
      })
      .filter(({ total }) => total > 0)
      .map(({ number, title, counts }) => ({ number, title, counts })),
    results: sorted,
  }
}

function countsOf(results: readonly CaseResult[]): Counts {
  const count = (verdict: Verdict): number =>
    results.filter((result) => result.verdict === verdict).length
  return Object.fromEntries(verdicts.map((verdict) => [verdict, count(verdict)])) as Record<
    Verdict,
    number
  >
}

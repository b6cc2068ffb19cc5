import type { Verdict } from '../verdict.ts'
import type { Report } from './report.ts'

/** A case that came out otherwise than in the earlier run. */
export interface Change {
  readonly id: string
  readonly title: string
  /** `undefined` for a case that was not run. */
  readonly before: Verdict | undefined
  readonly after: Verdict | undefined
  readonly kind: 'worse' | 'better' | 'other'
}

/** How good a verdict is; nothing to judge is neither good nor bad. */
const rank: Readonly<Record<Verdict, number | undefined>> = {
  pass: 3,
  informational: 2,
  'non-strict': 1,
  fail: 0,
  'not-supported': undefined,
}

/** What changed since `before`, what is worse first. */
export function compareReports(before: Report, after: Report): Change[] {
  const old = new Map(before.results.map((result) => [result.id, result]))
  const now = new Map(after.results.map((result) => [result.id, result]))
  const ids = [...new Set([...now.keys(), ...old.keys()])]
  const order: readonly Change['kind'][] = ['worse', 'better', 'other']
  return ids
    .map((id): Change => {
      const one = now.get(id) ?? old.get(id)!
      const [was, is] = [old.get(id)?.verdict, now.get(id)?.verdict]
      return { id, title: one.title, before: was, after: is, kind: kindOf(was, is) }
    })
    .filter(({ before: was, after: is }) => was !== is)
    .sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind))
}

function kindOf(before: Verdict | undefined, after: Verdict | undefined): Change['kind'] {
  const was = before && rank[before]
  const is = after && rank[after]
  if (after === 'fail' && before !== 'fail') return 'worse'
  if (was === undefined || is === undefined) return 'other'
  return is < was ? 'worse' : 'better'
}

/**
 * Reads a JSON report of an earlier run.
 * @returns What is wrong with it, where it is none.
 */
export function readReport(json: string): Report | string {
  try {
    const report = JSON.parse(json) as Partial<Report>
    const { results } = report
    if (Array.isArray(results) && results.every(({ id, verdict }) => id && verdict in rank)) {
      return report as Report
    }
    return 'it has no results: expected a file that --json has written'
  } catch (error) {
    return `it is not JSON: ${(error as Error).message}`
  }
}

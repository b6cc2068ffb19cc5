import type { Report, Verdict } from '../../dist/conformance/index.js'

/** Every case that came to something else than these, with what was found: for a message that helps. */
export function otherThan(report: Report, ...allowed: Verdict[]): string[] {
  return report.results
    .filter(({ verdict }) => !allowed.includes(verdict))
    .map(
      ({ id, title, verdict, findings }) =>
        `${id} ${title}: ${verdict}, ${findings.map(({ text }) => text).join('; ')}`,
    )
}

import type { Report, Verdict } from '../../dist/conformance/index.js'

/** Groups that are run for every split in CI: something of each kind of frame. */
export const cut: readonly string[] = '1 2 4 5 6.3 7.1 7.3 10 16 17.1 23.1 23.2'.split(' ')

/** Every case that came to something else than these, with what was found: for a message that helps. */
export function otherThan(report: Report, ...allowed: Verdict[]): string[] {
  return report.results
    .filter(({ verdict }) => !allowed.includes(verdict))
    .map(
      ({ id, title, verdict, findings }) =>
        `${id} ${title}: ${verdict}, ${findings.map(({ text }) => text).join('; ')}`,
    )
}

import type { Paint } from '../paint.ts'
import { hexLine, printable } from '../printable.ts'
import type { Difference } from './compare-answers.ts'
import type { ConnectionResult, ReplayResults } from './replay-results.ts'

/** Characters of a message that are shown. */
const mostShown = 400
/** Places where two values of JSON differ. */
const mostChanges = 20

/** The results for people: what is different, and the verdict. */
export function replayText(
  { same, interrupted, connections }: ReplayResults,
  paint: Paint,
): string {
  const different = connections.filter((one) => !one.same).length
  const verdict = same
    ? paint('green', 'the same')
    : paint('red', `${different} of ${connections.length} connections differ`)
  const note = interrupted ? ['Interrupted: these are the results so far.'] : []
  return `${[...connections.map((one) => connectionText(one, paint)), verdict, ...note].join('\n')}\n`
}

function connectionText(result: ConnectionResult, paint: Paint): string {
  const { connection, recorded, refused, sent, expected, answers, differences, closed } = result
  const title = `${paint('bold', `connection ${connection}`)} ${printable(recorded)}`
  if (refused !== undefined) return `${title}: ${paint('red', printable(refused))}`
  const sums = `${sent} sent, ${answers} answers of ${expected} recorded`
  return [
    `${title}: ${sums}`,
    ...differences.flatMap((one) => differenceLines(one, paint)),
    ...(closed
      ? [`  the server ${ending(closed.got)}; recorded: it ${ending(closed.expected)}`]
      : []),
  ].join('\n')
}

function differenceLines(difference: Difference, paint: Paint): string[] {
  const { kind, answer, expected, got, changes = [] } = difference
  return [
    `  answer ${answer} ${kind === 'changed' ? 'is another one' : `is ${kind}`}`,
    ...(expected === undefined ? [] : [paint('red', `  - ${shown(expected)}`)]),
    ...(got === undefined ? [] : [paint('green', `  + ${shown(got)}`)]),
    ...changes.slice(0, mostChanges).map((change) => paint('dim', `      ${shown(change)}`)),
    ...(changes.length > mostChanges ? [`      and ${changes.length - mostChanges} more`] : []),
  ]
}

/** On one line, whatever is in it. */
function shown(message: string | Uint8Array): string {
  if (typeof message !== 'string') return hexLine(message)
  const rest = message.length > mostShown ? ` … (${message.length} characters)` : ''
  return printable(message.slice(0, mostShown)).replaceAll('\n', '\\n') + rest
}

function ending(code: number | null): string {
  return code === null ? 'did not close it' : `closed it with ${code}`
}

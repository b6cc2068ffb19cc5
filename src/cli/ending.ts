import { closeCodeMeaning } from '../inspect/index.ts'
import type { CloseOutcome } from '../node/index.ts'
import { printable } from './printable.ts'

/** How a session ended. */
export interface Ending {
  readonly outcome: CloseOutcome
  /** What was expected and has not come. */
  readonly missing: string | undefined
  /** Whether we closed because it took too long. */
  readonly late: boolean
  /** Nobody reads stdout any more, which is reason enough to stop. */
  readonly brokenPipe: boolean
}

const normal: readonly number[] = [1000, 1001, 1005]

/** Whether a connection ended as connections should. */
export function closedNormally({ code }: CloseOutcome): boolean {
  return normal.includes(code)
}

/** How a connection ended, in one line. */
export function closing({ code, reason, cause }: CloseOutcome): string {
  const { name } = closeCodeMeaning(code)
  const said = reason === '' ? '' : `: ${printable(JSON.stringify(reason))}`
  if (cause.trigger !== 'close-frame' || code === 1006) {
    return `closed with ${code} (${name}): ${printable(cause.text)}`
  }
  const who = cause.by === 'remote' ? 'the server closed' : 'closed'
  return `${who} with ${code} (${name})${said}`
}

/** The same for programs. */
export function closeEvent({ code, reason, wasClean, cause }: CloseOutcome): object {
  return { type: 'close', code, reason, wasClean, by: cause.by, diagnosis: cause.text }
}

import { CloseCode, type CloseOutcome } from '../core/index.ts'
import { TidewireError } from '../errors/index.ts'

const quietCloses: readonly number[] = [CloseCode.normal, CloseCode.goingAway, CloseCode.noStatus]

/** What is told to who wanted something of a connection that is closed. */
export function closedError(outcome: CloseOutcome | undefined): TidewireError {
  return new TidewireError('ERR_CLOSED', outcome?.cause.text ?? 'The connection has closed.')
}

/** What who reads all messages is told at the end; nothing after a normal one. */
export function failureOf(outcome: CloseOutcome): TidewireError | undefined {
  const quiet = outcome.wasClean && quietCloses.includes(outcome.code)
  return quiet ? undefined : closedError(outcome)
}

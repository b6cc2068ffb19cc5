import { closeCodeMeaning } from '../../../src/inspect/close-code-meaning.ts'
import type { Connection } from '../model/connection.ts'
import { targetLabel } from '../pure/target.ts'

interface AnnouncerProps {
  readonly connection: Connection
}

/** Says each change of state to a screen reader. Messages are not read out: there may be thousands. */
export function Announcer({ connection }: AnnouncerProps) {
  return (
    <p class="visually-hidden" aria-live="polite">
      {words(connection)}
    </p>
  )
}

function words({ state, target, closed }: Connection): string {
  const where = target.value ? targetLabel(target.value) : ''
  if (state.value === 'CONNECTING') return `Connecting to ${where}`
  if (state.value === 'OPEN') return `Open: connected to ${where}`
  if (state.value === 'CLOSING') return 'Closing'
  const info = closed.value
  return info ? `Closed: ${info.code}, ${closeCodeMeaning(info.code).name}` : ''
}

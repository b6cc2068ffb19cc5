import type { Session, View } from '../model/session.ts'
import { grouped } from '../pure/format.ts'
import { InspectIcon, ListIcon, PlugIcon } from './icons.tsx'

interface ViewSwitchProps {
  readonly session: Session
}

const views: ReadonlyArray<readonly [View, string, typeof PlugIcon]> = [
  ['connect', 'Connect', PlugIcon],
  ['messages', 'Messages', ListIcon],
  ['inspect', 'Inspect', InspectIcon],
]

/** On a narrow screen, which third of the page is shown; a wide screen has room for all. */
export function ViewSwitch({ session }: ViewSwitchProps) {
  const { sent, received } = session.log.totals.value
  return (
    <nav class="view-switch" aria-label="Views">
      {views.map(([view, label, ViewIcon]) => (
        <button
          key={view}
          type="button"
          aria-current={session.view.value === view ? 'page' : undefined}
          data-testid={`view-${view}`}
          onClick={() => (session.view.value = view)}
        >
          <ViewIcon />
          {label}
          {view === 'messages' && sent + received > 0 && <b>{grouped(sent + received)}</b>}
        </button>
      ))}
    </nav>
  )
}

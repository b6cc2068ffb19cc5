import type { Connection } from '../model/connection.ts'

interface StateBadgeProps {
  readonly connection: Connection
}

/** The ready state in the standard's own word; the dot and the colour only repeat it. */
export function StateBadge({ connection }: StateBadgeProps) {
  const state = connection.state.value
  return (
    <span class="state-badge" data-testid="state" data-state={state}>
      {state}
    </span>
  )
}

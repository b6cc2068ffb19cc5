import { useSignal, useSignalEffect } from '@preact/signals'
import type { FeedConnection } from '../../../../src/inspect/feed/feed-messages.ts'
import { SearchIcon } from '../../components/icons.tsx'
import { count, grouped } from '../../pure/format.ts'
import type { Inspector } from '../model/inspector.ts'
import { ConnectionItem } from './connection-item.tsx'
import { pathOf } from './connection-words.ts'

interface ConnectionListProps {
  readonly inspector: Inspector
}

/** More are not drawn: whoever has thousands looks for one by its path. */
const drawn = 200

/** All connections, the latest first; choosing one shows only its messages. */
export function ConnectionList({ inspector }: ConnectionListProps) {
  const { connections, filters } = inspector
  const wanted = useSignal('')
  const now = useSecond()
  const all = connections.value
  const shown = all.filter((one) => matches(one, wanted.value))
  const open = all.filter(({ closed }) => !closed).length

  function choose(id: number | undefined): void {
    filters.connection.value = id
    inspector.selected.value = undefined
    inspector.tab.value = 'connection'
    if (id !== undefined) inspector.view.value = 'messages'
  }

  return (
    <>
      <div class="connections-head">
        <h2>
          Connections <span class="hint">{grouped(open)} open</span>
        </h2>
        <label class="filter">
          <SearchIcon />
          <span class="visually-hidden">Find a connection</span>
          <input
            type="search"
            data-testid="connection-filter"
            aria-keyshortcuts="c"
            value={wanted.value}
            onInput={(event) => (wanted.value = event.currentTarget.value)}
            placeholder="Path, address, state"
            autocomplete="off"
            spellcheck={false}
          />
        </label>
      </div>
      <ul class="connections" data-testid="connections">
        <li>
          <button
            type="button"
            class="connection all"
            aria-pressed={filters.connection.value === undefined}
            data-testid="all-connections"
            onClick={() => choose(undefined)}
          >
            All connections <b>{grouped(all.length)}</b>
          </button>
        </li>
        {shown.slice(0, drawn).map((connection) => (
          <li key={connection.id}>
            <ConnectionItem
              connection={connection}
              pressed={filters.connection.value === connection.id}
              activity={inspector.rows.activity.of(connection.id, now)}
              now={now}
              onChoose={() => choose(connection.id)}
            />
          </li>
        ))}
      </ul>
      <p class="hint connections-note">
        {all.length === 0
          ? 'No connection yet. It appears here as soon as it opens.'
          : shown.length === 0
            ? 'No connection matches.'
            : shown.length > drawn && `and ${count(shown.length - drawn, 'more', 'more')}`}
      </p>
    </>
  )
}

function matches(connection: FeedConnection, wanted: string): boolean {
  const { id, remote, closed } = connection
  const words = `#${id} ${pathOf(connection)} ${remote?.address ?? ''}:${remote?.port ?? ''} ${closed ? `closed ${closed.code}` : 'open'}`
  return words.toLowerCase().includes(wanted.trim().toLowerCase())
}

/** The time, once in a second: ages and rates go on where nothing else happens. */
function useSecond(): number {
  const now = useSignal(Date.now())
  useSignalEffect(() => {
    const timer = setInterval(() => (now.value = Date.now()), 1000)
    return () => clearInterval(timer)
  })
  return now.value
}

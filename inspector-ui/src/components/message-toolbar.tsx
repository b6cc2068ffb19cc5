import type { Session } from '../model/session.ts'
import { Button } from './button.tsx'
import { SearchIcon } from './icons.tsx'
import { Segmented } from './segmented.tsx'

interface MessageToolbarProps {
  readonly session: Session
}

export function MessageToolbar({ session }: MessageToolbarProps) {
  const { log } = session
  const { error } = log.textFilter.value
  return (
    <div class="toolbar">
      <label class="filter">
        <SearchIcon />
        <span class="visually-hidden">Filter messages</span>
        <input
          type="search"
          data-testid="filter"
          aria-keyshortcuts="/"
          value={log.filter.value}
          onInput={(event) => (log.filter.value = event.currentTarget.value)}
          aria-invalid={error !== undefined}
          aria-describedby="filter-error"
          placeholder="Filter: text or /regex/"
          autocomplete="off"
          spellcheck={false}
        />
      </label>
      <Segmented
        label="Direction"
        testId="direction-filter"
        value={log.direction.value}
        onChange={(direction) => (log.direction.value = direction)}
        segments={[
          { value: 'all', label: 'All', testId: 'direction-all' },
          { value: 'sent', label: 'Sent', testId: 'direction-sent' },
          { value: 'received', label: 'Received', testId: 'direction-received' },
        ]}
      />
      <Button look="quiet" testId="clear" onClick={session.clear}>
        Clear
      </Button>
      <p id="filter-error" class="hint bad filter-error" role="status" hidden={error === undefined}>
        {error}
      </p>
    </div>
  )
}

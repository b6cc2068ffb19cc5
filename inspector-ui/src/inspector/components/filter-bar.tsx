import type { Signal } from '@preact/signals'
import { Button } from '../../components/button.tsx'
import { CloseIcon, SearchIcon } from '../../components/icons.tsx'
import { Segmented } from '../../components/segmented.tsx'
import { parseSize } from '../../pure/parse-size.ts'
import type { RowKind } from '../../pure/rows/row.ts'
import type { RowFilter } from '../../pure/rows/row-filter.ts'
import type { Inspector } from '../model/inspector.ts'

interface FilterBarProps {
  readonly inspector: Inspector
}

const kinds: ReadonlyArray<readonly [RowKind | 'all', string]> = [
  ['all', 'All types'],
  ['text', 'Text'],
  ['binary', 'Binary'],
  ['fragment', 'Fragments'],
  ['ping', 'Pings'],
  ['pong', 'Pongs'],
  ['close', 'Closes'],
]

/** What is shown of what there is. */
export function FilterBar({ inspector }: FilterBarProps) {
  const { filters, search } = inspector
  const { pattern, text, level, direction, kind, shortest, longest } = filters
  const error = pattern.value.error ?? search.value.error
  const narrowed = direction.value !== 'all' || kind.value !== 'all' || text.value !== ''
  const sized = shortest.value !== '' || longest.value !== ''
  return (
    <div class="toolbar filter-bar">
      <label class="filter">
        <SearchIcon />
        <span class="visually-hidden">Search in messages</span>
        <input
          type="search"
          data-testid="filter"
          aria-keyshortcuts="/"
          value={text.value}
          onInput={(event) => (text.value = event.currentTarget.value)}
          aria-invalid={error !== undefined}
          aria-describedby="filter-note"
          placeholder="Search: text or /regex/"
          autocomplete="off"
          spellcheck={false}
        />
        {search.value.running && <span class="spinner" role="img" aria-label="searching" />}
      </label>
      <Segmented
        label="Rows"
        value={level.value}
        onChange={(next) => (level.value = next)}
        segments={[
          { value: 'messages', label: 'Messages', testId: 'level-messages' },
          { value: 'frames', label: 'Frames', testId: 'level-frames' },
        ]}
      />
      <button
        type="button"
        hidden
        aria-keyshortcuts="v"
        onClick={() => (level.value = level.value === 'frames' ? 'messages' : 'frames')}
      />
      <div class="filter-row">
        <Segmented
          label="Direction"
          testId="direction-filter"
          value={direction.value}
          onChange={(next) => (direction.value = next)}
          segments={[
            { value: 'all', label: 'All', testId: 'direction-all' },
            { value: 'sent', label: 'Sent', testId: 'direction-sent' },
            { value: 'received', label: 'Received', testId: 'direction-received' },
          ]}
        />
        <select
          aria-label="Type"
          data-testid="kind-filter"
          value={kind.value}
          onChange={(event) => (kind.value = event.currentTarget.value as RowFilter['kind'])}
        >
          {kinds.map(([value, label]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
        <span class="size-range">
          <SizeField label="Shortest" placeholder="≥ size" value={shortest} />–
          <SizeField label="Longest" placeholder="≤ size" value={longest} />
        </span>
        {(narrowed || sized) && (
          <Button
            look="quiet"
            testId="reset-filters"
            label="Reset the filters"
            onClick={filters.reset}
          >
            <CloseIcon />
          </Button>
        )}
      </div>
      <p id="filter-note" class="hint bad filter-error" role="status" hidden={error === undefined}>
        {error}
      </p>
    </div>
  )
}

interface SizeFieldProps {
  readonly label: string
  readonly placeholder: string
  readonly value: Signal<string>
}

function SizeField({ label, placeholder, value }: SizeFieldProps) {
  const wrong = value.value.trim() !== '' && parseSize(value.value) === undefined
  return (
    <input
      aria-label={`${label}, such as 512 or 1.5 kB`}
      data-testid={`size-${label.toLowerCase()}`}
      value={value.value}
      onInput={(event) => (value.value = event.currentTarget.value)}
      aria-invalid={wrong}
      placeholder={placeholder}
      autocomplete="off"
    />
  )
}

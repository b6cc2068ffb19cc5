import { computed, type ReadonlySignal, signal, type Signal } from '@preact/signals'
import { parseFilter, type TextFilter } from '../../pure/message-filter.ts'
import { parseSize } from '../../pure/parse-size.ts'
import { everyRow, type RowFilter } from '../../pure/rows/row-filter.ts'

/** What the reader wants to see. */
export interface Filters {
  readonly level: Signal<RowFilter['level']>
  readonly direction: Signal<RowFilter['direction']>
  readonly kind: Signal<RowFilter['kind']>
  readonly connection: Signal<number | undefined>
  /** Text, or a regular expression between slashes. */
  readonly text: Signal<string>
  readonly pattern: ReadonlySignal<TextFilter>
  /** Such as `1 kB`; empty for no bound. */
  readonly shortest: Signal<string>
  readonly longest: Signal<string>
  readonly rows: ReadonlySignal<RowFilter>
  readonly reset: () => void
}

export function createFilters(): Filters {
  const level = signal(everyRow.level)
  const direction = signal(everyRow.direction)
  const kind = signal(everyRow.kind)
  const connection = signal<number>()
  const text = signal('')
  const shortest = signal('')
  const longest = signal('')
  const pattern = computed(() => parseFilter(text.value))
  const rows = computed((): RowFilter => ({
    level: level.value,
    direction: direction.value,
    kind: kind.value,
    connection: connection.value,
    shortest: parseSize(shortest.value) ?? everyRow.shortest,
    longest: parseSize(longest.value) ?? everyRow.longest,
    found: pattern.value.pattern !== undefined,
  }))
  return {
    level,
    direction,
    kind,
    connection,
    text,
    pattern,
    shortest,
    longest,
    rows,
    reset() {
      for (const field of [text, shortest, longest]) field.value = ''
      direction.value = 'all'
      kind.value = 'all'
    },
  }
}

import type { Signal } from '@preact/signals'
import { grouped } from '../pure/format.ts'
import type { PlugIcon } from './icons.tsx'

export interface ViewChoice<View extends string> {
  readonly view: View
  readonly label: string
  readonly icon: typeof PlugIcon
  /** A number on its icon; none for 0. */
  readonly count?: number
}

interface ViewSwitchProps<View extends string> {
  readonly view: Signal<View>
  readonly views: ReadonlyArray<ViewChoice<View>>
}

/** On a narrow screen, which third of the page is shown; a wide screen has room for all. */
export function ViewSwitch<View extends string>({ view, views }: ViewSwitchProps<View>) {
  return (
    <nav class="view-switch" aria-label="Views">
      {views.map(({ view: own, label, icon: ViewIcon, count = 0 }) => (
        <button
          key={own}
          type="button"
          aria-current={view.value === own ? 'page' : undefined}
          data-testid={`view-${own}`}
          onClick={() => (view.value = own)}
        >
          <ViewIcon />
          {label}
          {count > 0 && <b>{grouped(count)}</b>}
        </button>
      ))}
    </nav>
  )
}

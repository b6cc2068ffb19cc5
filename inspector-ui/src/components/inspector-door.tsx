import type { ReadonlySignal } from '@preact/signals'
import { SearchIcon } from './icons.tsx'

interface InspectorDoorProps {
  readonly door: ReadonlySignal<string | undefined>
}

/** The way to the inspector, and where this tab knows none, how to get one. */
export function InspectorDoor({ door }: InspectorDoorProps) {
  const shared = {
    class: 'button quiet menu-button',
    title: 'Inspector (I)',
    'aria-label': 'Inspector',
    'aria-keyshortcuts': 'i',
    'data-testid': 'inspector-door',
  }
  const words = (
    <>
      <SearchIcon />
      <span class="door-name">Inspector</span>
    </>
  )
  if (door.value !== undefined) {
    return (
      <a {...shared} href={door.value} target="_blank" rel="noopener noreferrer">
        {words}
      </a>
    )
  }
  return (
    <>
      <button {...shared} type="button" popovertarget="inspector-way">
        {words}
      </button>
      <div id="inspector-way" class="menu" popover="auto" data-testid="inspector-way">
        <p class="hint">
          It shows every frame of every connection. Start the server with{' '}
          <code>tidewire serve --inspect</code>, and open the link that it prints.
        </p>
      </div>
    </>
  )
}

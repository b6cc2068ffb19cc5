import { useEffect } from 'preact/hooks'
import type { Preferences } from '../model/preferences.ts'
import type { Session, View } from '../model/session.ts'

/**
 * Single keys that press a button or go to a field. An element names its own key in `aria-keyshortcuts`,
 * so a screen reader hears the same key that works here.
 */
export function useShortcuts(session: Session, preferences: Preferences): void {
  useEffect(() => {
    function onKeyDown(event: KeyboardEvent): void {
      if (event.key === 'Escape') leaveField(event)
      if (!preferences.shortcuts.value || event.ctrlKey || event.metaKey || event.altKey) return
      if (isTyping(event.target) || document.querySelector('dialog[open]')) return
      const element = document.querySelector<HTMLElement>(
        `[aria-keyshortcuts="${CSS.escape(event.key)}"]`,
      )
      if (!element) return
      event.preventDefault()
      reveal(element, session)
      if (element instanceof HTMLButtonElement) element.click()
      else element.focus()
    }
    document.addEventListener('keydown', onKeyDown)
    return () => document.removeEventListener('keydown', onKeyDown)
  }, [session, preferences])
}

/** On a narrow screen the element may be in a view that is not shown. */
function reveal(element: HTMLElement, session: Session): void {
  const view = element.closest<HTMLElement>('[data-part]')?.dataset['part']
  if (isView(view)) session.view.value = view
}

function isView(view: string | undefined): view is View {
  return view === 'connect' || view === 'messages' || view === 'inspect'
}

/** Escape in a field gives the keys back to the page. */
function leaveField(event: KeyboardEvent): void {
  if (isTyping(event.target) && event.target instanceof HTMLElement) event.target.blur()
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLInputElement ||
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement
  )
}

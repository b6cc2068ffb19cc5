import { useLayoutEffect } from 'preact/hooks'
import type { Preferences } from '../model/preferences.ts'

/**
 * Single keys that press a button or go to a field. An element names its own key in `aria-keyshortcuts`,
 * so a screen reader hears the same key that works here.
 * @param reveal Shows a part of the page, which a narrow screen may not be showing.
 */
export function useShortcuts(preferences: Preferences, reveal: (part: string) => void): void {
  // With the page, not after it: what can be seen can be pressed.
  useLayoutEffect(() => {
    function onKeyDown(event: KeyboardEvent): void {
      if (event.key === 'Escape') leaveField(event)
      if (!preferences.shortcuts.value || event.ctrlKey || event.metaKey || event.altKey) return
      if (isTyping(event.target) || document.querySelector('dialog[open]')) return
      const element = document.querySelector<HTMLElement>(
        `[aria-keyshortcuts="${CSS.escape(event.key)}"]`,
      )
      if (!element) return
      event.preventDefault()
      const part = element.closest<HTMLElement>('[data-part]')?.dataset['part']
      if (part !== undefined) reveal(part)
      if (element.matches('a, button')) element.click()
      else element.focus()
    }
    document.addEventListener('keydown', onKeyDown)
    return () => document.removeEventListener('keydown', onKeyDown)
  }, [preferences])
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

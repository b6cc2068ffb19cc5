import { effect, type ReadonlySignal, signal, type Signal } from '@preact/signals'

export type Theme = 'light' | 'dark'

export interface Preferences {
  readonly theme: ReadonlySignal<Theme>
  readonly toggleTheme: () => void
  /** Single keys as shortcuts can be in the way of speech input, so they can be switched off. */
  readonly shortcuts: Signal<boolean>
}

/** What the user chose and the page remembers. */
export function createPreferences(): Preferences {
  const system = matchMedia('(prefers-color-scheme: dark)')
  const chosen = read('theme')
  const theme = signal<Theme>(
    chosen === 'light' || chosen === 'dark' ? chosen : systemTheme(system),
  )
  const shortcuts = signal(read('shortcuts') !== 'off')

  system.addEventListener('change', () => {
    if (read('theme') === undefined) theme.value = systemTheme(system)
  })
  effect(() => {
    document.documentElement.dataset['theme'] = theme.value
  })
  effect(() => write('shortcuts', shortcuts.value ? undefined : 'off'))

  return {
    theme,
    shortcuts,
    toggleTheme() {
      theme.value = theme.value === 'dark' ? 'light' : 'dark'
      // Back at the system's own theme, the page follows the system again.
      write('theme', theme.value === systemTheme(system) ? undefined : theme.value)
    },
  }
}

function systemTheme(query: MediaQueryList): Theme {
  return query.matches ? 'dark' : 'light'
}

/** Storage throws where cookies are blocked; the page works without it. */
function read(key: string): string | undefined {
  try {
    return localStorage.getItem(`tidewire.${key}`) ?? undefined
  } catch {
    return undefined
  }
}

function write(key: string, value: string | undefined): void {
  try {
    if (value === undefined) localStorage.removeItem(`tidewire.${key}`)
    else localStorage.setItem(`tidewire.${key}`, value)
  } catch {
    // Not remembered, then.
  }
}

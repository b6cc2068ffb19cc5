import type { Preferences } from '../model/preferences.ts'
import { Button } from './button.tsx'
import { openHelp } from './help-dialog.tsx'
import { MoonIcon, SunIcon } from './icons.tsx'

interface PageButtonsProps {
  readonly preferences: Preferences
}

/** What every page has at the right of its top bar: the theme and the help. */
export function PageButtons({ preferences }: PageButtonsProps) {
  const dark = preferences.theme.value === 'dark'
  return (
    <>
      <Button
        look="quiet"
        testId="theme-switch"
        shortcut="t"
        label={dark ? 'Use the light theme' : 'Use the dark theme'}
        onClick={preferences.toggleTheme}
      >
        {dark ? <SunIcon /> : <MoonIcon />}
      </Button>
      <Button look="quiet" testId="help" shortcut="?" label="Keyboard shortcuts" onClick={openHelp}>
        <kbd class="bare">?</kbd>
      </Button>
    </>
  )
}

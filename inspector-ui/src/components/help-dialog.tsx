import type { Preferences } from '../model/preferences.ts'
import { Button } from './button.tsx'
import { CloseIcon } from './icons.tsx'

const helpDialogId = 'help-dialog'

interface HelpDialogProps {
  readonly groups: ShortcutGroups
  readonly preferences: Preferences
}

/** Keys and what they do, under the name of where they do it. */
export type ShortcutGroups = ReadonlyArray<
  readonly [string, ReadonlyArray<readonly [string, string]>]
>

export function openHelp(): void {
  dialog()?.showModal()
}

export function HelpDialog({ groups, preferences }: HelpDialogProps) {
  return (
    <dialog id={helpDialogId} class="help" aria-labelledby="help-title" onClick={closeOnBackdrop}>
      <div class="help-body">
        <header>
          <h2 id="help-title">Keyboard shortcuts</h2>
          <Button look="quiet" label="Close" onClick={() => dialog()?.close()}>
            <CloseIcon />
          </Button>
        </header>
        <div class="help-groups">
          {groups.map(([title, keys]) => (
            <section key={title}>
              <h3>{title}</h3>
              <dl>
                {keys.map(([key, words]) => (
                  <div key={key}>
                    <dt>
                      {key.split(' ').map((part) => (
                        <kbd key={part}>{part}</kbd>
                      ))}
                    </dt>
                    <dd>{words}</dd>
                  </div>
                ))}
              </dl>
            </section>
          ))}
        </div>
        <label class="help-switch">
          <input
            type="checkbox"
            checked={preferences.shortcuts.value}
            onChange={(event) => (preferences.shortcuts.value = event.currentTarget.checked)}
          />
          Single keys work anywhere on the page
        </label>
      </div>
    </dialog>
  )
}

function dialog(): HTMLDialogElement | undefined {
  const element = document.getElementById(helpDialogId)
  return element instanceof HTMLDialogElement ? element : undefined
}

/** The dialog's own box is filled by its body, so a click that hits the dialog itself hit the backdrop. */
function closeOnBackdrop(event: MouseEvent): void {
  if (event.target === dialog()) dialog()?.close()
}

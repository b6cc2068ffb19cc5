import type { Preferences } from '../model/preferences.ts'
import { Button } from './button.tsx'
import { CloseIcon } from './icons.tsx'

export const helpDialogId = 'help-dialog'

interface HelpDialogProps {
  readonly id: string
  readonly preferences: Preferences
}

const groups: ReadonlyArray<readonly [string, ReadonlyArray<readonly [string, string]>]> = [
  [
    'Anywhere',
    [
      ['C', 'Connect'],
      ['D', 'Disconnect'],
      ['M', 'Write a text message'],
      ['B', 'Write a binary message'],
      ['L', 'Go to the list of messages'],
      ['/', 'Filter messages'],
      ['P', 'Ping'],
      ['T', 'Light or dark'],
      ['?', 'This help'],
    ],
  ],
  [
    'In a field',
    [
      ['Enter', 'Send'],
      ['Shift Enter', 'New line'],
      ['↑', 'Last text again, when empty'],
      ['Esc', 'Leave the field'],
    ],
  ],
  [
    'In the list',
    [
      ['↑ ↓', 'Select a message'],
      ['Home End', 'First, latest'],
      ['Esc', 'Select nothing'],
    ],
  ],
]

export function openHelp(): void {
  dialog()?.showModal()
}

export function HelpDialog({ id, preferences }: HelpDialogProps) {
  return (
    <dialog id={id} class="help" aria-labelledby="help-title" onClick={closeOnBackdrop}>
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

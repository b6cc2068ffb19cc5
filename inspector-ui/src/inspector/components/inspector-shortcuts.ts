import type { ShortcutGroups } from '../../components/help-dialog.tsx'

/** The keys of the inspector. */
export const inspectorShortcuts: ShortcutGroups = [
  [
    'Anywhere',
    [
      ['/', 'Search messages'],
      ['L', 'Go to the list of messages'],
      ['C', 'Find a connection'],
      ['M', 'Write a message'],
      ['V', 'Messages or frames'],
      ['R', 'Pause or resume recording'],
      ['X', 'Clear'],
      ['O', 'Open a saved session'],
      ['T', 'Light or dark'],
      ['?', 'This help'],
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
  [
    'In a field',
    [
      ['Enter', 'Send'],
      ['Shift Enter', 'New line'],
      ['Esc', 'Leave the field'],
    ],
  ],
]

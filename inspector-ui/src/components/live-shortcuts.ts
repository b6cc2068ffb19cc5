import type { ShortcutGroups } from './help-dialog.tsx'

/** The keys of the live page. */
export const liveShortcuts: ShortcutGroups = [
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
      ['I', 'The inspector'],
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

import type { Session } from '../model/session.ts'
import { findEntry } from '../pure/find-entry.ts'
import type { LogEntry } from '../pure/log-entry.ts'
import { EmptyList } from './empty-list.tsx'
import { ListHead } from './list-head.tsx'
import { MessageRow, rowId } from './message-row.tsx'
import { rowHeight, VirtualList } from './virtual-list.tsx'

interface MessageListProps {
  readonly session: Session
}

export function MessageList({ session }: MessageListProps) {
  const { log, selected, paneTab, view } = session
  const { shown } = log
  const version = log.version.value
  const present = selected.value
  const { sent, received } = log.totals.value
  // Connected, but the rows say no more than that: what to do next is still the question.
  const waiting = session.isOpen.value && sent + received === 0 && shown.length <= 3

  function select(entry: LogEntry | undefined): void {
    selected.value = entry
    paneTab.value = entry ? 'message' : 'handshake'
  }

  function row(index: number) {
    const entry = shown.at(index)
    return (
      entry && (
        <MessageRow
          key={entry.id}
          entry={entry}
          selected={entry.id === present?.id}
          position={index + 1}
          total={shown.length}
          onSelect={(clicked) => {
            select(clicked)
            view.value = 'inspect'
          }}
        />
      )
    )
  }

  return (
    <div class="list">
      <ListHead log={log} />
      <VirtualList
        label="Messages"
        length={shown.length}
        shifted={log.shifted()}
        version={version}
        selected={present ? findEntry(shown, present.id) : -1}
        selectedId={present && rowId(present)}
        row={row}
        onSelect={(index) => select(index === undefined ? undefined : shown.at(index))}
      />
      {(shown.length === 0 || waiting) && (
        <EmptyList session={session} below={shown.length * rowHeight} />
      )}
    </div>
  )
}

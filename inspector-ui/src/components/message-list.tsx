import { useSignal } from '@preact/signals'
import type { TargetedKeyboardEvent } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'
import type { Session } from '../model/session.ts'
import { findEntry } from '../pure/find-entry.ts'
import { count } from '../pure/format.ts'
import type { LogEntry } from '../pure/log-entry.ts'
import { rowWindow, scrollToRow } from '../pure/row-window.ts'
import { EmptyList } from './empty-list.tsx'
import { ArrowDownIcon } from './icons.tsx'
import { ListHead } from './list-head.tsx'
import { MessageRow, rowId } from './message-row.tsx'
import { useViewport } from './use-viewport.ts'

/** Taller where a finger must hit a row; fixed, so that positions can be computed. */
const rowHeight = matchMedia('(pointer: coarse)').matches ? 40 : 28

interface MessageListProps {
  readonly session: Session
}

export function MessageList({ session }: MessageListProps) {
  const { log, selected, paneTab, view } = session
  const { shown } = log
  const scroller = useRef<HTMLDivElement>(null)
  const following = useSignal(true)
  /** How many rows there had ever been when the user scrolled up. */
  const seen = useRef(0)
  const shifted = useRef(0)
  const version = log.version.value
  const { scrollTop, height } = useViewport(scroller)
  const window = rowWindow(scrollTop, height, rowHeight, shown.length)

  // Before the browser paints: stay at the end, or keep the rows in view where they are although
  // others have left at the top.
  useLayoutEffect(() => {
    const element = scroller.current
    if (!element) return
    const left = log.shifted() - shifted.current
    shifted.current = log.shifted()
    if (following.value) element.scrollTop = element.scrollHeight
    else if (left > 0) element.scrollTop -= left * rowHeight
    // A list that was cleared or filtered may now fit, and then no scroll event says that this is the end.
    if (element.scrollHeight <= element.clientHeight) following.value = true
  }, [version, height, following.value])

  function onScroll(): void {
    const element = scroller.current
    if (!element) return
    const below = element.scrollHeight - element.scrollTop - element.clientHeight
    const atEnd = below < rowHeight
    if (following.value && !atEnd) seen.current = shown.length + log.shifted()
    following.value = atEnd
  }

  function select(entry: LogEntry | undefined): void {
    selected.value = entry
    paneTab.value = entry ? 'message' : 'handshake'
  }

  function selectAt(index: number): void {
    const entry = shown.at(Math.max(0, Math.min(shown.length - 1, index)))
    const element = scroller.current
    if (!entry || !element) return
    select(entry)
    const row = findEntry(shown, entry.id)
    element.scrollTop = scrollToRow(row, element.scrollTop, element.clientHeight, rowHeight)
  }

  function onKeyDown(event: TargetedKeyboardEvent<HTMLDivElement>): void {
    const present = selected.value ? findEntry(shown, selected.value.id) : -1
    const page = Math.max(1, Math.floor(height / rowHeight) - 1)
    const moves: Record<string, () => void> = {
      ArrowDown: () => selectAt(present + 1),
      // With nothing selected, Up begins at the end, where the newest are.
      ArrowUp: () => selectAt(present === -1 ? shown.length - 1 : present - 1),
      PageDown: () => selectAt(present + page),
      PageUp: () => selectAt(present === -1 ? shown.length - 1 : present - page),
      Home: () => selectAt(0),
      End: () => selectAt(shown.length - 1),
      Escape: () => select(undefined),
    }
    const move = moves[event.key]
    if (!move || event.ctrlKey || event.metaKey || event.altKey) return
    event.preventDefault()
    move()
  }

  const rows: LogEntry[] = []
  for (let index = window.from; index < window.to; index += 1) {
    const entry = shown.at(index)
    if (entry) rows.push(entry)
  }
  const active = rows.find((entry) => entry.id === selected.value?.id)
  // Connected, but the rows say no more than that: what to do next is still the question.
  const { sent, received } = log.totals.value
  const waiting = session.isOpen.value && sent + received === 0 && shown.length <= 3
  const fresh = shown.length + log.shifted() - seen.current

  return (
    <div class="list">
      <ListHead log={log} />
      <div
        ref={scroller}
        class="list-scroller"
        role="listbox"
        tabIndex={0}
        aria-label="Messages"
        aria-keyshortcuts="l"
        aria-activedescendant={active ? rowId(active) : undefined}
        data-testid="messages"
        data-following={following.value}
        onScroll={onScroll}
        onKeyDown={onKeyDown}
      >
        <div
          class="list-height"
          role="presentation"
          style={{ height: `${shown.length * rowHeight}px` }}
        >
          <div
            class="list-rows"
            role="presentation"
            style={{
              '--row-height': `${rowHeight}px`,
              transform: `translateY(${window.from * rowHeight}px)`,
            }}
          >
            {rows.map((entry, index) => (
              <MessageRow
                key={entry.id}
                entry={entry}
                selected={entry === active}
                position={window.from + index + 1}
                total={shown.length}
                onSelect={(clicked) => {
                  select(clicked)
                  view.value = 'inspect'
                }}
              />
            ))}
          </div>
        </div>
      </div>
      {(shown.length === 0 || waiting) && (
        <EmptyList session={session} below={shown.length * rowHeight} />
      )}
      {!following.value && (
        <button
          type="button"
          class="jump"
          data-testid="jump"
          onClick={() => (following.value = true)}
        >
          <ArrowDownIcon />
          {fresh > 0 ? count(fresh, 'new row') : 'Jump to latest'}
        </button>
      )}
    </div>
  )
}

import { byteLength, clockTime } from '../pure/format.ts'
import type { LogEntry } from '../pure/log-entry.ts'
import { ArrowDownIcon, ArrowUpIcon, DotIcon } from './icons.tsx'

interface MessageRowProps {
  readonly entry: LogEntry
  readonly selected: boolean
  readonly position: number
  readonly total: number
  readonly onSelect: (entry: LogEntry) => void
}

export function MessageRow({ entry, selected, position, total, onSelect }: MessageRowProps) {
  const { id, direction, kind, failed, preview, length, time } = entry
  return (
    <div
      id={rowId(entry)}
      class={failed ? 'row failed' : 'row'}
      role="option"
      aria-selected={selected}
      aria-posinset={position}
      aria-setsize={total}
      data-testid="message"
      data-direction={direction}
      data-kind={kind}
      data-id={id}
      onClick={() => onSelect(entry)}
    >
      <span class="row-direction">
        <DirectionIcon direction={direction} />
        <span class="visually-hidden">{direction === 'system' ? 'event' : direction} </span>
      </span>
      <span class={preview === '' ? 'row-preview empty' : 'row-preview'}>
        {preview === '' ? 'empty message' : preview}
      </span>
      <span class="row-length">{direction === 'system' ? '' : byteLength(length)}</span>
      <time class="row-time">{clockTime(time)}</time>
    </div>
  )
}

export function rowId(entry: LogEntry): string {
  return `message-${entry.id}`
}

export function DirectionIcon({ direction }: Pick<LogEntry, 'direction'>) {
  if (direction === 'sent') return <ArrowUpIcon />
  return direction === 'received' ? <ArrowDownIcon /> : <DotIcon />
}

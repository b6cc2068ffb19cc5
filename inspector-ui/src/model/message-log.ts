import { batch, computed, effect, type ReadonlySignal, signal, type Signal } from '@preact/signals'
import { byteLength, previewText, utf8Length } from '../pure/format.ts'
import { asciiText, hexText } from '../pure/hex.ts'
import type { LogEntry } from '../pure/log-entry.ts'
import {
  type DirectionFilter,
  parseFilter,
  passes,
  type TextFilter,
} from '../pure/message-filter.ts'
import { Ring } from '../pure/ring.ts'

/** Whatever is reached first, entries or bytes, drops the oldest. */
const entryLimit = 10_000
const byteLimit = 64 * 1024 * 1024

export interface Totals {
  readonly sent: number
  readonly sentBytes: number
  readonly received: number
  readonly receivedBytes: number
  /** Entries that the log had to let go of. */
  readonly forgotten: number
}

export interface MessageLog {
  readonly filter: Signal<string>
  readonly direction: Signal<DirectionFilter>
  readonly textFilter: ReadonlySignal<TextFilter>
  readonly totals: ReadonlySignal<Totals>
  /** Rises whenever the shown entries change; at most once a frame. */
  readonly version: ReadonlySignal<number>
  /** How many of the entries that passed the filter have left at the top, for a steady scroll position. */
  readonly shifted: () => number
  readonly shown: Pick<Ring<LogEntry>, 'length' | 'at'>
  readonly held: () => number
  readonly addMessage: (direction: 'sent' | 'received', data: LogEntry['data']) => void
  readonly addEvent: (text: string, failed?: boolean) => void
  readonly clear: () => void
}

const nothing: Totals = { sent: 0, sentBytes: 0, received: 0, receivedBytes: 0, forgotten: 0 }

/** The messages and events of one connection after another, bounded, with the filtered view of them. */
export function createMessageLog(): MessageLog {
  const entries = new Ring<LogEntry>(entryLimit)
  const shown = new Ring<LogEntry>(entryLimit)
  const filter = signal('')
  const direction = signal<DirectionFilter>('all')
  const textFilter = computed(() => parseFilter(filter.value))
  const totals = signal(nothing)
  const version = signal(0)
  let running = nothing
  let bytes = 0
  let nextId = 1
  let shifted = 0
  let flushing = false

  function flush(): void {
    flushing = false
    batch(() => {
      totals.value = running
      version.value += 1
    })
  }

  /** Thousands of messages may arrive between two frames; the page is told once. */
  function changed(): void {
    if (flushing) return
    flushing = true
    // A page in the background has no frames, but its title and counts should not stand still.
    if (document.hidden) setTimeout(flush, 250)
    else requestAnimationFrame(flush)
  }

  function dropOldest(): void {
    const oldest = entries.shift()
    if (!oldest) return
    bytes -= oldest.length
    running = { ...running, forgotten: running.forgotten + 1 }
    if (shown.at(0)?.id !== oldest.id) return
    shown.shift()
    shifted += 1
  }

  function add(entry: LogEntry): void {
    if (entries.length === entryLimit) dropOldest()
    entries.push(entry)
    bytes += entry.length
    // The newest always stays, however large it is.
    while (bytes > byteLimit && entries.length > 1) dropOldest()
    if (passes(entry, textFilter.peek(), direction.peek())) shown.push(entry)
    changed()
  }

  // Reads both filters, so it runs again whenever one of them changes.
  effect(() => {
    const [pattern, wanted] = [textFilter.value, direction.value]
    shown.clear()
    for (let at = 0; at < entries.length; at += 1) {
      const entry = entries.at(at)
      if (entry && passes(entry, pattern, wanted)) shown.push(entry)
    }
    changed()
  })

  return {
    filter,
    direction,
    textFilter,
    totals,
    version,
    shown,
    shifted: () => shifted,
    held: () => entries.length,
    addMessage(way, data) {
      const length = typeof data === 'string' ? utf8Length(data) : data.length
      const kind = typeof data === 'string' ? 'text' : 'binary'
      const preview = typeof data === 'string' ? previewText(data) : binaryPreview(data)
      running =
        way === 'sent'
          ? { ...running, sent: running.sent + 1, sentBytes: running.sentBytes + length }
          : {
              ...running,
              received: running.received + 1,
              receivedBytes: running.receivedBytes + length,
            }
      const id = nextId++
      add({ id, time: Date.now(), direction: way, kind, data, length, preview, failed: false })
    },
    addEvent(text, failed = false) {
      const common = { direction: 'system', kind: 'text', length: 0, preview: text } as const
      add({ ...common, id: nextId++, time: Date.now(), data: text, failed })
    },
    clear() {
      entries.clear()
      shown.clear()
      bytes = 0
      running = nothing
      changed()
    },
  }
}

function binaryPreview(bytes: Uint8Array): string {
  if (bytes.length === 0) return 'no bytes'
  return bytes.length <= 24
    ? `${hexText(bytes)}   ${asciiText(bytes)}`
    : `${hexText(bytes, 24)} (${byteLength(bytes.length)})`
}

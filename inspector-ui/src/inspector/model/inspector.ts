import { batch, computed, type ReadonlySignal, signal, type Signal } from '@preact/signals'
import type {
  FeedConnection,
  FeedHello,
  FeedStatus,
} from '../../../../src/inspect/feed/feed-messages.ts'
import { fromSaved } from '../../../../src/inspect/import/from-saved.ts'
import type { Imported } from '../../../../src/inspect/import/imported.ts'
import type { FrameRecord } from '../../../../src/inspect/recording/records.ts'
import { encodeRowBatch, decodeRowBatch } from '../../../../src/inspect/feed/row-batch.ts'
import { frameRecord } from '../../pure/frame-record.ts'
import type { Row } from '../../pure/rows/row.ts'
import { type Ask, type Feed, openFeed } from './feed.ts'
import { createFeedSearch } from './feed-search.ts'
import { createFilters, type Filters } from './filters.ts'
import { createLocalSearch } from './local-search.ts'
import { createRows, type Rows } from './rows.ts'
import { idleSearch, type SearchState } from './search-state.ts'

export type InspectorTab = 'message' | 'frame' | 'handshake' | 'connection'
export type InspectorView = 'connections' | 'messages' | 'details'

/** Everything that the page of the inspector knows. */
export interface Inspector {
  readonly token: string
  readonly hello: ReadonlySignal<FeedHello | undefined>
  readonly status: ReadonlySignal<FeedStatus | undefined>
  readonly feedState: ReadonlySignal<'connecting' | 'open' | 'lost'>
  /** The name of the file that is looked at, instead of what happens. */
  readonly file: ReadonlySignal<string | undefined>
  /** The latest first. */
  readonly connections: ReadonlySignal<readonly FeedConnection[]>
  readonly connection: (id: number) => FeedConnection | undefined
  /** The connection that is looked at: that of the selected row, or the one chosen in the list. */
  readonly present: ReadonlySignal<FeedConnection | undefined>
  readonly topics: ReadonlyMap<number, string>
  readonly rows: Rows
  readonly filters: Filters
  readonly search: ReadonlySignal<SearchState>
  readonly selected: Signal<Row | undefined>
  readonly tab: Signal<InspectorTab>
  /** What a narrow screen shows; a wide one shows all. */
  readonly view: Signal<InspectorView>
  readonly detail: (number: number) => Promise<FrameRecord>
  /** Asks the inspector to do something. @throws {Error} with what is wrong. */
  readonly ask: (ask: Ask) => Promise<void>
  readonly clear: () => void
  /** @throws {Error} for a file that is neither a HAR nor JSON lines. */
  readonly open: (file: File) => Promise<void>
  /** Back from a file to what happens. */
  readonly goLive: () => void
}

/** What rows and connections come from: the inspector, or a file. */
interface Source {
  readonly feed: Feed | undefined
  readonly search: ReadonlySignal<SearchState>
  readonly detail: (number: number) => Promise<FrameRecord>
  readonly end: () => void
}

export function createInspector(token: string): Inspector {
  const filters = createFilters()
  const rows = createRows(filters.rows)
  const hello = signal<FeedHello>()
  const status = signal<FeedStatus>()
  const file = signal<string>()
  const byId = signal<ReadonlyMap<number, FeedConnection>>(new Map())
  const topics = new Map<number, string>()
  const selected = signal<Row>()
  const source = signal<Source>(live())

  function live(): Source {
    const feed = openFeed(token, {
      rows: rows.add,
      message(message) {
        if (message.type === 'found') return searching.take(message)
        if (message.type === 'status') status.value = message
        if (message.type === 'topic') topics.set(message.id, message.name)
        if (message.type === 'connections') merge(message.connections, message.forgotten)
        if (message.type !== 'hello') return undefined
        forget()
        hello.value = message
        return searching.restart()
      },
    })
    const searching = createFeedSearch(filters.pattern, feed, rows)
    return {
      feed,
      search: searching.state,
      async detail(number) {
        const reply = await feed.ask({ ask: 'detail', number })
        if (!('detail' in reply)) throw new Error('The inspector answered something else.')
        return frameRecord(reply.detail)
      },
      end() {
        searching.stop()
        feed.close()
      },
    }
  }

  function merge(changed: readonly FeedConnection[], forgotten: readonly number[]): void {
    const next = new Map(byId.peek())
    for (const connection of changed) next.set(connection.id, connection)
    for (const id of forgotten) next.delete(id)
    byId.value = next
  }

  function forget(): void {
    batch(() => {
      selected.value = undefined
      filters.connection.value = undefined
      byId.value = new Map()
      rows.clear()
    })
  }

  async function open(chosen: File): Promise<void> {
    const imported = await saved(chosen)
    source.peek().end()
    forget()
    file.value = chosen.name
    const frames = imported.frames.map((frame, number) => ({ ...frame, number }))
    merge(
      imported.connections.map((connection) => ({ ...connection, faults: [] })),
      [],
    )
    // By way of the feed's own form, so that a file is shown as what happens is.
    for (let from = 0; from < frames.length; from += 10_000) {
      const encoded = encodeRowBatch(frames.slice(from, from + 10_000), 0, () => 0)
      const decoded = decodeRowBatch(encoded.buffer as ArrayBuffer)
      if (decoded) rows.add(decoded)
    }
    const searching = createLocalSearch(filters.pattern, frames, rows)
    source.value = {
      feed: undefined,
      search: searching.state,
      detail: (number) => Promise.resolve(frames[number]!),
      end: searching.stop,
    }
  }

  return {
    token,
    hello,
    status,
    file,
    rows,
    filters,
    topics,
    selected,
    open,
    feedState: computed(() => source.value.feed?.state.value ?? 'open'),
    connections: computed(() => [...byId.value.values()].sort((a, b) => b.id - a.id)),
    connection: (id) => byId.value.get(id),
    present: computed(() =>
      byId.value.get(selected.value?.connection ?? filters.connection.value ?? -1),
    ),
    search: computed(() => source.value.search.value ?? idleSearch),
    tab: signal<InspectorTab>('connection'),
    view: signal<InspectorView>('connections'),
    detail: (number) => source.peek().detail(number),
    async ask(ask) {
      await source.peek().feed?.ask(ask)
    },
    clear() {
      selected.value = undefined
      rows.clear()
      source.peek().feed?.post({ ask: 'clear' })
    },
    goLive() {
      source.peek().end()
      forget()
      file.value = undefined
      source.value = live()
    },
  }
}

const encoder = new TextEncoder()

async function saved(file: File): Promise<Imported> {
  try {
    return fromSaved(await file.text(), { encodeUtf8: (text) => encoder.encode(text) })
  } catch (error) {
    throw new Error(`${file.name} cannot be opened: ${(error as Error).message}`, { cause: error })
  }
}

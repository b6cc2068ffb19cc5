import { effect, type ReadonlySignal, signal } from '@preact/signals'
import type { FeedFound } from '../../../../src/inspect/feed/feed-messages.ts'
import type { TextFilter } from '../../pure/message-filter.ts'
import type { Feed } from './feed.ts'
import type { Rows } from './rows.ts'
import { idleSearch, type SearchState } from './search-state.ts'

export interface FeedSearching {
  readonly state: ReadonlySignal<SearchState>
  /** Part of what the inspector has found. */
  readonly take: (found: FeedFound) => void
  /** Looks once more from the beginning: the feed begins again. */
  readonly restart: () => void
  readonly stop: () => void
}

/** Milliseconds without a key press after which a search begins. */
const typingPause = 120
/** Milliseconds between the rounds in which what has come since is looked through. */
const round = 300

/**
 * Looks for the text of the filter through all that the inspector holds, not only what the page was given
 * of it, and then through what comes.
 */
export function createFeedSearch(
  pattern: ReadonlySignal<TextFilter>,
  feed: Feed,
  rows: Rows,
): FeedSearching {
  const state = signal(idleSearch)
  let current: number | undefined
  let searched = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  function post({ source, ignoreCase }: RegExp): void {
    current = feed.post({
      ask: 'search',
      text: source,
      regex: true,
      matchCase: !ignoreCase,
      from: searched,
      // Which of it is shown is the part of the other filters.
      connections: undefined,
      direction: undefined,
      opcodes: undefined,
      shortest: undefined,
      longest: undefined,
    })
  }

  function later(pause: number): void {
    clearTimeout(timer)
    timer = setTimeout(() => {
      timer = undefined
      const wanted = pattern.peek().pattern
      if (wanted) post(wanted)
    }, pause)
  }

  function cancel(): void {
    clearTimeout(timer)
    timer = undefined
    if (current !== undefined) feed.post({ ask: 'cancel', search: current })
    current = undefined
  }

  function restart(): void {
    const { pattern: wanted } = pattern.value
    cancel()
    rows.forgetFound()
    searched = 0
    state.value = { running: wanted !== undefined, error: undefined }
    if (wanted) later(typingPause)
  }

  const stopRestarting = effect(restart)
  const stopFollowing = effect(() => {
    void rows.version.value
    const last = rows.store.segments.at(-1)
    const fresh = last !== undefined && last.first + last.count > searched
    const busy = current !== undefined || timer !== undefined || state.peek().error !== undefined
    if (fresh && !busy && pattern.peek().pattern) later(round)
  })

  return {
    state,
    restart,
    take(found) {
      if (found.id !== current) return
      rows.found(found.numbers)
      searched = found.searched
      if (!found.done) return
      current = undefined
      state.value = { running: false, error: found.error }
    },
    stop() {
      stopRestarting()
      stopFollowing()
      cancel()
    },
  }
}

import { effect, type ReadonlySignal, signal } from '@preact/signals'
import type { FrameRecord } from '../../../../src/inspect/recording/records.ts'
import type { TextFilter } from '../../pure/message-filter.ts'
import type { Rows } from './rows.ts'
import { idleSearch, type SearchState } from './search-state.ts'

/** Milliseconds of looking at a time: the page has its turn behind it. */
const slice = 8

/** Looks for the text of the filter through a file that was opened. */
export function createLocalSearch(
  pattern: ReadonlySignal<TextFilter>,
  frames: readonly FrameRecord[],
  rows: Rows,
): { readonly state: ReadonlySignal<SearchState>; readonly stop: () => void } {
  const state = signal(idleSearch)
  const decoder = new TextDecoder()
  let timer: ReturnType<typeof setTimeout> | undefined

  function look(wanted: RegExp, from: number): void {
    const until = performance.now() + slice
    const numbers: number[] = []
    let at = from
    for (; at < frames.length && performance.now() < until; at += 1) {
      const { payload } = frames[at]!.message ?? frames[at]!
      if (payload && wanted.test(decoder.decode(payload))) numbers.push(at)
    }
    rows.found(numbers)
    if (at < frames.length) timer = setTimeout(() => look(wanted, at))
    else state.value = idleSearch
  }

  const stop = effect(() => {
    const wanted = pattern.value.pattern
    clearTimeout(timer)
    rows.forgetFound()
    state.value = { running: wanted !== undefined, error: undefined }
    if (wanted) look(wanted, 0)
  })

  return {
    state,
    stop() {
      stop()
      clearTimeout(timer)
    },
  }
}

import { RowBit } from '../../../src/inspect/feed/row-batch.ts'
import type { RowStore } from './rows/row-store.ts'
import type { RowView } from './rows/row-view.ts'

/** What happened in one slice of time. */
export interface TimeSlice {
  sent: number
  received: number
  /** The longest round trip of a ping, in milliseconds; 0 for none. */
  rtt: number
  /** The index in the view of its first row; undefined for none. */
  first: number | undefined
}

export interface Timeline {
  /** Milliseconds since 1970. */
  readonly from: number
  readonly to: number
  readonly slices: readonly Readonly<TimeSlice>[]
}

/** A million rows are sampled: the shape of a time line does not need each of them. */
const looked = 50_000

/**
 * The rows of a view over time in so many slices, with the round trips of one connection, or of all;
 * undefined for an empty view.
 */
export function timelineOf(
  view: RowView,
  store: RowStore,
  count: number,
  connection: number | undefined,
): Timeline | undefined {
  const from = timeAt(view, store, 0)
  const last = timeAt(view, store, view.length - 1)
  if (from === undefined || last === undefined) return undefined
  const to = Math.max(last, from + 1)
  const slices = Array.from({ length: count }, (): TimeSlice => {
    return { sent: 0, received: 0, rtt: 0, first: undefined }
  })
  const sliceAt = (at: number): TimeSlice => {
    const index = Math.floor(((at - from) / (to - from)) * count)
    return slices[Math.max(0, Math.min(count - 1, index))]!
  }
  const step = Math.max(1, Math.floor(view.length / looked))
  for (let index = 0; index < view.length; index += step) {
    const found = store.locate(view.at(index)!)
    if (!found) continue
    const { segment, index: row } = found
    const slice = sliceAt(segment.at[row]!)
    slice.first ??= index
    if (segment.bits[row]! & RowBit.transmit) slice.sent += step
    else slice.received += step
  }
  for (const segment of store.segments) {
    for (let row = 0; row < segment.count; row += 1) {
      const rtt = segment.rtt[row]!
      // Most rows are no pongs and have NaN here, which is not above 0 either.
      if (!(rtt > 0) || (connection ?? segment.connection[row]) !== segment.connection[row])
        continue
      const slice = sliceAt(segment.at[row]!)
      slice.rtt = Math.max(slice.rtt, rtt)
    }
  }
  return { from, to, slices }
}

function timeAt(view: RowView, store: RowStore, index: number): number | undefined {
  const found = store.locate(view.at(index) ?? -1)
  return found && found.segment.at[found.index]
}

import type { RowBatch } from '../../../../src/inspect/feed/row-batch.ts'
import { RowSegment } from './row-segment.ts'

/** Where a row lies. */
export interface RowPlace {
  readonly segment: RowSegment
  readonly index: number
}

/**
 * The rows of the inspector. Each has its place, counted from the first row that ever came, which it keeps
 * when the oldest make room, and its number, that of its frame in the recording.
 */
export class RowStore {
  readonly #mostRows: number
  readonly #mostBytes: number
  #segments: RowSegment[] = []
  #end = 0

  /** @param mostRows With `mostBytes`, whichever is reached first makes the oldest make room. */
  constructor(mostRows: number, mostBytes: number) {
    this.#mostRows = mostRows
    this.#mostBytes = mostBytes
  }

  /** The place of the oldest row that is kept. */
  get start(): number {
    return this.#segments[0]?.start ?? this.#end
  }

  /** The place of the next row to come. */
  get end(): number {
    return this.#end
  }

  get segments(): readonly RowSegment[] {
    return this.#segments
  }

  get bytes(): number {
    return this.#segments.reduce((sum, { bytes }) => sum + bytes, 0)
  }

  add(batch: RowBatch): void {
    for (let from = 0; from < batch.count;) {
      const segment = this.#segmentFor(batch.first + from)
      const count = Math.min(segment.room, batch.count - from)
      segment.append(batch, from, count)
      this.#end += count
      from += count
    }
    while (this.#segments.length > 1 && this.#isOver()) this.#segments.shift()
  }

  /** Forgets all rows; places go on counting up. */
  clear(): void {
    this.#segments = []
  }

  /** The row at a place; undefined where it is no longer kept. */
  locate(place: number): RowPlace | undefined {
    const segment = lastAtMost(this.#segments, place, ({ start }) => start)
    const index = place - (segment?.start ?? 0)
    return segment && index < segment.count ? { segment, index } : undefined
  }

  /** The place of the row with a number; undefined where there is none. */
  placeOf(number: number): number | undefined {
    const segment = lastAtMost(this.#segments, number, ({ first }) => first)
    const index = number - (segment?.first ?? 0)
    return segment && index < segment.count ? segment.start + index : undefined
  }

  /** Where the next row goes; a gap in the numbers begins a new segment. */
  #segmentFor(number: number): RowSegment {
    const last = this.#segments.at(-1)
    if (last && last.room > 0 && last.first + last.count === number) return last
    const next = new RowSegment(this.#end, number)
    this.#segments.push(next)
    return next
  }

  #isOver(): boolean {
    return this.#end - this.start > this.#mostRows || this.bytes > this.#mostBytes
  }
}

/** The last item whose value is at most `value`, among items in ascending order. */
function lastAtMost<T>(items: readonly T[], value: number, of: (item: T) => number): T | undefined {
  let from = 0
  let to = items.length
  while (from < to) {
    const middle = (from + to) >> 1
    if (of(items[middle]!) <= value) from = middle + 1
    else to = middle
  }
  return items[from - 1]
}

import type { RowBatch, RowColumns } from '../../../../src/inspect/feed/row-batch.ts'

/** Rows in one piece of memory. A million of them are 61 of these. */
const segmentRows = 16_384

const columns = [
  'at',
  'wireLength',
  'length',
  'rtt',
  'connection',
  'maskKey',
  'message',
  'previewEnd',
  'bits',
  'topic',
] as const satisfies ReadonlyArray<keyof RowColumns>

/** Rows whose numbers count up without a gap, as columns with room for more. */
export class RowSegment implements RowColumns {
  /** The place of its first row among all rows there have been. */
  readonly start: number
  /** The number of its first row. */
  readonly first: number
  count = 0
  readonly at: Float64Array = new Float64Array(segmentRows)
  readonly wireLength: Float64Array = new Float64Array(segmentRows)
  readonly length: Float64Array = new Float64Array(segmentRows)
  readonly rtt: Float32Array = new Float32Array(segmentRows)
  readonly connection: Uint32Array = new Uint32Array(segmentRows)
  readonly maskKey: Uint32Array = new Uint32Array(segmentRows)
  readonly message: Int32Array = new Int32Array(segmentRows)
  readonly previewEnd: Uint32Array = new Uint32Array(segmentRows)
  readonly bits: Uint16Array = new Uint16Array(segmentRows)
  readonly topic: Uint16Array = new Uint16Array(segmentRows)
  /** Not 0 where a search has found the row. */
  readonly found: Uint8Array = new Uint8Array(segmentRows)
  #previews: Uint8Array = new Uint8Array(1 << 14)

  constructor(start: number, first: number) {
    this.start = start
    this.first = first
  }

  get room(): number {
    return segmentRows - this.count
  }

  /** Bytes in memory. */
  get bytes(): number {
    return segmentRows * 49 + this.#previews.length
  }

  /** Takes over `count` rows of a batch from its row `from` on. */
  append(batch: RowBatch, from: number, count: number): void {
    const to = from + count
    const previewsFrom = from === 0 ? 0 : batch.previewEnd[from - 1]!
    const previews = batch.previews.subarray(previewsFrom, batch.previewEnd[to - 1])
    const held = this.#previewEndOf(this.count - 1)
    this.#reserve(held + previews.length)
    this.#previews.set(previews, held)
    for (const name of columns) this[name].set(batch[name].subarray(from, to), this.count)
    const shift = held - previewsFrom
    for (let row = this.count; row < this.count + count; row += 1) this.previewEnd[row]! += shift
    this.count += count
    if (this.room === 0) this.#previews = this.#previews.slice(0, held + previews.length)
  }

  /** The first bytes of row `index`; a view, not a copy. */
  preview(index: number): Uint8Array {
    return this.#previews.subarray(this.#previewEndOf(index - 1), this.#previewEndOf(index))
  }

  #previewEndOf(index: number): number {
    return index < 0 ? 0 : this.previewEnd[index]!
  }

  #reserve(length: number): void {
    if (length <= this.#previews.length) return
    const larger = new Uint8Array(Math.max(length, this.#previews.length * 2))
    larger.set(this.#previews)
    this.#previews = larger
  }
}

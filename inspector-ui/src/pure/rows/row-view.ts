import { passesRow, type RowFilter } from './row-filter.ts'
import type { RowStore } from './row-store.ts'

/** The places of the rows that pass a filter, oldest first. */
export class RowView {
  readonly #store: RowStore
  #filter: RowFilter
  #places = new Uint32Array(1024)
  #from = 0
  #to = 0
  /** The place of the first row that has not been looked at. */
  #seen = 0
  #shifted = 0

  constructor(store: RowStore, filter: RowFilter) {
    this.#store = store
    this.#filter = filter
  }

  get length(): number {
    return this.#to - this.#from
  }

  /** How many of its rows have left at the top since it was made. */
  get shifted(): number {
    return this.#shifted
  }

  /** The place of the row at `index`; undefined beyond the end. */
  at(index: number): number | undefined {
    return index >= 0 && index < this.length ? this.#places[this.#from + index] : undefined
  }

  /** The index of the row at `place`, or of the next one that is shown. */
  indexOf(place: number): number {
    let from = this.#from
    let to = this.#to
    while (from < to) {
      const middle = (from + to) >> 1
      if (this.#places[middle]! < place) from = middle + 1
      else to = middle
    }
    return from - this.#from
  }

  /** Takes up what has come, and lets go of what has left the store. */
  update(): void {
    const { start } = this.#store
    while (this.#from < this.#to && this.#places[this.#from]! < start) {
      this.#from += 1
      this.#shifted += 1
    }
    for (const segment of this.#store.segments) {
      if (segment.start + segment.count <= this.#seen) continue
      const first = Math.max(0, this.#seen - segment.start)
      for (let index = first; index < segment.count; index += 1) {
        if (passesRow(segment, index, this.#filter)) this.#push(segment.start + index)
      }
    }
    this.#seen = this.#store.end
  }

  /** Begins again, with another filter. */
  refilter(filter: RowFilter): void {
    this.#filter = filter
    this.#from = 0
    this.#to = 0
    this.#seen = 0
    this.update()
  }

  #push(place: number): void {
    if (this.#to === this.#places.length) this.#makeRoom()
    this.#places[this.#to] = place
    this.#to += 1
  }

  #makeRoom(): void {
    const { length } = this
    const roomy = length < this.#places.length / 2 ? this.#places : undefined
    const places = roomy ?? new Uint32Array(this.#places.length * 2)
    places.set(this.#places.subarray(this.#from, this.#to))
    this.#places = places
    this.#from = 0
    this.#to = length
  }
}

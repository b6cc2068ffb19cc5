import { FrameRows } from './frame-rows.ts'

/** Bytes of a row and what belongs to it, about. */
const rowBytes = 48

/** Frames that follow one another: a row for each, and what is kept of their bytes. */
export interface FrameSegment {
  /** The number of the first; they count up. */
  readonly first: number
  readonly count: number
  readonly rows: FrameRows
  readonly bytes: Uint8Array
  /** How many of the bytes are used. */
  readonly used: number
  /** Bytes of messages that have a record of their own. */
  readonly apart: number
}

/** Memory that a segment takes, about. */
export function sizeOf({ used, apart, count }: FrameSegment): number {
  return used + apart + count * rowBytes
}

/**
 * The segment that is written to. It is copied when it is full, and written to anew: a place that has been written to
 * lately is in the caches of the processor. To write each frame to where it will stay cost an echo of 64 bytes 7 %
 * more.
 */
export class HotSegment implements FrameSegment {
  readonly rows: FrameRows
  readonly #mostRows: number
  readonly #usual: Uint8Array
  /** A segment that nobody needs any more: its memory is used again, for new memory costs more than the copy. */
  #spare: FrameSegment | undefined
  first = 0
  count = 0
  bytes: Uint8Array
  used = 0
  apart = 0

  /** @param most Bytes that it may take, about; with a single payload it may be larger. */
  constructor(most: number, mostRows: number) {
    this.#mostRows = mostRows
    this.rows = FrameRows.of(mostRows)
    this.#usual = this.bytes = new Uint8Array(most)
  }

  /** Whether it has room for so many bytes and rows; an empty one has. */
  fits(bytes: number, rows: number): boolean {
    if (this.count === 0) return true
    const size = sizeOf(this) + bytes + rows * rowBytes
    return size <= this.#usual.length && this.count + rows <= this.#mostRows
  }

  /** @returns Their position. */
  append(bytes: Uint8Array): number {
    const position = this.used
    const { length } = bytes
    if (length > this.bytes.length) this.bytes = this.#large(length)
    this.bytes.set(bytes, position)
    this.used += length
    return position
  }

  /** What is in it, as a segment of its own; it is empty then. */
  seal(): FrameSegment {
    const { first, count, used, apart } = this
    // What is large is not copied twice.
    const sealed = this.bytes === this.#usual ? this.#copy() : this.#handOver()
    this.first += count
    this.count = this.used = this.apart = 0
    return { first, count, used, apart, ...sealed }
  }

  reuse(segment: FrameSegment): void {
    this.#spare = segment
  }

  #copy(): Memory {
    const spare = this.#spare
    this.#spare = undefined
    const { length } = this.#usual
    const bytes = spare?.bytes.length === length ? spare.bytes : new Uint8Array(length)
    bytes.set(this.#usual.subarray(0, this.used))
    return { rows: this.rows.copy(this.count, spare?.rows), bytes }
  }

  #handOver(): Memory {
    const { bytes } = this
    this.bytes = this.#usual
    return { rows: this.rows.slice(this.count), bytes }
  }

  #large(length: number): Uint8Array {
    const { bytes = noBytes } = this.#spare ?? {}
    this.#spare = undefined
    return length <= bytes.length && bytes.length <= 2 * length ? bytes : new Uint8Array(length)
  }
}

type Memory = Pick<FrameSegment, 'rows' | 'bytes'>

const noBytes = new Uint8Array(0)

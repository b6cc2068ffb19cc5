import type { FrameRecord } from './records.ts'

/** Bytes that a record takes besides its payloads, about. */
const recordBytes = 300

/** The latest frames, as many as fit into so many records and so many bytes. */
export class FrameRing implements Iterable<FrameRecord> {
  readonly #mostFrames: number
  readonly #mostBytes: number
  #frames: (FrameRecord | undefined)[] = []
  /** Where the oldest one is. */
  #head = 0
  #bytes = 0
  #dropped = 0

  constructor(mostFrames: number, mostBytes: number) {
    this.#mostFrames = mostFrames
    this.#mostBytes = mostBytes
  }

  /** How many there are. */
  get size(): number {
    return this.#frames.length - this.#head
  }

  /** Bytes that they take, about. */
  get bytes(): number {
    return this.#bytes
  }

  /** How many had to make room. */
  get dropped(): number {
    return this.#dropped
  }

  push(frame: FrameRecord): void {
    this.#frames.push(frame)
    this.#bytes += costOf(frame)
    while (this.size > this.#mostFrames || (this.#bytes > this.#mostBytes && this.size > 0)) {
      this.#drop()
    }
  }

  /** The one with this number; `undefined` when it has made room or has not come. */
  get(number: number): FrameRecord | undefined {
    const oldest = this.#frames[this.#head]
    return oldest && number >= oldest.number
      ? this.#frames[this.#head + number - oldest.number]
      : undefined
  }

  *[Symbol.iterator](): Iterator<FrameRecord> {
    for (let at = this.#head; at < this.#frames.length; at++) yield this.#frames[at]!
  }

  #drop(): void {
    this.#bytes -= costOf(this.#frames[this.#head]!)
    this.#frames[this.#head++] = undefined
    this.#dropped++
    // Half of it is holes: as many are moved as were dropped since the last time.
    if (this.#head > 64 && this.#head * 2 > this.#frames.length) {
      this.#frames = this.#frames.slice(this.#head)
      this.#head = 0
    }
  }
}

/** The payload of a message is counted with its last frame, unless it is that frame's own. */
function costOf({ fin, payload, message }: FrameRecord): number {
  const own = payload?.length ?? 0
  const whole = fin && message?.payload !== payload ? (message?.payload?.length ?? 0) : 0
  return recordBytes + own + whole
}

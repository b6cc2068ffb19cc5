import type { ConnectionRecord, FrameRecord } from '../recording/records.ts'

/** What an export is made from: a `Recording` is one. */
export interface Recorded {
  readonly connections: Iterable<ConnectionRecord>
  readonly frames: Iterable<FrameRecord>
  /** A frame by its number, while it is kept. Without this, an export holds on to all frames at a time. */
  frame?(number: number): FrameRecord | undefined
}

/** The frames of one connection. */
export interface ConnectionFrames extends Iterable<FrameRecord> {
  /** When the first and the last of them came or went. */
  readonly first: number
  readonly last: number
  /** Whether none of them is older than the one before it. */
  readonly inOrder: boolean
}

/** How many frames are looked through at a time. */
const stride = 32

/**
 * The frames of each connection, those of them that are wanted; in a recording by their numbers alone, so that
 * each is made when it is asked for.
 * @yields {Nothing} `nothing` after every few frames, so that whoever goes through them can do something else
 * in between.
 */
export function* framesByConnection<Nothing>(
  recorded: Recorded,
  nothing: Nothing,
  wanted: (frame: FrameRecord) => boolean = () => true,
): Generator<Nothing, ReadonlyMap<number, ConnectionFrames>> {
  const lists = new Map<number, FrameList>()
  let looked = 0
  for (const frame of recorded.frames) {
    if (++looked % stride === 0) yield nothing
    if (!wanted(frame)) continue
    const known = lists.get(frame.connection)
    const list = known ?? new FrameList(recorded, frame.at)
    if (!known) lists.set(frame.connection, list)
    list.add(frame)
  }
  return lists
}

/** What comes of all the steps of something. */
export function atOnce<Result>(steps: Generator<unknown, Result>): Result {
  for (;;) {
    const { done, value } = steps.next()
    if (done) return value
  }
}

class FrameList implements ConnectionFrames {
  readonly #recorded: Recorded
  readonly #kept: (number | FrameRecord)[] = []
  readonly first: number
  last: number
  inOrder = true

  constructor(recorded: Recorded, first: number) {
    this.#recorded = recorded
    this.first = first
    this.last = first
  }

  add(frame: FrameRecord): void {
    this.#kept.push(this.#recorded.frame ? frame.number : frame)
    if (frame.at < this.last) this.inOrder = false
    this.last = frame.at
  }

  *[Symbol.iterator](): Iterator<FrameRecord> {
    for (const kept of this.#kept) {
      const frame = typeof kept === 'number' ? this.#recorded.frame?.(kept) : kept
      // One that has made room meanwhile is left out.
      if (frame) yield frame
    }
  }
}

import assert from 'node:assert/strict'
import { concat, cuts } from '../bytes.ts'
import { type Received, wordOf } from '../reference-receiver.ts'
import {
  mutateStreamInput,
  readStreamInput,
  streamSeeds,
  type StreamInput,
} from '../stream-input.ts'
import type { Target } from '../target.ts'
import { tidewireReceive, type TidewireReceived } from '../tidewire-receiver.ts'
import { wsReceive } from '../ws-receiver.ts'

/** How ws 8 is known to differ: a name, and whether that explains the two results. */
type Deviation = (ours: TidewireReceived, theirs: Received, input: StreamInput) => boolean

const deviations: Readonly<Record<string, Deviation>> = {
  /** RFC 6455 §5.2 "the minimal number of bytes": ws reads longer forms, and lets 2^63 be 1009. */
  'ws takes lengths that are not in their shortest form': (ours, theirs) =>
    ours.error === 'ERR_FRAME_LENGTH' && startsWith(theirs.events, ours.events),

  /** §8.1 leaves the time open: ws looks at the UTF-8 of a message when it is whole. */
  'ws refuses UTF-8 later': (ours, theirs) =>
    ours.error === 'ERR_INVALID_UTF8' &&
    startsWith(theirs.events, ours.events) &&
    theirs.events.slice(ours.events.length).every(isControlEvent),

  /** ws counts a fragment when its payload has come, Tidewire when its header has. */
  'ws counts fragments later': (ours, theirs) =>
    ours.error === 'ERR_LIMIT_FRAGMENTS' && same(ours, theirs) && theirs.end === 'open',

  /**
   * The input ends inside a header or a close frame. ws judges two bytes at once, and whole lengths;
   * Tidewire judges some of it earlier (reserved bits) and some later (where a continuation may stand).
   */
  'the input ends where only one can tell': (ours, theirs, input) => {
    if (!same(ours, theirs) || (ours.end === 'open') === (theirs.end === 'open')) return false
    const longer = { ...input, stream: concat(input.stream, new Uint8Array(16)) }
    const [whole = []] = cuts(longer.stream, 0)
    const both = [tidewireReceive(whole, longer), wsReceive([longer.stream.slice()], longer)]
    return both.every(({ end }) => end.startsWith('fail'))
  },
}

function startsWith(events: readonly string[], start: readonly string[]): boolean {
  return start.every((event, i) => events[i] === event)
}

function same(ours: Received, theirs: Received): boolean {
  return ours.events.length === theirs.events.length && startsWith(theirs.events, ours.events)
}

function isControlEvent(event: string): boolean {
  return event.startsWith('p')
}

/** Tidewire's receiver and that of ws: the same messages and the same end, or a known deviation. */
export const wsDifference: Target = {
  name: 'ws',
  seeds: streamSeeds,
  dictionary: [],
  maxLength: 70_000,
  mutate: mutateStreamInput,

  run(input) {
    const read = readStreamInput(input)
    const words: string[] = []
    for (const [i, chunks] of cuts(read.stream, read.cut).entries()) {
      // Both unmask in place.
      const theirs = wsReceive(
        chunks.map((chunk) => chunk.slice()),
        read,
      )
      const ours = tidewireReceive(chunks, read)
      if (same(ours, theirs) && ours.end === theirs.end) {
        words.push(ours.error ?? wordOf(ours.end))
        continue
      }
      const known = Object.entries(deviations).find(([, explains]) => explains(ours, theirs, read))
      const cut = ['in one chunk', 'in some chunks', 'byte by byte'][i]
      assert.ok(known, `disagrees with ws, ${cut}: "${show(ours)}" and "${show(theirs)}"`)
      words.push(`${known[0]}: ${wordOf(theirs.end)}`)
    }
    return words
  },
}

function show({ events, end }: Received): string {
  return [...events.slice(-3), end].join(', ')
}

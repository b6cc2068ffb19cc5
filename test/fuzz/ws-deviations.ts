import assert from 'node:assert/strict'
import { type Received, wordOf } from './reference-receiver.ts'
import type { TidewireReceived } from './tidewire-receiver.ts'

/** What Tidewire made of a stream, as far as it is held against ws. */
export type Ours = Pick<TidewireReceived, 'events' | 'end' | 'error'>

/** How ws 8 is known to differ: a name, and whether that explains the two results. */
export type Deviations = Readonly<Record<string, (ours: Ours, theirs: Received) => boolean>>

/** In how it reads frames. */
export const frameDeviations: Deviations = {
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
}

/**
 * The input ends inside a header or a close frame. ws judges two bytes at once, and whole lengths;
 * Tidewire judges some of it earlier (reserved bits) and some later (where a continuation may stand).
 */
const endsEarly = 'the input ends where only one can tell'

/**
 * Holds the two against each other.
 * @param longer What both make of the same stream with some bytes behind it.
 * @returns What happened, in a word: how it ended, or how ws is known to differ.
 */
export async function compare(
  ours: Ours,
  theirs: Received,
  deviations: Deviations,
  longer: () => Promise<readonly Received[]> | readonly Received[],
): Promise<string> {
  if (same(ours, theirs) && ours.end === theirs.end) return ours.error ?? wordOf(ours.end)
  const known = Object.entries(deviations).find(([, explains]) => explains(ours, theirs))
  if (known) return `${known[0]}: ${wordOf(theirs.end)}`
  if (same(ours, theirs) && (ours.end === 'open') !== (theirs.end === 'open')) {
    const both = await longer()
    if (both.every(({ end }) => end.startsWith('fail')))
      return `${endsEarly}: ${wordOf(theirs.end)}`
  }
  return assert.fail(`disagrees with ws: "${show(ours)}" and "${show(theirs)}"`)
}

export function startsWith(events: readonly string[], start: readonly string[]): boolean {
  return start.every((event, i) => events[i] === event)
}

function same(ours: Ours, theirs: Received): boolean {
  return ours.events.length === theirs.events.length && startsWith(theirs.events, ours.events)
}

export function isControlEvent(event: string): boolean {
  return event.startsWith('p')
}

function show({ events, end }: Received): string {
  return [...events.slice(-3), end].join(', ')
}

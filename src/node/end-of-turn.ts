import { isOn } from './fast-paths.ts'

/** What has output. */
export interface Flushable {
  /** The turn in which output was made is over. */
  flushTurn(): void
}

/** They are flushed together: one microtask for all the members of a topic. */
let unflushed: Flushable[] = []

/** Flushes at the end of the turn what has output from outside a read. To be called once until then. */
export function flushAtEndOfTurn(one: Flushable): void {
  if (unflushed.length === 0) queueMicrotask(flushAll)
  unflushed.push(one)
}

function flushAll(): void {
  const all = unflushed
  unflushed = []
  for (const one of all) one.flushTurn()
}

/** So many that are read in one round of the event loop are better written together. */
const many = 4
/** How often it is tried whether they are so many. */
const sample = 64

/** Whether they were, the last time. */
let crowded = false
let alone = 0
let answering: Flushable[] = []

/**
 * Flushes what has output from a read. With many connections they are all read first and then written: 64
 * echoes cost 11.8 µs each one after the other, 8.6 together. With one connection a round of the loop more
 * costs 15 %, so it is written at once. To be called once until it is flushed.
 */
export function flushAfterReads(one: Flushable): void {
  if (!crowded && (++alone % sample > 0 || !isOn('late-flush'))) return one.flushTurn()
  if (answering.length === 0) setImmediate(answerAll)
  answering.push(one)
}

function answerAll(): void {
  const all = answering
  answering = []
  crowded = all.length >= many
  for (const one of all) one.flushTurn()
}

/** What has output from outside a read. */
export interface Flushable {
  /** The turn in which output was made is over. */
  flushTurn(): void
}

/** They are flushed together: one microtask for all the members of a topic. */
let unflushed: Flushable[] = []

/** Flushes at the end of the turn. To be called once until then. */
export function flushAtEndOfTurn(one: Flushable): void {
  if (unflushed.length === 0) queueMicrotask(flushAll)
  unflushed.push(one)
}

function flushAll(): void {
  const all = unflushed
  unflushed = []
  for (const one of all) one.flushTurn()
}

/** What can be read a little at a time. */
export interface TakesTurns {
  /** Reads on where it was tired. */
  proceed(): void
}

/** Milliseconds that one connection is read before the others have their turn. */
const slice = 1

/** As much libuv reads at once; where there was less, it goes on to the next connection by itself. */
const fullRead = 65_536

/** Who is being read, and since when; 0 before the clock was looked at. */
let reader: TakesTurns | undefined
let since = 0
/** Those who were tired, in the order in which they go on. */
let waiting: TakesTurns[] = []

/**
 * `next` is given bytes by the event loop, which does so 32 times in a row: all that belongs to one turn.
 * A hundred thousand small messages would else keep everyone waiting for seconds.
 */
export function beginTurn(next: TakesTurns): void {
  if (reader === next) return
  reader = next
  since = 0
}

/** @param length How many bytes were read. */
export function endTurn(length: number): void {
  if (length < fullRead) reader = undefined
}

/** Whether the turn of `one` is over; if so, it goes on when the event loop has been round. */
export function turnIsOver(one: TakesTurns, now: number): boolean {
  if (reader !== one || since === 0) {
    reader = one
    since = now
    return false
  }
  if (now - since < slice) return false
  if (waiting.length === 0) setImmediate(takeTurns)
  waiting.push(one)
  return true
}

/** As many as have time in one slice; the rest after the next round of the event loop. */
function takeTurns(): void {
  const turns = waiting
  waiting = []
  const until = performance.now() + slice
  let taken = 0
  while (taken < turns.length && performance.now() < until) {
    const next = turns[taken++]!
    reader = undefined
    next.proceed()
  }
  reader = undefined
  const left = turns.slice(taken)
  if (left.length > 0 && waiting.length === 0) setImmediate(takeTurns)
  waiting = [...left, ...waiting]
}

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
  flush(all)
}

/** Milliseconds for which the members of a large topic are written to before others have their turn. */
const slice = 5
/** So many in between, for looking at the clock costs a twentieth of a write. */
const stretch = 32

/** Writes for one slice; what is left goes on when the event loop has been round. */
function flush(all: readonly Flushable[]): void {
  const until = performance.now() + slice
  for (let done = 0; done < all.length; done++) {
    if (done % stretch === 0 && done > 0 && performance.now() >= until) {
      const rest = all.slice(done)
      setImmediate(() => flush(rest))
      return
    }
    all[done]!.flushTurn()
  }
}

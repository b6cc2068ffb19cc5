import { setTimeout as delay } from 'node:timers/promises'

/**
 * Each message so many times, with a pause between any two.
 * @param interval Milliseconds.
 * @throws the reason of `signal` when that is aborted in a pause.
 */
export async function* repeated<Item>(
  messages: AsyncIterable<Item> | Iterable<Item>,
  times: number,
  interval: number,
  signal: AbortSignal,
): AsyncGenerator<Item, void> {
  let first = true
  for await (const message of messages) {
    for (let left = times; left > 0; left--) {
      if (!first && interval > 0) await delay(interval, undefined, { signal })
      first = false
      yield message
    }
  }
}

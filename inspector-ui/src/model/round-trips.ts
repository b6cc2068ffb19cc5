import { effect, type ReadonlySignal, signal } from '@preact/signals'
import type { Connection } from './connection.ts'
import { poll } from './poll.ts'
import { pingPeer } from './server-api.ts'

export interface RoundTrips {
  /** Milliseconds, the oldest first, at most 20. */
  readonly samples: ReadonlySignal<readonly number[]>
  readonly error: ReadonlySignal<string | undefined>
  readonly ping: () => Promise<void>
}

const kept = 20

/** Round trips of protocol pings from the server to this page, on request and while it is open. */
export function createRoundTrips(connection: Connection, interval: number = 5000): RoundTrips {
  const samples = signal<readonly number[]>([])
  const error = signal<string>()
  let current = new AbortController()

  async function measure(abort: AbortSignal): Promise<void> {
    const id = connection.peer.peek()
    if (id === undefined || connection.state.peek() !== 'OPEN') return
    try {
      const rtt = await pingPeer(id, abort)
      samples.value = [...samples.peek(), rtt].slice(-kept)
      error.value = undefined
    } catch (reason) {
      if (abort.aborted) return
      error.value = reason instanceof Error ? reason.message : String(reason)
    }
  }

  effect(() => {
    if (connection.state.value !== 'OPEN') return undefined
    samples.value = []
    error.value = undefined
    current = new AbortController()
    const stop = poll(measure, interval)
    return () => {
      stop()
      current.abort()
    }
  })

  return { samples, error, ping: () => measure(current.signal) }
}

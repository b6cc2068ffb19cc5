import { setTimeout as delay } from 'node:timers/promises'
import type { ClientSocket } from '../node/index.ts'

type Pinged = Pick<ClientSocket, 'ping' | 'closed'>

/**
 * Pings at once and then every `interval` milliseconds, and says how long each round trip took. A peer
 * that does not answer is the heartbeat's affair: no further ping is sent until it has.
 */
export async function reportRoundTrips(
  socket: Pinged,
  interval: number,
  report: (line: string) => void,
): Promise<void> {
  const over = new AbortController()
  void socket.closed.then(() => over.abort())
  try {
    for (;;) {
      const rtt = await socket.ping()
      report(`ping ${rtt.toFixed(2)} ms`)
      await delay(interval, undefined, { signal: over.signal })
    }
  } catch {
    // The connection has closed: so has this.
  }
}

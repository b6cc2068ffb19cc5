/** How often a silent peer is asked whether it is there, and how long it may take to answer. */
export interface Heartbeat {
  /** Milliseconds of silence before a ping is sent. Default 20,000. */
  readonly interval: number
  /** Milliseconds the answer may take before the connection counts as lost. Default 20,000. */
  readonly timeout: number
}

export const defaultHeartbeat: Heartbeat = { interval: 20_000, timeout: 20_000 }

/**
 * When the keepalive has something to do next: send a ping when none is out, give the peer up when one
 * is. Any byte counts as a sign of life, so that a peer in the middle of a long message, whose pong
 * waits behind it, is not given up. All times are milliseconds of one monotonic clock.
 * @param heardAt When the last byte came.
 * @param pingSentAt When the oldest ping that nobody has answered was sent.
 * @returns `Infinity` without a heartbeat.
 */
export function keepaliveDue(
  heartbeat: Heartbeat | undefined,
  heardAt: number,
  pingSentAt: number | undefined,
): number {
  if (!heartbeat) return Infinity
  return pingSentAt === undefined
    ? heardAt + heartbeat.interval
    : Math.max(heardAt, pingSentAt) + heartbeat.timeout
}

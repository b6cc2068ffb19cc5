import { LocalProtocolError } from '../errors/index.ts'

/** Told the round-trip time in milliseconds, or `undefined` when the connection closed first. */
export type PingReply = (rtt: number | undefined) => void

interface SentPing {
  readonly payload: Uint8Array
  readonly sentAt: number
  readonly reply: PingReply | undefined
}

const most = 64

/** The pings of ours that are still to be answered, oldest first. */
export class PingLog {
  readonly #waiting: SentPing[] = []
  #count = 0
  #rtt: number | undefined

  get rtt(): number | undefined {
    return this.#rtt
  }

  /** When the oldest unanswered ping was sent. */
  get oldest(): number | undefined {
    return this.#waiting[0]?.sentAt
  }

  /**
   * Notes a ping and gives the payload to send: the caller's, or a count, so that answers can be told
   * apart.
   */
  sent(now: number, payload: Uint8Array | undefined, reply: PingReply | undefined): Uint8Array {
    if (payload) checkPing(payload)
    if (this.#waiting.length === most) {
      throw new LocalProtocolError('ERR_PINGS_UNANSWERED', `${most} pings are still unanswered`)
    }
    const bytes = payload?.slice() ?? numbered(++this.#count)
    this.#waiting.push({ payload: bytes, sentAt: now, reply })
    return bytes
  }

  /**
   * A pong answers the ping with the same payload, and all before it: a peer may answer only the latest
   * (RFC 6455 §5.5.3). One that matches none was not asked for.
   */
  answered(payload: Uint8Array, now: number): void {
    const index = this.#waiting.findLastIndex((ping) => same(ping.payload, payload))
    if (index < 0) return
    const answered = this.#waiting.splice(0, index + 1)
    this.#rtt = now - answered[index]!.sentAt
    for (const ping of answered) ping.reply?.(now - ping.sentAt)
  }

  /** The connection is closed: nothing will be answered any more. */
  abandon(): void {
    for (const ping of this.#waiting) ping.reply?.(undefined)
  }
}

/**
 * Checks the payload of a ping or pong.
 * @throws {LocalProtocolError} `ERR_PING_PAYLOAD` over 125 bytes (RFC 6455 §5.5).
 */
export function checkPing(payload: Uint8Array): void {
  if (payload.length > 125) {
    throw new LocalProtocolError(
      'ERR_PING_PAYLOAD',
      `the payload of a ping or pong has ${payload.length} bytes: at most 125 fit`,
    )
  }
}

function numbered(count: number): Uint8Array {
  return Uint8Array.of(count >>> 24, count >>> 16, count >>> 8, count)
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i])
}

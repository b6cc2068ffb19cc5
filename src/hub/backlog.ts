import type { EncodedMessage } from '../core/index.ts'

/**
 * What happens to messages for a receiver that reads too slowly, once `limits.buffered` bytes wait:
 * - `close`: the connection is closed with 1013 (the default: nothing is lost unnoticed)
 * - `drop-newest`: the new message is not taken
 * - `drop-oldest`: the oldest waiting ones make room
 * - `keep-latest`: a waiting message is replaced by a newer one with the same key, at any fill;
 *   beyond the limit the oldest make room
 */
export type SlowConsumerPolicy = 'close' | 'drop-newest' | 'drop-oldest' | 'keep-latest'

export const slowConsumerPolicies: readonly SlowConsumerPolicy[] = [
  'close',
  'drop-newest',
  'drop-oldest',
  'keep-latest',
]

interface Waiting {
  message: EncodedMessage
  readonly key: string | undefined
}

/** Whole messages that wait for a slow receiver, in order. */
export class Backlog {
  readonly #policy: SlowConsumerPolicy
  readonly #limit: number
  /** A Set keeps the order and drops from either end, or the middle, in constant time. */
  readonly #waiting = new Set<Waiting>()
  readonly #byKey = new Map<string, Waiting>()
  #bytes = 0
  #dropped = 0

  /** @param limit Bytes that may wait. One message always may, however large. */
  constructor(policy: SlowConsumerPolicy, limit: number) {
    this.#policy = policy
    this.#limit = limit
  }

  get bytes(): number {
    return this.#bytes
  }

  get size(): number {
    return this.#waiting.size
  }

  /** Messages that were waiting and then gave way to newer ones. */
  get dropped(): number {
    return this.#dropped
  }

  /** @returns `overflow` when the receiver is to be closed. */
  push(message: EncodedMessage, key?: string): 'buffered' | 'dropped' | 'overflow' {
    if (this.#policy === 'keep-latest' && this.#replace(message, key)) return 'buffered'
    if (this.#over(message.length)) {
      if (this.#policy === 'close') return 'overflow'
      if (this.#policy === 'drop-newest') return 'dropped'
      while (this.#over(message.length)) {
        this.shift()
        this.#dropped++
      }
    }
    const waiting = { message, key }
    this.#waiting.add(waiting)
    if (key !== undefined) this.#byKey.set(key, waiting)
    this.#bytes += message.length
    return 'buffered'
  }

  /** Takes the oldest message out. */
  shift(): EncodedMessage | undefined {
    const [oldest] = this.#waiting
    if (!oldest) return undefined
    this.#waiting.delete(oldest)
    if (oldest.key !== undefined && this.#byKey.get(oldest.key) === oldest) {
      this.#byKey.delete(oldest.key)
    }
    this.#bytes -= oldest.message.length
    return oldest.message
  }

  #over(length: number): boolean {
    return this.#waiting.size > 0 && this.#bytes + length > this.#limit
  }

  /** The newer message takes the place of the older one in the queue. */
  #replace(message: EncodedMessage, key: string | undefined): boolean {
    const older = key === undefined ? undefined : this.#byKey.get(key)
    if (!older) return false
    this.#bytes += message.length - older.message.length
    older.message = message
    this.#dropped++
    return true
  }
}

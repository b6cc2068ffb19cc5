import { checkInteger, TokenBucket } from '../core/index.ts'
import { OptionError } from '../errors/index.ts'
import { checkOptionNames } from './connection-options.ts'

/**
 * What happens to what comes faster than it may:
 * - `delay`: it is not read before its time, and the sender is held back by TCP. Nothing is lost.
 * - `drop`: messages are thrown away.
 * - `close`: the connection is closed with 1008.
 */
export type RatePolicy = 'delay' | 'drop' | 'close'

/** How much a connection may send. What is left out is unlimited. */
export interface RateOptions {
  /** Messages in a second, pings and pongs with them: 1 to 10^7. */
  messages?: number
  /** Bytes in a second, as they come over the wire: 1 to 2^40. */
  bytes?: number
  /** How many seconds' worth may come at once: 1 to 3,600. Default 1. */
  burst?: number
  /** Default `delay`. */
  policy?: RatePolicy
}

export interface RateLimit {
  readonly messages: number
  readonly bytes: number
  readonly burst: number
  readonly policy: RatePolicy
}

const policies: readonly string[] = ['delay', 'drop', 'close'] satisfies RatePolicy[]

/**
 * The options with what was left out.
 * @throws {OptionError}
 */
export function resolveRate(options: RateOptions | undefined): RateLimit | undefined {
  if (options === undefined) return undefined
  if (typeof options !== 'object' || options === null) {
    throw new OptionError('rate', options, 'an object such as { messages: 100 }')
  }
  checkOptionNames(options, ['messages', 'bytes', 'burst', 'policy'])
  const { messages = Infinity, bytes = Infinity, burst = 1, policy = 'delay' } = options
  if (messages !== Infinity) checkInteger('rate.messages', messages, 1, 10_000_000)
  if (bytes !== Infinity) checkInteger('rate.bytes', bytes, 1, 2 ** 40)
  checkInteger('rate.burst', burst, 1, 3600)
  if (policies.includes(policy)) return { messages, bytes, burst, policy }
  throw new OptionError('rate.policy', policy, `one of ${policies.join(', ')}`)
}

/** What one connection may still send. */
export class RateMeter {
  readonly policy: RatePolicy
  readonly #messages: TokenBucket | undefined
  readonly #bytes: TokenBucket | undefined

  constructor({ messages, bytes, burst, policy }: RateLimit, now: number) {
    this.policy = policy
    if (messages < Infinity) this.#messages = new TokenBucket(messages, messages * burst, now)
    if (bytes < Infinity) this.#bytes = new TokenBucket(bytes, bytes * burst, now)
  }

  /** Bytes have come; what they hold is counted as it is read. */
  received(bytes: number, now: number): void {
    this.#bytes?.take(bytes, now)
  }

  /** Counts a message. @returns Whether it is within the rate. */
  message(now: number): boolean {
    const allowed = this.#messages?.allows(now) ?? true
    this.#messages?.take(1, now)
    // Bytes were counted before: a burst is too much when it has overdrawn them.
    return allowed && !(this.#bytes?.overdrawn ?? false)
  }

  /** When the next may come: `now`, or later. */
  allowsAt(now: number): number {
    return Math.max(this.#messages?.allowsAt(now) ?? now, this.#bytes?.allowsAt(now) ?? now)
  }
}

import type { EncodedMessage, HeldMessage } from '../core/index.ts'

/**
 * What happens to messages for a receiver that reads too slowly, once `limits.buffered` bytes wait:
 * - `close`: the connection is closed with 1013 (the default: nothing is lost unnoticed)
 * - `drop-newest`: the new message is not taken
 * - `drop-oldest`: the oldest waiting ones make room
 * - `keep-latest`: a waiting message is replaced by a newer one with the same key, at any fill;
 *   beyond the limit the oldest make room
 *
 * To be dropped one by one, messages have to be kept one by one: with the last two, each counts 256
 * bytes more.
 */
export type SlowConsumerPolicy = 'close' | 'drop-newest' | 'drop-oldest' | 'keep-latest'

export const slowConsumerPolicies: readonly SlowConsumerPolicy[] = [
  'close',
  'drop-newest',
  'drop-oldest',
  'keep-latest',
]

/** What a message costs beyond its bytes while it is kept by itself, as measured on Node 20. */
const ownCost = 256

/**
 * Messages that are never dropped once they wait share memory when they are small: 500,000 empty ones,
 * which are 1 MiB of frames, would else take 130.
 */
const packSize = 4096
const packUpTo = 512

/** What waits: a message, or several small ones that lie together. */
interface Waiting {
  message: EncodedMessage | HeldMessage
  /** How many messages it is. */
  count: number
  readonly key: string | undefined
}

/** Small messages one behind the other, in the entry that waits last. */
interface Pack {
  readonly entry: Waiting
  readonly memory: Uint8Array
}

/** Whole messages that wait for a slow receiver, in order. */
export class Backlog {
  readonly #policy: SlowConsumerPolicy
  readonly #limit: number
  readonly #onOverflow: () => void
  /** Whether what waits may have to go again. */
  readonly #drops: boolean
  /** A Set keeps the order and drops from the middle in constant time. */
  readonly #waiting = new Set<Waiting>()
  readonly #byKey = new Map<string, Waiting>()
  #pack: Pack | undefined
  #bytes = 0

  /**
   * @param limit Bytes that may wait. One message always may, however large.
   * @param onOverflow Called for each waiting message that goes to make room; not for one that a newer
   * one with its key replaces.
   */
  constructor(policy: SlowConsumerPolicy, limit: number, onOverflow: () => void = nothing) {
    this.#policy = policy
    this.#limit = limit
    this.#onOverflow = onOverflow
    this.#drops = policy === 'drop-oldest' || policy === 'keep-latest'
  }

  /** Bytes that wait. */
  get bytes(): number {
    return this.#bytes
  }

  get empty(): boolean {
    return this.#bytes === 0
  }

  /** The small messages that lie together, up to the latest, where that is one of them. */
  get pack(): EncodedMessage | undefined {
    return this.#pack?.entry.message as EncodedMessage | undefined
  }

  /**
   * @param key What a newer message with the same replaces; means something to `keep-latest` only.
   * @returns `overflow` when the receiver is to be closed.
   */
  push(message: EncodedMessage | HeldMessage, key?: string): 'buffered' | 'dropped' | 'overflow' {
    const ownKey = this.#policy === 'keep-latest' ? key : undefined
    if (this.#replace(message, ownKey)) return 'buffered'
    if (this.#over(message.length)) {
      if (this.#policy === 'close') return 'overflow'
      if (this.#policy === 'drop-newest') return 'dropped'
      while (this.#over(message.length)) {
        this.shift()
        this.#onOverflow()
      }
    }
    const small = message instanceof Uint8Array && message.length <= packUpTo
    if (small && !this.#drops) this.#append(message)
    else this.#add({ message, count: 1, key: ownKey })
    this.#bytes += message.length
    return 'buffered'
  }

  /** Takes out the oldest message, or several that lie together. */
  shift(): Readonly<Waiting> | undefined {
    const [oldest] = this.#waiting
    if (oldest) this.#remove(oldest)
    return oldest
  }

  #over(length: number): boolean {
    const cost = this.#drops ? (this.#waiting.size + 1) * ownCost : 0
    return this.#waiting.size > 0 && this.#bytes + length + cost > this.#limit
  }

  #add(waiting: Waiting): void {
    this.#pack = undefined
    this.#waiting.add(waiting)
    if (waiting.key !== undefined) this.#byKey.set(waiting.key, waiting)
  }

  #append(message: EncodedMessage): void {
    if ((this.#pack?.entry.message.length ?? packSize) + message.length > packSize) {
      const memory = new Uint8Array(packSize)
      const entry = { message: memory.subarray(0, 0), count: 0, key: undefined }
      this.#add(entry)
      this.#pack = { entry, memory }
    }
    const { entry, memory } = this.#pack!
    const used = entry.message.length
    memory.set(message, used)
    entry.message = memory.subarray(0, used + message.length)
    entry.count++
  }

  /**
   * The newer message takes the place of the older one in the queue. Where it is too large for that, the
   * older one goes all the same, and the newer one has to find room like any other.
   */
  #replace(message: EncodedMessage | HeldMessage, key: string | undefined): boolean {
    const older = key === undefined ? undefined : this.#byKey.get(key)
    if (!older) return false
    const growth = message.length - older.message.length
    const fits = growth <= 0 || this.#bytes + growth + this.#waiting.size * ownCost <= this.#limit
    if (!fits) {
      this.#remove(older)
      return false
    }
    this.#bytes += growth
    older.message = message
    return true
  }

  #remove(waiting: Waiting): void {
    if (this.#pack?.entry === waiting) this.#pack = undefined
    this.#waiting.delete(waiting)
    if (waiting.key !== undefined) this.#byKey.delete(waiting.key)
    this.#bytes -= waiting.message.length
  }
}

function nothing(): void {}

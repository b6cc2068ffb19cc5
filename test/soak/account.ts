import { type Deferred, deferred } from '../../dist/node/deferred.js'
import type { Message } from '../../dist/node/index.js'
import type { Plan, Side } from './plan.ts'
import { faultIn, type Lane, readStamp } from './stamped-message.ts'

/** How one side saw the end. */
export interface EndSeen {
  readonly code: number
  readonly wasClean: boolean
  readonly text?: string
}

/** What one side sent and got on one connection, as it is told to the process that compares. */
export interface Statement {
  readonly id: number
  readonly side: Side
  /** Messages that may have been sent, and those that were: fewer when the end came in the middle. */
  readonly begun: number
  readonly sent: number
  readonly received: number
  /** Messages of topics: for a server those published to this connection, for a client those that came. */
  readonly ofTopics: number
  readonly bytes: number
  readonly pings: number
  readonly pongs: number
  readonly end: EndSeen | undefined
  readonly faults: readonly string[]
}

/** Keeps the account of one side of a connection, and says at once what is wrong with a message. */
export class Account {
  readonly plan: Plan
  readonly side: Side
  begun = 0
  sent = 0
  received = 0
  ofTopics = 0
  pings = 0
  pongs = 0
  end: EndSeen | undefined
  readonly #faults: string[] = []
  readonly #whole: Deferred<void> = deferred()
  readonly #ended: Deferred<void> = deferred()
  readonly #topics = new Map<number, number>()
  #bytes = 0

  constructor(plan: Plan, side: Side) {
    this.plan = plan
    this.side = side
    if (this.#expected === 0) this.#whole.resolve()
  }

  get lane(): Lane {
    return this.#laneOf(this.side)
  }

  /** Resolves when all that the other side sends has come, or nothing more will. */
  get whole(): Promise<void> {
    return this.#whole.promise
  }

  get ended(): Promise<void> {
    return this.#ended.promise
  }

  /** A message has come. */
  hear(message: Message): void {
    this.#bytes += message.length
    const stamp = readStamp(message)
    const fault = stamp?.direction === '*' ? this.#hearTopic(message) : this.#hearOther(message)
    // One is enough: after a message that is missing every other is out of order.
    if (fault && this.#faults.length < 3) this.#faults.push(fault)
  }

  fault(text: string): void {
    this.#faults.push(text)
  }

  finish(end: EndSeen): void {
    this.end = end
    this.#whole.resolve()
    this.#ended.resolve()
  }

  get statement(): Statement {
    const { side, begun, sent, received, ofTopics, pings, pongs, end } = this
    const { id } = this.plan
    const faults = this.#faults
    return {
      id,
      side,
      begun,
      sent,
      received,
      ofTopics,
      bytes: this.#bytes,
      pings,
      pongs,
      end,
      faults,
    }
  }

  get #expected(): number {
    return this.plan.counts[this.side === 'client' ? 'server' : 'client']
  }

  #laneOf(side: Side): Lane {
    return { seed: this.plan.seed, owner: this.plan.id, direction: side === 'client' ? '>' : '<' }
  }

  #hearOther(message: Message): string | undefined {
    const fault = faultIn(
      message,
      this.#laneOf(this.side === 'client' ? 'server' : 'client'),
      this.received,
    )
    this.received++
    if (this.received === this.#expected) this.#whole.resolve()
    return fault
  }

  #hearTopic(message: Message): string | undefined {
    const { owner, sequence } = readStamp(message)!
    if (!this.plan.topics.includes(owner % 100)) return `a message of topic ${owner}, not a member`
    // Which number is the first one, only the server knows: it counts them.
    const expected = this.#topics.get(owner) ?? sequence
    this.#topics.set(owner, expected + 1)
    this.ofTopics++
    return faultIn(message, { seed: this.plan.seed, owner, direction: '*' }, expected)
  }
}

import type { SharedMessage } from '../core/index.ts'
import type { Subscriber } from './subscriber.ts'
import { checkTopic } from './topic-name.ts'

/** What a publish came to. `matched` is the sum of the others. */
export interface PublishResult {
  /** Members of the topic, without the sender. */
  readonly matched: number
  readonly sent: number
  readonly buffered: number
  readonly dropped: number
}

/** Who is a member of what, and the way of a message to all of them. */
export class Topics<Member extends Subscriber = Subscriber> {
  readonly #members = new Map<string, Set<Member>>()
  /** The topics of each member; one that has joined none costs nothing. */
  readonly #joined = new Map<Member, Set<string>>()

  /** Number of topics with a member. */
  get size(): number {
    return this.#members.size
  }

  /**
   * Makes `member` one of `topic`; once is enough.
   * @throws {LocalProtocolError} `ERR_TOPIC_NAME`.
   */
  subscribe(member: Member, topic: string): void {
    checkTopic(topic)
    entry(this.#members, topic).add(member)
    entry(this.#joined, member).add(topic)
  }

  unsubscribe(member: Member, topic: string): void {
    remove(this.#members, topic, member)
    remove(this.#joined, member, topic)
  }

  /** Takes `member` out of everything. */
  leave(member: Member): void {
    for (const topic of this.#joined.get(member) ?? []) remove(this.#members, topic, member)
    this.#joined.delete(member)
  }

  isSubscribed(member: Member, topic: string): boolean {
    return this.#members.get(topic)?.has(member) ?? false
  }

  /** The topics of `member`, in the order it joined them. */
  subscriptions(member: Member): string[] {
    return [...(this.#joined.get(member) ?? [])]
  }

  /** How many members `topic` has. */
  count(topic: string): number {
    return this.#members.get(topic)?.size ?? 0
  }

  /** Every topic with the number of its members. */
  *[Symbol.iterator](): IterableIterator<{ readonly name: string; readonly members: number }> {
    for (const [name, members] of this.#members) yield { name, members: members.size }
  }

  /**
   * Delivers a message to every member but `except`. Members frame it, so that a topic without any
   * costs nothing.
   * @throws {LocalProtocolError} `ERR_TOPIC_NAME`.
   */
  publish(topic: string, message: SharedMessage, except?: Member): PublishResult {
    const result = { matched: 0, sent: 0, buffered: 0, dropped: 0 }
    for (const member of this.#members.get(checkTopic(topic)) ?? []) {
      if (member === except) continue
      result.matched++
      result[member.deliver(message, topic)]++
    }
    return result
  }
}

function entry<Key, Value>(map: Map<Key, Set<Value>>, key: Key): Set<Value> {
  let values = map.get(key)
  if (!values) map.set(key, (values = new Set()))
  return values
}

/** The last one out takes the entry along, so that abandoned topics leave nothing behind. */
function remove<Key, Value>(map: Map<Key, Set<Value>>, key: Key, value: Value): void {
  const values = map.get(key)
  if (values?.delete(value) && values.size === 0) map.delete(key)
}

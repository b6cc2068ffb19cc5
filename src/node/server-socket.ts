import { type Message, SharedMessage } from '../core/index.ts'
import type { PublishResult, Subscriber, Topics } from '../hub/index.ts'
import { ports } from './ports.ts'
import type { Pump } from './pump.ts'
import { asMessage } from './as-message.ts'
import { type Agreed, Socket } from './socket.ts'

/** A connection as its server sees it: a socket that can be a member of topics. */
export class ServerSocket<Data = unknown> extends Socket<Data> {
  readonly #member: Subscriber
  readonly #topics: Topics

  /** @internal */
  constructor(pump: Pump<ServerSocket<Data>>, data: Data, agreed: Agreed, topics: Topics) {
    super(pump, data, agreed)
    this.#member = pump
    this.#topics = topics
  }

  /**
   * Joins a topic: what is published to it comes to this socket. It is left when the connection closes.
   * @param topic 1 to 256 characters, no control characters.
   * @throws {LocalProtocolError} `ERR_TOPIC_NAME`.
   */
  subscribe(topic: string): void {
    if (this.readyState <= 1) this.#topics.subscribe(this.#member, topic)
  }

  unsubscribe(topic: string): void {
    this.#topics.unsubscribe(this.#member, topic)
  }

  isSubscribed(topic: string): boolean {
    return this.#topics.isSubscribed(this.#member, topic)
  }

  /** The topics it is a member of, in the order it joined them. */
  get subscriptions(): string[] {
    return this.#topics.subscriptions(this.#member)
  }

  /**
   * Sends a message to every other member of a topic; this socket need not be one. The message is
   * framed once.
   * @throws {LocalProtocolError} `ERR_TOPIC_NAME`.
   */
  publish(topic: string, message: Message | ArrayBuffer): PublishResult {
    return publish(this.#topics, topic, message, this.#member)
  }
}

export function publish(
  topics: Topics,
  topic: string,
  message: Message | ArrayBuffer,
  except?: Subscriber,
): PublishResult {
  return topics.publish(topic, new SharedMessage(asMessage(message), ports), except)
}

import {
  checkClose,
  CloseCode,
  encodeReason,
  type Message,
  type Ports,
  SharedMessage,
} from '../core/index.ts'
import type { PublishResult, SendResult, Subscriber, Topics } from '../hub/index.ts'

/** How a connection ended. The runtime does not tell more: on Node there is a diagnosis. */
export interface CloseDetails {
  /** The code of the peer's close frame, or of ours; 1006 without one. */
  readonly code: number
  readonly reason: string
  /** Whether there was a closing handshake. */
  readonly wasClean: boolean
}

/** A WebSocket of the runtime. */
export interface Wire {
  readonly bufferedAmount: number
  readonly readyState: number
  send(message: Message): SendResult
  close(code: number, reason: string): void
}

const encoder = new TextEncoder()
/** The one port that is needed where the runtime frames the messages. */
export const utf8: Pick<Ports, 'encodeUtf8'> = { encodeUtf8: (text) => encoder.encode(text) }

/** A connection as its server sees it: a socket that can be a member of topics. */
export class ServerSocket<Data = unknown> implements Subscriber {
  /** Yours: what `upgrade` returned. */
  data: Data
  /** The subprotocol, `''` for none. */
  readonly protocol: string
  /** The peer's IP address. */
  readonly remoteAddress: string | undefined
  readonly #wire: Wire
  readonly #topics: Topics

  /** @internal */
  constructor(
    wire: Wire,
    topics: Topics,
    agreed: { data: Data; protocol: string; remoteAddress: string | undefined },
  ) {
    this.#wire = wire
    this.#topics = topics
    this.data = agreed.data
    this.protocol = agreed.protocol
    this.remoteAddress = agreed.remoteAddress
  }

  /** 0 CONNECTING, 1 OPEN, 2 CLOSING, 3 CLOSED. */
  get readyState(): number {
    return this.#wire.readyState
  }

  /** Bytes given to `send` that the operating system has not taken yet, as the runtime counts them. */
  get bufferedAmount(): number {
    return this.#wire.bufferedAmount
  }

  /** Sends a message: a string as text, bytes as binary. */
  send(message: Message | ArrayBuffer): SendResult {
    return this.readyState === 1 ? this.#wire.send(asMessage(message)) : 'dropped'
  }

  /** @internal Of a topic. */
  deliver({ message }: SharedMessage): SendResult {
    return this.send(message)
  }

  /**
   * Joins a topic, which is left when the connection closes.
   * @throws {LocalProtocolError} `ERR_TOPIC_NAME`.
   */
  subscribe(topic: string): void {
    if (this.readyState <= 1) this.#topics.subscribe(this, topic)
  }

  unsubscribe(topic: string): void {
    this.#topics.unsubscribe(this, topic)
  }

  isSubscribed(topic: string): boolean {
    return this.#topics.isSubscribed(this, topic)
  }

  /** The topics it is a member of, in the order it joined them. */
  get subscriptions(): string[] {
    return this.#topics.subscriptions(this)
  }

  /**
   * Sends a message to every other member of a topic.
   * @throws {LocalProtocolError} `ERR_TOPIC_NAME`.
   */
  publish(topic: string, message: Message | ArrayBuffer): PublishResult {
    return publish(this.#topics, topic, message, this)
  }

  /**
   * Starts the closing handshake.
   * @throws {LocalProtocolError} `ERR_CLOSE_CODE` or `ERR_CLOSE_REASON`.
   */
  close(code: number = CloseCode.normal, reason: string = ''): void {
    checkClose(code, encodeReason(reason, utf8))
    if (this.readyState <= 1) this.#wire.close(code, reason)
  }
}

export function publish(
  topics: Topics,
  topic: string,
  message: Message | ArrayBuffer,
  except?: Subscriber,
): PublishResult {
  return topics.publish(topic, new SharedMessage(asMessage(message), utf8), except)
}

/** @throws {TypeError} for what is no message. */
function asMessage(message: Message | ArrayBuffer): Message {
  if (typeof message === 'string' || message instanceof Uint8Array) return message
  if (message instanceof ArrayBuffer) return new Uint8Array(message)
  throw new TypeError('a message is a string, bytes, or an ArrayBuffer')
}

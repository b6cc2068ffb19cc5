/** How every implementation looks to the exchanges: Tidewire and its peers alike. */
import type { CloseCause } from '../../dist/node/index.js'

// `...ToPeer` is done by Tidewire, `...FromPeer` by the other.

export type MessageExchange =
  | 'text'
  | 'binary'
  | 'unicode'
  | 'order'
  | 'fragmentsToPeer'
  | 'fragmentsFromPeer'
  | 'pingToPeer'
  | 'pingFromPeer'
  | 'volume'

export type EndingExchange =
  | 'closeToPeer'
  | 'closeFromPeer'
  | 'emptyCloseToPeer'
  | 'emptyCloseFromPeer'
  | 'vanishToPeer'
  | 'vanishFromPeer'
  | 'tooBig'

export type OpeningExchange = 'protocol' | 'noProtocol' | 'refusal' | 'tls' | 'deflate'

export type ExchangeName = OpeningExchange | MessageExchange | EndingExchange

/** An open connection. */
export interface Pair {
  readonly ours: Side
  readonly theirs: Side
}

/** Tidewire and a peer, not connected yet. What is opened is closed when the test ends. */
export interface Setting {
  /** The peer's role. */
  readonly role: 'client' | 'server'
  readonly peer: Nature
  readonly client: Client
  readonly server: Server
  readonly listen: (options: ListenOptions) => Promise<Listener>
  readonly connect: (listener: Listener, options?: ConnectOptions) => Promise<Pair>
  /** Both of these. */
  readonly open: () => Promise<Pair>
}

export interface Exchange {
  title(theirs: string, ours: string): string
  /** The peer's role, where it makes sense in one only. */
  readonly only?: 'client' | 'server'
  run(setting: Setting): Promise<void>
}

export type Message = string | Uint8Array

/** How a connection ended, as one side was told. */
export interface Ending {
  readonly code: number
  readonly reason: string
  /** Tidewire's diagnosis; peers have none. */
  readonly cause?: CloseCause | undefined
}

/** One side of an open connection. What is optional is not in every implementation's API. */
export interface Side {
  readonly protocol: string
  readonly closed: Promise<Ending>
  /** Resolves once more can be sent, as far as the implementation tells. */
  send(message: Message): Promise<void>
  /** Rejects when the connection has closed and no message is left. */
  readonly receive: () => Promise<Message>
  close(code?: number, reason?: string): void
  /** Ends the transport without a close frame. */
  vanish?(): void
  /** Sends one message in several frames. */
  sendFragments?(parts: readonly Message[]): Promise<void>
  /** Resolves when the pong with this payload has come. */
  ping?(payload: Uint8Array): Promise<void>
  pause?(): void
  resume?(): void
  /** Resolves when `send` has to wait because the other side reads too slowly; at once if so now. */
  blocked?(): Promise<void>
}

export interface ConnectOptions {
  readonly protocols?: readonly string[]
  /** The certificate to trust, in PEM. */
  readonly ca?: string
}

export interface ListenOptions {
  /** The subprotocols it speaks. */
  readonly protocols?: readonly string[]
  readonly tls?: { readonly cert: string; readonly key: string }
  /** Refuses every upgrade with this. */
  readonly refuse?: { readonly status: number; readonly body: string }
}

export interface Listener {
  /** With the host name of the certificate. */
  readonly url: string
  /** The next connection. */
  accept(): Promise<Side>
  /** The request header that the latest upgrade came with. */
  requestHeader?(name: string): string | undefined
  close(): Promise<void>
}

/** Behaviour that is not what the others do, and where it comes from. */
export interface Deviation<Value> {
  readonly value: Value
  readonly why: string
}

/** What an endpoint cannot do, or does in its own way. */
export interface Nature {
  /** Exchanges it cannot take part in, and why. */
  readonly cannot?: Partial<Record<ExchangeName, string>>
  /** What it reports for a close frame without a code, where that is not 1005. */
  readonly emptyCloseIs?: Deviation<number>
  /** The code of its answer to a close frame with 4321, where that is no echo (RFC 6455 §5.5.1). */
  readonly answersCloseWith?: Deviation<number>
  /** It loses a byte order mark with which a text begins; RFC 6455 §5.6 gives it no meaning. */
  readonly dropsBom?: Deviation<true>
  /** Most messages that may be on their way through an echo, where its flow control takes no more. */
  readonly inFlight?: Deviation<number>
  /** A client connects although the server took none of its subprotocols (the standard: it fails). */
  readonly opensWithoutProtocol?: Deviation<true>
  /** What is lost of a refusal: a client does not tell it, a server does not send it. */
  readonly refusalLacks?: Deviation<'body' | 'status and body'>
}

export interface Client extends Nature {
  /** @throws {Refusal} */
  connect(url: string, options: ConnectOptions): Promise<Side>
}

export interface Server extends Nature {
  listen(options: ListenOptions): Promise<Listener>
}

export interface Peer {
  /** As a title names it: 'ws 8.23.0'. */
  readonly name: string
  readonly client?: Client
  readonly server?: Server
}

/** There is no connection; what the client was told of the answer. */
export class Refusal extends Error {
  readonly status: number | undefined
  readonly body: string | undefined

  constructor(message: string, status?: number, body?: string) {
    super(message)
    this.status = status
    this.body = body
  }
}

/** What has come and was not taken yet; `take` waits. */
export class Mailbox<Item> {
  readonly #items: Item[] = []
  readonly #takers: { resolve(item: Item): void; reject(error: Error): void }[] = []
  #end: Error | undefined

  put(item: Item): void {
    const taker = this.#takers.shift()
    if (taker) taker.resolve(item)
    else this.#items.push(item)
  }

  take(): Promise<Item> {
    if (this.#items.length > 0) return Promise.resolve(this.#items.shift()!)
    if (this.#end) return Promise.reject(this.#end)
    return new Promise((resolve, reject) => this.#takers.push({ resolve, reject }))
  }

  end(error: Error): void {
    this.#end = error
    for (const taker of this.#takers.splice(0)) taker.reject(error)
  }
}

/** The receiving half of a side whose implementation calls back. */
export class Inbox {
  readonly #messages = new Mailbox<Message>()
  #settle: (ending: Ending) => void = () => {}
  readonly closed = new Promise<Ending>((resolve) => {
    this.#settle = resolve
  })

  /** Buffers are compared as the plain bytes they are. */
  put(message: Message): void {
    this.#messages.put(typeof message === 'string' ? message : new Uint8Array(message))
  }

  receive = (): Promise<Message> => this.#messages.take()

  end(code: number, reason: string, cause?: CloseCause): void {
    this.#settle({ code, reason, cause })
    this.#messages.end(new Error(`closed with ${code} ${reason}`))
  }
}

export function asBuffer(message: Uint8Array): Buffer {
  return Buffer.from(message.buffer, message.byteOffset, message.byteLength)
}

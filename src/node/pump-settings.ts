import type { CloseOutcome, ConnectionSettings, Message } from '../core/index.ts'
import type { RemoteProtocolError } from '../errors/index.ts'
import type { SlowConsumerPolicy, Subscriber } from '../hub/index.ts'
import type { Counters } from './counters.ts'
import type { Deadlines } from './deadlines.ts'
import type { DeflateEndpoint } from './message-extensions.ts'
import type { RateLimit } from './rate-limit.ts'

/** What a pump tells the owner of its connection. None of these may throw. */
export interface PumpEvents<Owner> {
  /** @param text Whether it was sent as text. @param ends Where its fragments ended, if the conduct marks them. */
  message(owner: Owner, message: Message, text: boolean, ends?: readonly number[]): void
  ping(owner: Owner, payload: Uint8Array): void
  pong(owner: Owner, payload: Uint8Array): void
  /** The transport takes more again. */
  drain(owner: Owner): void
  /** The connection fails, for what came in a frame of this opcode; `closed` follows. */
  failed?(owner: Owner, error: RemoteProtocolError, opcode: number): void
  /** Only the end of the transport is awaited; `closed` follows. It may be told more than once. */
  ending?(owner: Owner): void
  /** @param member What it was in topics. */
  closed(owner: Owner, outcome: CloseOutcome, member: Subscriber): void
}

/** What all pumps of a server, or of a client, share: so that a connection has no closures of its own. */
export interface PumpSettings<Owner> {
  readonly connection: ConnectionSettings
  readonly events: PumpEvents<Owner>
  readonly counters: Counters
  readonly deadlines: Deadlines
  readonly slowConsumer: SlowConsumerPolicy
  /** All goes to the transport at once and waits in its queue, without a limit, if it takes no more. */
  readonly unlimited?: true
  /** `undefined` when messages are never compressed. */
  readonly deflate: DeflateEndpoint | undefined
  /** What each connection may send in a second; `undefined` for no limit. */
  readonly rate?: RateLimit | undefined
}

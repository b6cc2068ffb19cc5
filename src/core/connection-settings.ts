import type { RemoteProtocolError } from '../errors/index.ts'
import type { CloseOutcome } from './close-record.ts'
import type { Conduct } from './conduct.ts'
import type { Framing } from './framing.ts'
import type { Heartbeat } from './keepalive.ts'
import type { Limits } from './limits.ts'
import type { Message } from './message-assembler.ts'
import type { Slab } from './output.ts'
import type { Ports } from './ports.ts'

/** What all connections of an endpoint share. */
export interface ConnectionSettings {
  readonly role: 'client' | 'server'
  readonly limits: Limits
  /** `undefined`: no pings are sent and silence never closes the connection. */
  readonly heartbeat: Heartbeat | undefined
  readonly ports: Ports
  readonly slab: Slab
  /** Default RFC 6455's. */
  readonly framing?: Framing
  /** Default Tidewire's own. */
  readonly conduct?: Conduct
}

/** What a connection tells its owner. None of these may throw. */
export interface ConnectionHandler {
  /**
   * @param text Whether it was sent as text.
   * @param ends Where its fragments ended, but for the last, where the conduct marks them.
   */
  onMessage(message: Message, text: boolean, ends?: readonly number[]): void
  onPing(payload: Uint8Array): void
  onPong(payload: Uint8Array): void
  /** Nothing more will be sent: once the output is out, end our side of the transport. */
  onFinish(): void
  /** The transport is to be destroyed now. */
  onAbort(): void
  /** Output has come by itself: a message that an extension took its time for. */
  onOutput(): void
  /** Reading has gone on by itself after such a message: when `decoding` has ended, the transport may be resumed. */
  onReading(): void
  /**
   * Asked while a great many frames are read: whether what is left of them waits until `proceed` is called,
   * so that others have their turn meanwhile.
   */
  isTired(): boolean
  /** The connection fails, for what the peer did in a frame of this opcode, or in none if it is -1. */
  onFailed?(error: RemoteProtocolError, opcode: number): void
  onClosed(outcome: CloseOutcome): void
}

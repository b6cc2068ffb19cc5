import type { RemoteProtocolError } from '../errors/index.ts'
import type { EncodedMessage } from './encoded-message.ts'
import type { Message } from './message-assembler.ts'
import type { SharedMessage } from './shared-message.ts'

/**
 * An extension that changes whole messages, between framing and the program (RFC 6455 §9; RFC 7692 §6).
 * Messages of one direction are given to it one at a time and in order: the next one only after `done`
 * was called for the last.
 */
export interface MessageExtension {
  /** The reserved bits that it sets on the first frame of a message it has changed. */
  readonly rsv: number
  /** Whether it changes this message, of so many bytes, on its way out. */
  changes(message: Message, bytes: number): boolean
  /**
   * Changes a payload on its way out; it stays as it is until then. `done` is called once, now or later.
   * @param done `rsv` is 0 when the payload was better left as it is.
   */
  encode(payload: Uint8Array, done: (payload: Uint8Array, rsv: number) => void): void
  /** The form in which a message goes to many receivers; `undefined` when it cannot share one. */
  share(message: SharedMessage): EncodedMessage | undefined
  /**
   * Undoes what the peer did to a payload. `done` is called once, now or later.
   * @param later Not now: others are to have their turn.
   */
  decode(
    payload: Uint8Array,
    later: boolean,
    done: (payload: Uint8Array | RemoteProtocolError) => void,
  ): void
}

import type { CloseCause } from '../core/index.ts'
import type { TidewireError } from '../errors/index.ts'

export interface CloseEventInit {
  bubbles?: boolean
  cancelable?: boolean
  composed?: boolean
  code?: number
  reason?: string
  wasClean?: boolean
  cause?: CloseCause | TidewireError | undefined
}

/** The `CloseEvent` of the WebSockets standard, with a diagnosis. Node has one of its own from 23 on. */
export class CloseEvent extends Event {
  /** The code of the peer's close frame; 1005 when it had none, 1006 when there was no such frame. */
  readonly code: number
  readonly reason: string
  /** Whether the closing handshake was done. */
  readonly wasClean: boolean
  /**
   * Why it closed, as far as this side can know. A `ConnectError` when the connection never opened;
   * not in the standard.
   */
  readonly cause: CloseCause | TidewireError | undefined

  constructor(type: string, init: CloseEventInit = {}) {
    super(type, init)
    this.code = init.code ?? 0
    this.reason = init.reason ?? ''
    this.wasClean = init.wasClean ?? false
    this.cause = init.cause
  }
}

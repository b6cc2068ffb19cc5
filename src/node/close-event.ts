import type { CloseCause } from '../core/index.ts'
import type { TidewireError } from '../errors/index.ts'
import {
  checkArguments,
  defineInterface,
  toBoolean,
  toDictionary,
  toUnsignedShort,
  toUsvString,
} from './web-idl.ts'

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
  readonly #code: number
  readonly #reason: string
  readonly #wasClean: boolean
  readonly #cause: CloseCause | TidewireError | undefined

  constructor(type: string, init: CloseEventInit = {}) {
    checkArguments(arguments.length, 1, 'CloseEvent')
    // Converted here because the `Event` of Deno takes no null for its dictionary.
    const given = toDictionary(init, 'init')
    super(type, given)
    const { code = 0, reason = '', wasClean = false, cause } = given
    this.#code = toUnsignedShort(code)
    this.#reason = toUsvString(reason)
    this.#wasClean = toBoolean(wasClean)
    this.#cause = cause
  }

  /** The code of the peer's close frame; 1005 when it had none, 1006 when there was no such frame. */
  get code(): number {
    return this.#code
  }

  get reason(): string {
    return this.#reason
  }

  /** Whether the closing handshake was done, with everything sent. */
  get wasClean(): boolean {
    return this.#wasClean
  }

  /**
   * Why it closed, as far as this side can know. A `ConnectError` when the connection never opened;
   * not in the standard.
   */
  get cause(): CloseCause | TidewireError | undefined {
    return this.#cause
  }

  static {
    defineInterface('CloseEvent', this.prototype)
  }
}

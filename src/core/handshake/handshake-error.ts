import { TidewireError, type ErrorCode } from '../../errors/index.ts'
import type { ResponseHead } from './start-line.ts'

export interface HandshakeErrorDetail {
  readonly response?: ResponseHead | undefined
  readonly expected?: string | undefined
  readonly received?: string | undefined
}

/** The opening handshake failed because of what the peer sent: there is no WebSocket connection. */
export class HandshakeError extends TidewireError {
  /** The response that was no acceptance, when its head could be read. */
  readonly response: ResponseHead | undefined
  /** The value that would have been right, where there is one. */
  readonly expected: string | undefined
  /** The value that came in its place; `undefined` also when none came. */
  readonly received: string | undefined

  constructor(code: ErrorCode, message: string, detail: HandshakeErrorDetail = {}) {
    super(code, message)
    this.response = detail.response
    this.expected = detail.expected
    this.received = detail.received
  }
}

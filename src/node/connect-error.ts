import type { HeaderFields } from '../core/index.ts'
import { type ErrorCode, TidewireError } from '../errors/index.ts'

/**
 * How far connecting had come: resolving the name, TCP, TLS, or waiting for the response; `proxy` until a
 * proxy has opened the way to the server, its own name, TCP and TLS included; `cookies` while the program's
 * jar is asked.
 */
export type ConnectPhase = 'dns' | 'tcp' | 'tls' | 'proxy' | 'response' | 'cookies'

export interface ConnectErrorDetail {
  readonly phase?: ConnectPhase
  readonly status?: number | undefined
  readonly fields?: HeaderFields | undefined
  readonly body?: string | undefined
  readonly cause?: unknown
}

/**
 * There is no connection, and why. `code` is one of `ERR_CONNECT_*`, or `ERR_HANDSHAKE_*` when the
 * server's answer was not right; `cause` is the error of the system, or the core's `HandshakeError`
 * with what was expected and what came.
 */
export class ConnectError extends TidewireError {
  /** How far it had come; `undefined` when the URL could not be used at all. */
  readonly phase: ConnectPhase | undefined
  /** The status of the response, where there was one. */
  readonly status: number | undefined
  /** The first bytes of the response's content as text, at most 1 KiB; `''` when it had none. */
  readonly body: string | undefined
  /** Not for all to see: what prints an error prints its properties, and here may be cookies. */
  readonly #fields: HeaderFields | undefined

  constructor(code: ErrorCode, message: string, detail: ConnectErrorDetail = {}) {
    super(code, message, 'cause' in detail ? { cause: detail.cause } : undefined)
    this.phase = detail.phase
    this.status = detail.status
    this.body = detail.body
    this.#fields = detail.fields
  }

  /** The header fields of the response, where there was one. */
  get headers(): Headers | undefined {
    return this.#fields && new Headers([...this.#fields].map(([name, value]) => [name, value]))
  }
}

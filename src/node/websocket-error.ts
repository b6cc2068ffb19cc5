import { readCloseInfo, type WebSocketCloseInfo } from './close-info.ts'
import { defineInterface, toDomString } from './web-idl.ts'

/** Makes an error with what a connection was closed with, which need not be what may be sent. */
export let closedWith: (
  message: string,
  closeCode: number,
  reason: string,
  cause: unknown,
) => WebSocketError

/**
 * The `WebSocketError` of the standard: what a `WebSocketStream` fails with, and with which a program can
 * close one when it cancels or aborts a stream of it.
 */
export class WebSocketError extends DOMException {
  #closeCode: number | null
  #reason: string

  /**
   * @param init `closeCode`: 1000 or 3000-4999, 1000 if there is a reason; `reason`: at most 123 bytes in UTF-8.
   * @throws {DOMException} `InvalidAccessError` for another code, `SyntaxError` for a longer reason.
   */
  constructor(message = '', init: WebSocketCloseInfo = {}) {
    super(toDomString(message), 'WebSocketError')
    // Some versions of Node make a mere DOMException of it.
    Object.setPrototypeOf(this, new.target.prototype)
    const { code, reason } = readCloseInfo(init)
    this.#closeCode = code ?? (reason === '' ? null : 1000)
    this.#reason = reason
  }

  /** `null` for none. */
  get closeCode(): number | null {
    return this.#closeCode
  }

  get reason(): string {
    return this.#reason
  }

  static {
    defineInterface('WebSocketError', this.prototype)
    closedWith = (message, closeCode, reason, cause) => {
      const error = new WebSocketError(message)
      error.#closeCode = closeCode
      error.#reason = reason
      Object.defineProperty(error, 'cause', { value: cause, writable: true, configurable: true })
      return error
    }
  }
}

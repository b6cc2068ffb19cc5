import { maxReasonBytes } from '../core/index.ts'
import { toDictionary, toUnsignedShortInRange, toUsvString } from './web-idl.ts'

/** What a WebSocketStream closes with, and was closed with. */
export interface WebSocketCloseInfo {
  closeCode?: number
  reason?: string
}

/**
 * The standard's "validate close code and reason".
 * @throws {DOMException} `InvalidAccessError` for a code that is not 1000 or 3000-4999, `SyntaxError` for
 * a reason of more than 123 bytes in UTF-8.
 */
export function checkCloseInfo(code: number | undefined, reason: string): void {
  if (code !== undefined && code !== 1000 && !(code >= 3000 && code <= 4999)) {
    throw new DOMException(`close code ${code} is not 1000 or 3000-4999`, 'InvalidAccessError')
  }
  if (Buffer.byteLength(reason) > maxReasonBytes) {
    const message = `the close reason has more than ${maxReasonBytes} bytes in UTF-8`
    throw new DOMException(message, 'SyntaxError')
  }
}

/**
 * Reads what a program wants to close with.
 * @throws {DOMException} as `checkCloseInfo` does.
 */
export function readCloseInfo(given: WebSocketCloseInfo | null): {
  readonly code: number | undefined
  readonly reason: string
} {
  const { closeCode, reason = '' } = toDictionary(given, 'the close info')
  const code = closeCode === undefined ? undefined : toUnsignedShortInRange(closeCode, 'closeCode')
  const text = toUsvString(reason)
  checkCloseInfo(code, text)
  return { code, reason: text }
}

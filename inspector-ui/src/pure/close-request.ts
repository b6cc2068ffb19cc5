import { utf8Length } from './format.ts'

/** What WebSocket.close() may be given, or why it would throw. */
export type CloseRequest =
  | { readonly ok: true; readonly code: number | undefined; readonly reason: string }
  | { readonly ok: false; readonly field: 'code' | 'reason'; readonly message: string }

/** A close frame holds 125 bytes, and the code takes two of them (RFC 6455 §5.5.1). */
const reasonLimit = 123

/** Checks the code and the reason as the WebSocket standard does for close(). */
export function closeRequest(code: string, reason: string): CloseRequest {
  const text = code.trim()
  const number = text === '' ? undefined : Number(text)
  if (number !== undefined && !mayBeSent(text, number)) {
    return { ok: false, field: 'code', message: 'A page may send 1000, or 3000 to 4999.' }
  }
  const bytes = utf8Length(reason)
  if (bytes > reasonLimit) {
    const message = `The reason takes ${bytes} bytes; ${reasonLimit} fit in a close frame.`
    return { ok: false, field: 'reason', message }
  }
  // A reason cannot stand without a code on the wire.
  return { ok: true, code: number ?? (reason === '' ? undefined : 1000), reason }
}

function mayBeSent(text: string, code: number): boolean {
  return /^\d{4}$/.test(text) && (code === 1000 || (code >= 3000 && code <= 4999))
}

/**
 * What the core needs from outside. The core has no sockets, timers, `Buffer` or `crypto` of its own,
 * so that it runs unchanged on Node, Bun, Deno and in browsers and so that tests can make it
 * deterministic.
 */
export interface Ports {
  /** `length` unpredictable bytes (RFC 6455 §5.3 for masking keys, §4.1 for Sec-WebSocket-Key). */
  random(length: number): Uint8Array
  /** The 20 bytes of SHA-1 of `data` (RFC 6455 §4.2.2, Sec-WebSocket-Accept). */
  sha1(data: Uint8Array): Uint8Array
  /** The string that `bytes` are in UTF-8, a leading byte order mark kept, or `undefined` when they are not UTF-8. */
  decodeUtf8(bytes: Uint8Array): string | undefined
  /** Whether `bytes` are UTF-8, where that can be told faster than by `decodeUtf8`. */
  isUtf8?(bytes: Uint8Array): boolean
  /** The UTF-8 of `text`; a lone surrogate becomes U+FFFD, as the WebSocket standard's USVString asks. */
  encodeUtf8(text: string): Uint8Array
  /** Milliseconds of a clock that never goes back. */
  now(): number
}

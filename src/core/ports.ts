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
  /**
   * For speed only: writes the UTF-8 of `text` into `bytes` from `at` on, where there are three bytes for
   * each of its code units, and gives how many it took. Default: `encodeUtf8`, and a copy.
   */
  readonly writeUtf8?: (text: string, bytes: Uint8Array, at: number) => number
  /** For speed only: does what `applyMask` does. */
  readonly unmask?: (bytes: Uint8Array, key: number, phase: number) => void
  /** For speed only: memory that may hold anything. Default: memory that holds zeros. */
  readonly allocate?: (length: number) => Uint8Array
}

/** Up to this size the engine keeps bytes beside their object: 50 ns, and 1.2 µs for memory of their own. */
const inObject = 64

/** A copy of `bytes`. */
export function copyOf(bytes: Uint8Array, { allocate }: Ports): Uint8Array {
  if (!allocate || bytes.length <= inObject) return bytes.slice()
  const copy = allocate(bytes.length)
  copy.set(bytes)
  return copy
}

/** The first byte of a whole message that is as it is: FIN, no RSV, text or binary (RFC 6455 §5.2). */
const plainText = 0x81
const plainBinary = 0x82
/** Those whose length fits into the second byte. */
const mostPlain = 125

/** The payload of the latest small message, for all connections in turn. */
export const plainPayload: Uint8Array = new Uint8Array(mostPlain)

/** Bytes of payload of a small whole message that lies at `at`; -1 where there is anything else, or less. */
export function plainLength(bytes: Uint8Array, at: number, masked: boolean): number {
  const first = bytes[at]!
  if (at + 2 > bytes.length || (first !== plainText && first !== plainBinary)) return -1
  const length = bytes[at + 1]! - (masked ? 0x80 : 0)
  // Masked where it should not be, or the other way round, it is no such number.
  if (length < 0 || length > mostPlain) return -1
  return at + (masked ? 6 : 2) + length <= bytes.length ? length : -1
}

/** Fills `plainPayload` (RFC 6455 §5.3); a key of 0 changes nothing. */
export function copyUnmasked(bytes: Uint8Array, from: number, length: number, key: number): void {
  const first = key >>> 24
  const second = (key >>> 16) & 255
  const third = (key >>> 8) & 255
  const fourth = key & 255
  let index = 0
  for (; index + 3 < length; index += 4) {
    plainPayload[index] = bytes[from + index]! ^ first
    plainPayload[index + 1] = bytes[from + index + 1]! ^ second
    plainPayload[index + 2] = bytes[from + index + 2]! ^ third
    plainPayload[index + 3] = bytes[from + index + 3]! ^ fourth
  }
  for (; index < length; index++) {
    plainPayload[index] = bytes[from + index]! ^ ((key >>> (24 - 8 * (index & 3))) & 255)
  }
}

/** Four bytes in network byte order. */
export function readUint32(bytes: Uint8Array, at: number): number {
  const high = (bytes[at]! << 24) | (bytes[at + 1]! << 16)
  return (high | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0
}

/** The first byte of a whole message that is as it is: FIN, no RSV, text or binary (RFC 6455 §5.2). */
const plainText = 0x81
const plainBinary = 0x82
/** In place of a length: it follows in two bytes. */
const inTwoBytes = 126

/**
 * Where whole messages of one frame each end that begin at `from`: `from` where there is anything else, or not all of
 * the first.
 * @param until How far to look.
 * @param mostFrames How many to look for.
 * @param most Bytes of payload that each may have.
 */
export function plainEnd(
  bytes: Uint8Array,
  from: number,
  until: number,
  mostFrames: number,
  masked: boolean,
  most: number,
): number {
  let at = from
  for (let frames = 0; frames < mostFrames && at + 4 <= until; frames++) {
    const first = bytes[at]!
    if (first !== plainText && first !== plainBinary) break
    // Masked where it should not be, or the other way round, it is no such number.
    const short = bytes[at + 1]! - (masked ? 0x80 : 0)
    if (short < 0 || short > inTwoBytes) break
    const payload = plainLength(bytes, at)
    // RFC 6455 §5.2: a length is written in as few bytes as it needs.
    if (short === inTwoBytes && payload < inTwoBytes) break
    const end = at + plainHeader(bytes, at) + payload
    if (payload > most || end > until) break
    at = end
  }
  return at
}

/** Bytes of the header of such a frame. */
export function plainHeader(bytes: Uint8Array, at: number): number {
  const second = bytes[at + 1]!
  return ((second & 0x7f) < inTwoBytes ? 2 : 4) + (second < 0x80 ? 0 : 4)
}

/** Bytes of its payload. */
export function plainLength(bytes: Uint8Array, at: number): number {
  const length = bytes[at + 1]! & 0x7f
  return length < inTwoBytes ? length : (bytes[at + 2]! << 8) | bytes[at + 3]!
}

/** Four bytes in network byte order. */
export function readUint32(bytes: Uint8Array, at: number): number {
  const high = (bytes[at]! << 24) | (bytes[at + 1]! << 16)
  return (high | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0
}

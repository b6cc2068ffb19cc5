import type { Opcode } from './opcode.ts'

/** The first bytes of a frame (RFC 6455 §5.2), without the masking key. */
export interface FrameHeader {
  readonly fin: boolean
  /** RSV1, RSV2 and RSV3 as the three bits 4, 2 and 1. */
  readonly rsv: number
  /** 0-15; what the peer sent may be reserved, so this is wider than `Opcode`. */
  readonly opcode: number
  /** Bytes of payload. */
  readonly length: number
  readonly masked: boolean
}

/** Bytes that the header of a frame with `length` bytes of payload takes, with its masking key. */
export function headerSize(length: number, masked: boolean): number {
  return (length < 126 ? 2 : length < 65_536 ? 4 : 10) + (masked ? 4 : 0)
}

/**
 * Writes a header into `target` at `at`, with the length in its shortest form (RFC 6455 §5.2).
 * @param key The masking key as one big-endian number, `undefined` for an unmasked frame.
 * @returns Where the payload goes.
 */
export function writeHeader(
  target: Uint8Array,
  at: number,
  opcode: Opcode,
  fin: boolean,
  rsv: number,
  length: number,
  key: number | undefined,
): number {
  const maskBit = key === undefined ? 0 : 0x80
  target[at++] = (fin ? 0x80 : 0) | (rsv << 4) | opcode
  if (length < 126) {
    target[at++] = maskBit | length
  } else if (length < 65_536) {
    target[at++] = maskBit | 126
    target[at++] = length >> 8
    target[at++] = length
  } else {
    target[at++] = maskBit | 127
    at = writeUint32(target, at, Math.floor(length / 2 ** 32))
    at = writeUint32(target, at, length)
  }
  return key === undefined ? at : writeUint32(target, at, key)
}

function writeUint32(target: Uint8Array, at: number, value: number): number {
  target[at++] = value >>> 24
  target[at++] = value >>> 16
  target[at++] = value >>> 8
  target[at++] = value
  return at
}

import { randomBytes } from 'node:crypto'
import { applyMask } from '../../core/index.ts'
import { type Sample, sample } from './samples.ts'

/** Bytes, text to be sent as UTF-8, or a sample of some length that is made when it is needed. */
export type Payload = string | Uint8Array | Sample

/** A frame as RFC 6455 §5.2 draws it, every field of which can be wrong. */
export interface Frame {
  readonly opcode: number
  readonly payload?: Payload
  /** Default true. */
  readonly fin?: boolean
  /** RSV1, RSV2 and RSV3 as the bits 4, 2 and 1. Default none. */
  readonly rsv?: number
  /** The other way round than the role asks. */
  readonly wrongMask?: boolean
  /** The masking key as one number. Default random. */
  readonly key?: number
  /** In how many bits the length is written. Default the fewest. */
  readonly lengthBits?: 16 | 64
  /** A length that is not that of the payload. */
  readonly announced?: bigint
}

export function bytesOf(payload: Payload = ''): Uint8Array {
  if (typeof payload === 'string') return Buffer.from(payload)
  return payload instanceof Uint8Array ? payload : sample(payload)
}

/** @param masks Whether our role masks its frames. */
export function encodeFrame(frame: Frame, masks: boolean): Uint8Array {
  const { opcode, fin = true, rsv = 0, wrongMask = false } = frame
  const payload = bytesOf(frame.payload)
  const length = frame.announced ?? BigInt(payload.length)
  const masked = masks !== wrongMask
  const bits = frame.lengthBits ?? (length < 126n ? 7 : length < 65_536n ? 16 : 64)
  const extended = bits === 7 ? 0 : bits / 8
  const bytes = Buffer.alloc(2 + extended + (masked ? 4 : 0) + payload.length)
  bytes[0] = (fin ? 0x80 : 0) | (rsv << 4) | opcode
  bytes[1] = (masked ? 0x80 : 0) | (bits === 7 ? Number(length) : bits === 16 ? 126 : 127)
  if (bits === 16) bytes.writeUInt16BE(Number(length), 2)
  if (bits === 64) bytes.writeBigUInt64BE(length, 2)
  const start = bytes.length - payload.length
  bytes.set(payload, start)
  if (masked) {
    const key = frame.key ?? randomBytes(4).readUInt32BE()
    bytes.writeUInt32BE(key, start - 4)
    applyMask(bytes.subarray(start), key, 0)
  }
  return bytes
}

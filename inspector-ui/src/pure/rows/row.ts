import { RowBit } from '../../../../src/inspect/feed/row-batch.ts'
import type { RowPlace } from './row-store.ts'

/** One row as the list shows it. */
export interface Row {
  /** That of its frame in the recording. */
  readonly number: number
  readonly connection: number
  /** Milliseconds since 1970, with a fraction. */
  readonly at: number
  readonly direction: 'sent' | 'received'
  /** That of the frame. */
  readonly opcode: number
  readonly kind: RowKind
  readonly fin: boolean
  /** RSV1, RSV2 and RSV3 as the three bits 4, 2 and 1. */
  readonly rsv: number
  readonly maskKey: number | undefined
  /** Bytes of the frame's payload on the wire. */
  readonly wireLength: number
  /** Bytes of the message that the frame ends, inflated; undefined where it ends none. */
  readonly length: number | undefined
  /** The number of its message; undefined for a control frame. */
  readonly message: number | undefined
  /** Whether it is the last frame of a message. */
  readonly ends: boolean
  readonly compressed: boolean
  readonly redacted: boolean
  /** Whether there is more than the preview. */
  readonly cut: boolean
  /** Of a pong: milliseconds since its ping. */
  readonly rtt: number | undefined
  /** The number of the topic it was published to; 0 for none. */
  readonly topic: number
  /** Its first bytes: of the message where it ends one, else of the frame. */
  readonly preview: Uint8Array
}

/** What a row carries. */
export type RowKind = 'text' | 'binary' | 'fragment' | 'ping' | 'pong' | 'close' | 'reserved'

export function rowAt({ segment, index }: RowPlace): Row {
  const bits = segment.bits[index]!
  const [length, message, rtt] = [
    segment.length[index]!,
    segment.message[index]!,
    segment.rtt[index]!,
  ]
  return {
    number: segment.first + index,
    connection: segment.connection[index]!,
    at: segment.at[index]!,
    direction: bits & RowBit.transmit ? 'sent' : 'received',
    opcode: bits & 0xf,
    kind: kindOf(bits),
    fin: (bits & RowBit.fin) !== 0,
    rsv: (bits >> 4) & 7,
    maskKey: bits & RowBit.masked ? segment.maskKey[index]! : undefined,
    wireLength: segment.wireLength[index]!,
    length: length < 0 ? undefined : length,
    message: message < 0 ? undefined : message,
    ends: (bits & RowBit.ends) !== 0,
    compressed: (bits & RowBit.compressed) !== 0,
    redacted: (bits & RowBit.redacted) !== 0,
    cut: (bits & RowBit.cut) !== 0,
    rtt: Number.isNaN(rtt) ? undefined : rtt,
    topic: segment.topic[index]!,
    preview: segment.preview(index),
  }
}

/** @param bits As in the column `bits`. */
export function kindOf(bits: number): RowKind {
  if (bits & RowBit.ends) return bits & RowBit.text ? 'text' : 'binary'
  return kinds[bits & 0xf] ?? 'reserved'
}

/** By opcode, of frames that end no message. */
const kinds: Readonly<Record<number, RowKind>> = {
  0: 'fragment',
  1: 'fragment',
  2: 'fragment',
  8: 'close',
  9: 'ping',
  10: 'pong',
}

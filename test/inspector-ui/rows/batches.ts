import {
  decodeRowBatch,
  encodeRowBatch,
  type RowBatch,
} from '../../../src/inspect/feed/row-batch.ts'
import type { FrameRecord } from '../../../src/inspect/recording/records.ts'

/** A whole text message in one frame, from a client; or whatever is said instead. */
export function frame(number: number, text: string, more: Partial<FrameRecord> = {}): FrameRecord {
  const payload = new TextEncoder().encode(text)
  return {
    number,
    connection: 0,
    at: 1000 + number,
    direction: 'receive',
    fin: true,
    rsv: 0,
    opcode: 1,
    maskKey: undefined,
    length: payload.length,
    payload,
    inMessage: number,
    message: {
      number,
      opcode: 1,
      compressed: false,
      frames: 1,
      wireLength: payload.length,
      length: payload.length,
      payload,
      redacted: false,
    },
    rtt: undefined,
    topic: undefined,
    ...more,
  }
}

/** A control frame. */
export function control(number: number, opcode: number, more: Partial<FrameRecord> = {}) {
  return frame(number, '', { opcode, message: undefined, inMessage: undefined, ...more })
}

/** Frames as the feed brings them. */
export function batch(...frames: readonly FrameRecord[]): RowBatch {
  const bytes = encodeRowBatch(frames, 0, () => 0)
  return decodeRowBatch(bytes.buffer as ArrayBuffer)!
}

/** So many small messages, from a number on. */
export function messages(first: number, count: number): RowBatch {
  return batch(...Array.from({ length: count }, (_, at) => frame(first + at, `m${first + at}`)))
}

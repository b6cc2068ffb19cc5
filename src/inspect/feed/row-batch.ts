import { Opcode } from '../../core/opcode.ts'
import type { FrameRecord } from '../recording/records.ts'

/**
 * Rows on their way to the page, one for each frame: columns of numbers, and behind them the first bytes of
 * each. A batch is not read but looked at: its columns are views of what came, to be copied into larger ones.
 *
 * | at | what                                                                                     |
 * | -- | ---------------------------------------------------------------------------------------- |
 * | 0  | 1 byte: the version of this layout; 3 bytes of nothing                                    |
 * | 4  | Uint32: how many rows there are                                                          |
 * | 8  | Float64: the number of the first; they count up                                          |
 * | 16 | Float64: how many rows before the first the page will never get                          |
 * | 24 | the columns of `RowColumns` in their order, each a whole array, little-endian            |
 * |    | the previews, one behind the other                                                       |
 */
export interface RowBatch extends RowColumns {
  /** The number of the first frame; those that follow count up. */
  readonly first: number
  readonly count: number
  /** How many frames before the first made room before they could be sent. */
  readonly missed: number
  /** All previews; that of row `i` ends at `previewEnd[i]` and begins where the one before ends. */
  readonly previews: Uint8Array
}

/** What a row says besides its number; the widest elements first, so that all of them are aligned. */
export interface RowColumns {
  /** Milliseconds since 1970, with a fraction: when the last byte of the frame came or went. */
  readonly at: Float64Array
  /** Bytes of payload on the wire, of this frame. */
  readonly wireLength: Float64Array
  /** Bytes of the message that this frame ends, inflated; -1 where it ends none, or cannot be inflated. */
  readonly length: Float64Array
  /** Of a pong: milliseconds since its ping; NaN for other frames. */
  readonly rtt: Float32Array
  readonly connection: Uint32Array
  /** The masking key as one big-endian number; it says something where `RowBit.masked` is set. */
  readonly maskKey: Uint32Array
  /** The number of the message it belongs to, in its direction of its connection; -1 for a control frame. */
  readonly message: Int32Array
  readonly previewEnd: Uint32Array
  /** The opcode in the lowest four bits, and {@link RowBit}. */
  readonly bits: Uint16Array
  /** The topic it was published to, as told by a `topic` message; 0 for none. */
  readonly topic: Uint16Array
}

/** How the flags of a row lie in its `bits`, above the opcode. */
export const RowBit = {
  rsv3: 0x10,
  rsv2: 0x20,
  rsv1: 0x40,
  fin: 0x80,
  masked: 0x100,
  /** Sent by the end that records; else received. */
  transmit: 0x200,
  /** Ends a message: `length` and the preview are those of the whole message, inflated. */
  ends: 0x400,
  /** The message that it ends is text; else it is binary. */
  text: 0x800,
  /** The message that it ends was compressed. */
  compressed: 0x1000,
  /** A secret was taken out of it. */
  redacted: 0x2000,
  /** There is more to see than the preview, by asking for it. */
  cut: 0x4000,
} as const

/** Bytes of a payload in a row, at most. */
export const mostPreview = 200

const version = 1
const headSize = 24
const columnOrder = [
  ['at', Float64Array],
  ['wireLength', Float64Array],
  ['length', Float64Array],
  ['rtt', Float32Array],
  ['connection', Uint32Array],
  ['maskKey', Uint32Array],
  ['message', Int32Array],
  ['previewEnd', Uint32Array],
  ['bits', Uint16Array],
  ['topic', Uint16Array],
] as const
const rowSize = columnOrder.reduce((sum, [, Column]) => sum + Column.BYTES_PER_ELEMENT, 0)

/**
 * @param frames Their numbers count up.
 * @param missed How many frames before them were lost.
 * @param topicOf The number of the topic that a frame was published to; 0 for none.
 */
export function encodeRowBatch(
  frames: readonly FrameRecord[],
  missed: number,
  topicOf: (frame: FrameRecord) => number,
): Uint8Array {
  const previews = frames.map(previewOf)
  const previewBytes = previews.reduce((sum, preview) => sum + preview.length, 0)
  const buffer = new ArrayBuffer(headSize + frames.length * rowSize + previewBytes)
  const head = new DataView(buffer)
  head.setUint8(0, version)
  head.setUint32(4, frames.length, true)
  head.setFloat64(8, frames[0]?.number ?? 0, true)
  head.setFloat64(16, missed, true)
  const columns = columnsOf(buffer, frames.length)
  const bytes = new Uint8Array(buffer, headSize + frames.length * rowSize)
  let end = 0
  for (const [at, frame] of frames.entries()) {
    bytes.set(previews[at]!, end)
    end += previews[at]!.length
    columns.previewEnd[at] = end
    columns.topic[at] = topicOf(frame)
    writeRow(columns, at, frame)
  }
  return new Uint8Array(buffer)
}

/** @returns `undefined` for bytes that are no batch of this version. */
export function decodeRowBatch(buffer: ArrayBuffer): RowBatch | undefined {
  if (buffer.byteLength < headSize) return undefined
  const head = new DataView(buffer)
  const count = head.getUint32(4, true)
  if (head.getUint8(0) !== version) return undefined
  if (buffer.byteLength < headSize + count * rowSize) return undefined
  return {
    first: head.getFloat64(8, true),
    count,
    missed: head.getFloat64(16, true),
    ...columnsOf(buffer, count),
    previews: new Uint8Array(buffer, headSize + count * rowSize),
  }
}

/** Typed arrays have the order of bytes of the machine, which is little-endian wherever Node and browsers run. */
function columnsOf(buffer: ArrayBuffer, count: number): RowColumns {
  let at = headSize
  const columns: Record<string, unknown> = {}
  for (const [name, Column] of columnOrder) {
    columns[name] = new Column(buffer, at, count)
    at += count * Column.BYTES_PER_ELEMENT
  }
  return columns as unknown as RowColumns
}

function writeRow(columns: RowColumns, at: number, frame: FrameRecord): void {
  columns.at[at] = frame.at
  columns.wireLength[at] = frame.length
  columns.length[at] = frame.message?.length ?? -1
  columns.rtt[at] = frame.rtt ?? Number.NaN
  columns.connection[at] = frame.connection
  columns.maskKey[at] = frame.maskKey ?? 0
  columns.message[at] = frame.inMessage ?? -1
  columns.bits[at] = bitsOf(frame)
}

function bitsOf(frame: FrameRecord): number {
  const { opcode, rsv, fin, maskKey, direction, message } = frame
  const payload = shown(frame)
  const whole = message ? message.length : frame.length
  return (
    opcode |
    (rsv << 4) |
    (fin ? RowBit.fin : 0) |
    (maskKey === undefined ? 0 : RowBit.masked) |
    (direction === 'transmit' ? RowBit.transmit : 0) |
    (message ? RowBit.ends : 0) |
    (message?.opcode === Opcode.text ? RowBit.text : 0) |
    (message?.compressed ? RowBit.compressed : 0) |
    (message?.redacted ? RowBit.redacted : 0) |
    (whole !== undefined && whole > Math.min(payload.length, mostPreview) ? RowBit.cut : 0)
  )
}

const noBytes = new Uint8Array(0)

/** What there is to see of a frame: its message, where it ends one. */
function shown({ message, payload }: FrameRecord): Uint8Array {
  return (message ? message.payload : payload) ?? noBytes
}

function previewOf(frame: FrameRecord): Uint8Array {
  return shown(frame).subarray(0, mostPreview)
}

import type { FrameHeader } from '../../core/frame-header.ts'
import { isControl, Opcode } from '../../core/opcode.ts'
import { FrameReader, type WholeFrame } from './frame-reader.ts'
import { type MessageInflater, mostInflated } from './message-inflater.ts'
import type { Counts, Direction, FrameRecord, MessageRecord } from './records.ts'
import type { Redaction } from './redaction.ts'

/** A message that is being recorded. */
interface OpenMessage {
  readonly record: { -readonly [Key in keyof MessageRecord]: MessageRecord[Key] }
  /** What has come of it, as far as it is needed. */
  parts: Uint8Array[]
  kept: number
}

/** What a direction needs of the recording. */
export interface DirectionSettings {
  readonly direction: Direction
  readonly masked: boolean
  /** Bytes of a payload that are stored. */
  readonly cut: number
  readonly redaction: Redaction
  /** `undefined` where nothing is compressed. */
  readonly inflater: MessageInflater | undefined
}

/** A frame without what only the recording knows. */
export type DirectionFrame = Omit<FrameRecord, 'number' | 'connection' | 'rtt' | 'at'>

/** Makes frames and messages of the bytes of one direction. */
export class DirectionRecorder {
  readonly counts: Counts = { frames: 0, messages: 0, wireBytes: 0, messageBytes: 0 }
  readonly #settings: DirectionSettings
  readonly #onFrame: (frame: DirectionFrame) => void
  readonly #reader: FrameReader
  #message: OpenMessage | undefined

  constructor(settings: DirectionSettings, onFrame: (frame: DirectionFrame) => void) {
    this.#settings = settings
    this.#onFrame = onFrame
    const most = (header: FrameHeader): number => this.#most(header)
    this.#reader = new FrameReader(settings.masked, most, (frame) => this.#frame(frame))
  }

  /** @returns Why nothing can be read any more, if so. */
  read(bytes: Uint8Array): string | undefined {
    this.counts.wireBytes += bytes.length
    return this.#reader.read(bytes)
  }

  /** To inflate a message all of it is needed. */
  #most({ opcode, rsv }: FrameHeader): number {
    if (isControl(opcode)) return 125
    const compressed =
      opcode === Opcode.continuation ? this.#message?.record.compressed : this.#isCompressed(rsv)
    return compressed ? mostInflated : this.#settings.cut
  }

  /** RFC 7692 §6: RSV1 on the first frame. */
  #isCompressed(rsv: number): boolean {
    return this.#settings.inflater !== undefined && (rsv & 4) !== 0
  }

  #frame({ fin, rsv, opcode, length, maskKey, payload }: WholeFrame): void {
    const { direction, cut } = this.#settings
    this.counts.frames++
    const frame = { direction, fin, rsv, opcode, length, maskKey }
    if (isControl(opcode)) return this.#onFrame({ ...frame, payload, message: undefined })
    if (opcode !== Opcode.continuation) this.#begin(opcode, rsv)
    // A continuation of nothing: the peer's fault, and recorded as such.
    const open = this.#message
    if (!open)
      return this.#onFrame({ ...frame, payload: payload.slice(0, cut), message: undefined })
    const { record } = open
    record.frames++
    record.wireLength += length
    this.#keep(open, payload)
    if (fin) this.#finish(open)
    const stored = this.#withheld(open, fin) ? undefined : cutTo(payload, cut)
    this.#onFrame({ ...frame, payload: stored, message: record })
  }

  #begin(opcode: number, rsv: number): void {
    const record = {
      number: this.counts.messages++,
      opcode,
      compressed: this.#isCompressed(rsv),
      frames: 0,
      wireLength: 0,
      length: undefined,
      payload: undefined,
      redacted: false,
    }
    this.#message = { record, parts: [], kept: 0 }
  }

  #keep(open: OpenMessage, payload: Uint8Array): void {
    const most = open.record.compressed ? mostInflated : this.#settings.cut
    const room = most - open.kept
    if (payload.length === 0 || room <= 0) return
    // Not a view of it: the message of one frame shares its bytes, and they are counted once.
    const part = payload.length <= room ? payload : payload.subarray(0, room)
    open.parts.push(part)
    open.kept += part.length
  }

  #finish({ record, parts, kept }: OpenMessage): void {
    this.#message = undefined
    const { cut, inflater, redaction } = this.#settings
    let payload: Uint8Array | undefined = joined(parts, kept)
    record.length = record.wireLength
    if (record.compressed) {
      payload = inflater?.inflate(kept === record.wireLength ? payload : undefined)
      record.length = payload?.length
    }
    this.counts.messageBytes += record.length ?? record.wireLength
    record.payload = payload && cutTo(payload, cut)
    if (record.opcode !== Opcode.text || !record.payload || !redaction.looksInside) return
    const safe = redaction.payload(record.payload)
    if (!safe) return
    record.payload = safe
    record.redacted = true
  }

  /**
   * Whether the bytes of a frame may hold a secret: those of a message that has one, and those of a text in
   * fragments, of which nobody knows yet.
   */
  #withheld({ record }: OpenMessage, fin: boolean): boolean {
    if (record.opcode !== Opcode.text || !this.#settings.redaction.looksInside) return false
    return record.redacted || !fin || record.frames > 1
  }
}

/** Not a view of something larger, which would stay in memory. */
function cutTo(bytes: Uint8Array, most: number): Uint8Array {
  return bytes.length > most || bytes.byteLength < bytes.buffer.byteLength
    ? bytes.slice(0, most)
    : bytes
}

function joined(parts: readonly Uint8Array[], length: number): Uint8Array {
  if (parts.length === 1) return parts[0]!
  const whole = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

import type { FrameEntry } from './frame-ring.ts'
import type { FrameRecord } from './records.ts'

/** What a row says of a frame, and where in the log its payload is. */
export type FrameRow = Omit<FrameRecord, 'number' | 'payload' | 'message' | 'topic'> & {
  readonly position: number
  /** Bytes of the payload that are there; -1 where none may be. */
  readonly stored: number
  readonly plain: boolean
}

/** Bytes of a row: one line of the caches of usual processors, for a frame is to cost no more than one. */
const rowSize = 64
const floats = rowSize / 8
const integers = rowSize / 4

/** Where in a row the 64-bit numbers are, and behind them the 32-bit ones. */
const Float = { at: 0, rtt: 1, length: 2, position: 3 } as const
const Integer = { stored: 8, connection: 9, maskKey: 10, inMessage: 11, bits: 12 } as const

/** How the flags of a frame lie in its bits; the opcode is in the lowest four. */
const Bit = { rsv: 4, fin: 1 << 7, masked: 1 << 8, transmit: 1 << 9, plain: 1 << 10 } as const

/** Frames without their payloads, in one piece of memory: writing one makes nothing. */
export class FrameRows {
  readonly count: number
  readonly #floats: Float64Array
  readonly #integers: Int32Array

  constructor(count: number) {
    const memory = new ArrayBuffer(count * rowSize)
    this.count = count
    this.#floats = new Float64Array(memory)
    this.#integers = new Int32Array(memory)
  }

  write(row: number, entry: FrameEntry, position: number): void {
    const { payload, maskKey } = entry
    const float = row * floats
    const integer = row * integers
    this.#floats[float + Float.at] = entry.at
    this.#floats[float + Float.rtt] = entry.rtt ?? Number.NaN
    this.#floats[float + Float.length] = entry.length
    this.#floats[float + Float.position] = position
    this.#integers[integer + Integer.stored] = payload ? entry.stored : -1
    this.#integers[integer + Integer.connection] = entry.connection
    this.#integers[integer + Integer.maskKey] = maskKey ?? 0
    this.#integers[integer + Integer.inMessage] = entry.inMessage ?? -1
    this.#integers[integer + Integer.bits] =
      entry.opcode |
      (entry.rsv << Bit.rsv) |
      (entry.fin ? Bit.fin : 0) |
      (maskKey === undefined ? 0 : Bit.masked) |
      (entry.direction === 'transmit' ? Bit.transmit : 0) |
      (entry.plain ? Bit.plain : 0)
  }

  read(row: number): FrameRow {
    const float = row * floats
    const integer = row * integers
    const bits = this.#integers[integer + Integer.bits]!
    const rtt = this.#floats[float + Float.rtt]!
    const inMessage = this.#integers[integer + Integer.inMessage]!
    const maskKey = this.#integers[integer + Integer.maskKey]! >>> 0
    return {
      connection: this.#integers[integer + Integer.connection]!,
      at: this.#floats[float + Float.at]!,
      direction: bits & Bit.transmit ? 'transmit' : 'receive',
      fin: (bits & Bit.fin) !== 0,
      rsv: (bits >> Bit.rsv) & 7,
      opcode: bits & 15,
      maskKey: bits & Bit.masked ? maskKey : undefined,
      length: this.#floats[float + Float.length]!,
      rtt: Number.isNaN(rtt) ? undefined : rtt,
      inMessage: inMessage < 0 ? undefined : inMessage,
      position: this.#floats[float + Float.position]!,
      stored: this.#integers[integer + Integer.stored]!,
      plain: (bits & Bit.plain) !== 0,
    }
  }

  /** Where the payload of a row ends in the log; `undefined` when it has none there. */
  endOf(row: number): number | undefined {
    const stored = this.#integers[row * integers + Integer.stored]!
    return stored > 0 ? this.#floats[row * floats + Float.position]! + stored : undefined
  }

  copy(from: FrameRows, row: number, to: number): void {
    const start = row * floats
    this.#floats.set(from.#floats.subarray(start, start + floats), to * floats)
  }
}

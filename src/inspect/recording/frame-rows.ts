import type { Direction } from './records.ts'

/** What a row says of a frame. */
export interface FrameRow {
  readonly at: number
  /** Where in the bytes of its segment its payload is. */
  readonly position: number
  /** Bytes of the payload that are there; -1 where none may be. */
  readonly stored: number
  readonly connection: number
  readonly inMessage: number | undefined
  readonly direction: Direction
  readonly fin: boolean
  readonly rsv: number
  readonly opcode: number
  readonly masked: boolean
  /** Whether it is a message by itself, of which nothing is to be said that the frame does not say. */
  readonly plain: boolean
  /** Whether all of it is there as it was on the wire: its masking key is in front of its payload. */
  readonly wire: boolean
}

/** Bytes of a row: half a line of the caches of usual processors. */
const rowSize = 32
const floats = rowSize / 8
const integers = rowSize / 4

/** Where in a row the time is, and where its 32-bit numbers are. */
const Float = { at: 0 } as const
const Integer = { position: 2, stored: 3, connection: 4, inMessage: 5, bits: 6 } as const

/** How the flags of a frame lie in its bits; the opcode is in the lowest four. */
export const Bit = {
  rsv: 4,
  fin: 0x80,
  masked: 0x100,
  transmit: 0x200,
  plain: 0x400,
  wire: 0x800,
} as const

/** Frames without their payloads, in one piece of memory: writing one makes nothing. */
export class FrameRows {
  readonly #memory: ArrayBuffer
  readonly #floats: Float64Array
  readonly #integers: Int32Array

  private constructor(memory: ArrayBuffer) {
    this.#memory = memory
    this.#floats = new Float64Array(memory)
    this.#integers = new Int32Array(memory)
  }

  static of(count: number): FrameRows {
    return new FrameRows(new ArrayBuffer(count * rowSize))
  }

  /** A copy of the first rows. @param into Rows that nobody needs any more, to take if they are as many. */
  copy(count: number, into?: FrameRows): FrameRows {
    const { byteLength } = this.#memory
    const fits = into && into.#memory.byteLength === byteLength
    const rows = fits ? into : FrameRows.of(byteLength / rowSize)
    rows.#floats.set(this.#floats.subarray(0, count * floats))
    return rows
  }

  /** Just the first rows. */
  slice(count: number): FrameRows {
    return new FrameRows(this.#memory.slice(0, count * rowSize))
  }

  /** @param inMessage -1 for none. */
  write(
    row: number,
    bits: number,
    at: number,
    position: number,
    stored: number,
    connection: number,
    inMessage: number,
  ): void {
    const float = row * floats
    const integer = row * integers
    this.#floats[float + Float.at] = at
    this.#integers[integer + Integer.position] = position
    this.#integers[integer + Integer.stored] = stored
    this.#integers[integer + Integer.connection] = connection
    this.#integers[integer + Integer.inMessage] = inMessage
    this.#integers[integer + Integer.bits] = bits
  }

  read(row: number): FrameRow {
    const float = row * floats
    const integer = row * integers
    const bits = this.#integers[integer + Integer.bits]!
    const inMessage = this.#integers[integer + Integer.inMessage]!
    return {
      at: this.#floats[float + Float.at]!,
      position: this.#integers[integer + Integer.position]!,
      stored: this.#integers[integer + Integer.stored]!,
      connection: this.#integers[integer + Integer.connection]!,
      inMessage: inMessage < 0 ? undefined : inMessage,
      direction: bits & Bit.transmit ? 'transmit' : 'receive',
      fin: (bits & Bit.fin) !== 0,
      rsv: (bits >> Bit.rsv) & 7,
      opcode: bits & 15,
      masked: (bits & Bit.masked) !== 0,
      plain: (bits & Bit.plain) !== 0,
      wire: (bits & Bit.wire) !== 0,
    }
  }
}

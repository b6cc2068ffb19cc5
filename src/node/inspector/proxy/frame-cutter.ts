import { isControl } from '../../../core/index.ts'

/** Bytes of one frame, or a part of them. */
export interface Piece {
  readonly bytes: Uint8Array
  /** Whether it has the first byte of the frame, and the last. */
  readonly begins: boolean
  readonly ends: boolean
  readonly opcode: number
}

/** 2 bytes, 8 of extended length, 4 of masking key (RFC 6455 §5.2). */
const longestHeader = 14

/**
 * Finds where frames begin and end, and judges nothing: what goes through a proxy may break any rule, or
 * follow those of an extension that nobody here has heard of.
 */
export class FrameCutter {
  readonly #head = new DataView(new ArrayBuffer(longestHeader))
  #headLength = 0
  /** Payload bytes that are still to come; -1 while the header is not whole. */
  #owed = -1
  #inMessage = false

  /** Whether a frame is whole, so that another may be put behind it; a data frame only behind a whole message. */
  admits(opcode: number): boolean {
    return this.#headLength === 0 && (isControl(opcode) || !this.#inMessage)
  }

  *cut(chunk: Uint8Array): Iterable<Piece> {
    for (let at = 0; at < chunk.length;) {
      const start = at
      const begins = this.#headLength === 0
      while (at < chunk.length && this.#owed < 0) this.#readHead(chunk[at++]!)
      if (this.#owed > 0) {
        const taken = Math.min(this.#owed, chunk.length - at)
        this.#owed -= taken
        at += taken
      }
      const ends = this.#owed === 0
      const first = this.#head.getUint8(0)
      const opcode = first & 15
      if (ends) {
        // RFC 6455 §5.4: a message is over with the frame that has FIN.
        if (!isControl(opcode)) this.#inMessage = first < 0x80
        this.#headLength = 0
        this.#owed = -1
      }
      yield { bytes: chunk.subarray(start, at), begins, ends, opcode }
    }
  }

  #readHead(byte: number): void {
    this.#head.setUint8(this.#headLength++, byte)
    if (this.#headLength < 2) return
    const second = this.#head.getUint8(1)
    const short = second & 0x7f
    const extended = short < 126 ? 0 : short === 126 ? 2 : 8
    if (this.#headLength < 2 + extended + (second >= 0x80 ? 4 : 0)) return
    if (extended === 0) this.#owed = short
    else if (extended === 2) this.#owed = this.#head.getUint16(2)
    // Beyond 2^53 this is inexact, and never comes to its end all the same.
    else this.#owed = Number(this.#head.getBigUint64(2))
  }
}

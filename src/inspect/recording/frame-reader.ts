import type { FrameHeader } from '../../core/frame-header.ts'
import { FrameParser } from '../../core/frame-parser.ts'

/** A frame that has come whole, with the start of its payload. */
export interface WholeFrame extends FrameHeader {
  readonly maskKey: number | undefined
  /** At most as many bytes as are kept, unmasked. */
  readonly payload: Uint8Array
}

const noBytes = new Uint8Array(0)

/** Reads the frames of one direction, and keeps the start of each payload. */
export class FrameReader {
  readonly #parser: FrameParser
  readonly #onFrame: (frame: WholeFrame) => void
  readonly #most: (header: FrameHeader) => number
  #header: FrameHeader = { fin: false, rsv: 0, opcode: 0, length: 0, masked: false }
  #maskKey: number | undefined
  #payload: Uint8Array = noBytes
  #filled = 0
  /** How many bytes of the payload are kept. */
  #limit = 0

  /**
   * @param masked Whether frames of this direction are masked (RFC 6455 §5.1).
   * @param most How many bytes of the payload of a frame to keep.
   */
  constructor(
    masked: boolean,
    most: (header: FrameHeader) => number,
    onFrame: (frame: WholeFrame) => void,
  ) {
    this.#most = most
    this.#onFrame = onFrame
    this.#parser = new FrameParser(
      {
        frameStart: (header) => this.#start(header),
        framePayload: (bytes) => this.#keep(bytes),
        frameEnd: () => this.#end(),
      },
      masked,
    )
    // Whether a bit means something is the connection's to judge.
    this.#parser.knownRsv = 7
  }

  /** Takes a copy: the parser unmasks in place. @returns Why nothing can be read any more, if so. */
  read(bytes: Uint8Array): string | undefined {
    const chunk = bytes.slice()
    for (let at = 0; at < chunk.length;) at = this.#parser.next(chunk, at)
    return this.#parser.error?.message
  }

  #start(header: FrameHeader): undefined {
    const { fin, rsv, opcode, length, masked } = header
    this.#header = { fin, rsv, opcode, length, masked }
    this.#maskKey = masked ? this.#parser.maskKey : undefined
    this.#limit = Math.min(length, this.#most(header))
    // Memory grows with what has come, not with what was announced.
    this.#payload = this.#limit === 0 ? noBytes : new Uint8Array(Math.min(this.#limit, 4096))
    this.#filled = 0
    return undefined
  }

  #keep(bytes: Uint8Array): undefined {
    const kept = bytes.subarray(0, this.#limit - this.#filled)
    const needed = this.#filled + kept.length
    if (needed > this.#payload.length) {
      const larger = new Uint8Array(
        Math.min(this.#limit, Math.max(needed, this.#payload.length * 2)),
      )
      larger.set(this.#payload.subarray(0, this.#filled))
      this.#payload = larger
    }
    this.#payload.set(kept, this.#filled)
    this.#filled = needed
    return undefined
  }

  #end(): undefined {
    const whole = this.#filled === this.#payload.length
    const payload = whole ? this.#payload : this.#payload.slice(0, this.#filled)
    this.#payload = noBytes
    this.#onFrame({ ...this.#header, maskKey: this.#maskKey, payload })
    return undefined
  }
}

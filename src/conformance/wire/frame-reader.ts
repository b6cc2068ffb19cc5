import { applyMask, isControl, opcodeName } from '../../core/index.ts'

/** A frame as it came, right or wrong. */
export interface SeenFrame {
  readonly fin: boolean
  readonly rsv: number
  readonly opcode: number
  /** The masking key; `undefined` when there was none. */
  readonly key: number | undefined
  readonly payload: Uint8Array
  /** The header and the beginning of the payload, as they came. */
  readonly raw: Uint8Array
  /** What is wrong with its header by itself. */
  readonly faults: readonly string[]
}

/** So much of a frame is kept for the transcript. */
export const keptBytes = 4096

/**
 * Reads the frames of the endpoint. The core's parser stops at the first fault; here the faults are
 * what is looked for, so everything is read that has a length.
 */
export class FrameReader {
  readonly #fromClient: boolean
  #chunks: Uint8Array[] = []
  #length = 0
  #needed = 2

  constructor(fromClient: boolean) {
    this.#fromClient = fromClient
  }

  /** Bytes of a frame that is not whole. */
  get pending(): number {
    return this.#length
  }

  *push(chunk: Uint8Array): Generator<SeenFrame> {
    this.#chunks.push(chunk)
    this.#length += chunk.length
    while (this.#length >= this.#needed) {
      const bytes = joined(this.#chunks)
      this.#chunks = [bytes]
      const size = frameSize(bytes)
      this.#needed = size.needed
      if (bytes.length < size.needed || size.header === undefined) continue
      yield this.#frame(bytes.subarray(0, size.needed), size.header)
      this.#chunks = [bytes.subarray(size.needed)]
      this.#length -= size.needed
      this.#needed = 2
    }
  }

  #frame(bytes: Buffer, header: number): SeenFrame {
    const raw = Buffer.from(bytes.subarray(0, keptBytes))
    const payload = Buffer.from(bytes.subarray(header))
    const masked = bytes[1]! >= 0x80
    const key = masked ? bytes.readUInt32BE(header - 4) : undefined
    if (key !== undefined) applyMask(payload, key, 0)
    const fin = bytes[0]! >= 0x80
    const opcode = bytes[0]! & 0xf
    const faults: string[] = []
    if (masked !== this.#fromClient) {
      faults.push(
        masked ? 'a server sent a masked frame (§5.1)' : 'a client sent an unmasked frame (§5.1)',
      )
    }
    if ((opcode > 2 && opcode < 8) || opcode > 10)
      faults.push(`opcode ${opcode} is reserved (§5.2)`)
    if (isControl(opcode) && !fin) faults.push(`a fragmented ${opcodeName(opcode)} (§5.5)`)
    if (isControl(opcode) && payload.length > 125) {
      faults.push(`a ${opcodeName(opcode)} of ${payload.length} bytes (§5.5)`)
    }
    const short = bytes[1]! & 0x7f
    if ((short === 126 && payload.length < 126) || (short === 127 && payload.length < 65_536)) {
      faults.push(`a length of ${payload.length} not in its shortest form (§5.2)`)
    }
    return { fin, rsv: (bytes[0]! >> 4) & 7, opcode, key, payload, raw, faults }
  }
}

function joined([first, ...more]: readonly Uint8Array[]): Buffer {
  if (more.length > 0) return Buffer.concat([first!, ...more])
  return Buffer.from(first!.buffer, first!.byteOffset, first!.byteLength)
}

/** How long the header of a frame is. */
export function headerLength(frame: Uint8Array): number {
  return frameSize(joined([frame])).header ?? frame.length
}

/** How many bytes are needed to go on, and the size of the header once it is there. */
function frameSize(bytes: Buffer): { needed: number; header?: number } {
  const short = bytes[1]! & 0x7f
  const extended = short < 126 ? 0 : short === 126 ? 2 : 8
  const header = 2 + extended + (bytes[1]! >= 0x80 ? 4 : 0)
  if (bytes.length < header) return { needed: header }
  if (extended === 0) return { needed: header + short, header }
  const length = extended === 2 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2))
  return { needed: header + length, header }
}

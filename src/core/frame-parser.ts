import { RemoteProtocolError } from '../errors/index.ts'
import { CloseCode } from './close-code.ts'
import type { FrameHeader } from './frame-header.ts'
import { applyMask } from './mask.ts'
import { isControl, Opcode, opcodeName } from './opcode.ts'
import type { Ports } from './ports.ts'

/** Where the parser puts what it reads. An error returned from a call fails the connection. */
export interface FrameSink {
  /** A frame begins. `header` is the parser's own and changes with the next frame. */
  frameStart(header: FrameHeader): RemoteProtocolError | undefined
  /** The next bytes of its payload, unmasked; a view of the chunk, never empty. */
  framePayload(bytes: Uint8Array): RemoteProtocolError | undefined
  /** The frame is whole. */
  frameEnd(): RemoteProtocolError | undefined
}

/** The header that is being read. One for all parsers: its sink has seen it before another one is read. */
const header = { fin: false, rsv: 0, opcode: 0, length: 0, masked: false }

type Unmasking = Pick<Ports, 'unmask'>

/** 2 bytes, 8 of extended length, 4 of masking key (RFC 6455 §5.2). */
const longestHeader = 14

/**
 * Reads frames from bytes at any split (RFC 6455 §5). It keeps no payload: whatever part of one lies in
 * a chunk is unmasked in place and handed on at once.
 */
export class FrameParser {
  readonly #sink: FrameSink
  /** A server refuses unmasked frames, a client masked ones (RFC 6455 §5.1). */
  readonly #wantsMask: boolean
  readonly #unmask: typeof applyMask
  /** The reserved bits to which an extension has given a meaning, on the first frame of a message. */
  knownRsv = 0

  /** The bytes of a header that the last chunk cut off. */
  #held: Uint8Array | undefined
  #heldLength = 0
  #key = 0
  /** Where in the key the next payload byte is. Counted up: `#owed` is inexact beyond 2^53. */
  #phase = 0
  /** Payload bytes of the current frame that are still to come; -1 between frames. */
  #owed = -1
  #error: RemoteProtocolError | undefined

  constructor(sink: FrameSink, wantsMask: boolean, { unmask = applyMask }: Unmasking = {}) {
    this.#sink = sink
    this.#wantsMask = wantsMask
    this.#unmask = unmask
  }

  /** Why the connection must be failed; the parser reads nothing after it. */
  get error(): RemoteProtocolError | undefined {
    return this.#error
  }

  /** The masking key of the current frame as one big-endian number; 0 where none is wanted. */
  get maskKey(): number {
    return this.#key
  }

  /** Whether a frame has begun and is not whole yet. */
  get midFrame(): boolean {
    return this.#owed >= 0 || this.#heldLength > 0
  }

  /**
   * Reads `chunk` from `at` to the end of the current frame or of the chunk, whichever comes first.
   * The chunk belongs to the parser: masked payload in it is unmasked in place.
   * @returns Where to go on reading.
   */
  next(chunk: Uint8Array, at: number): number {
    if (this.#error) return chunk.length
    if (this.#owed < 0) {
      at = this.#readHeader(chunk, at)
      if (this.#owed < 0) return at
    }
    if (this.#owed > 0) {
      if (at === chunk.length) return at
      at = this.#readPayload(chunk, at)
    }
    if (this.#owed === 0) {
      this.#owed = -1
      this.#error = this.#sink.frameEnd()
    }
    return at
  }

  #readPayload(chunk: Uint8Array, at: number): number {
    const end = Math.min(chunk.length, at + this.#owed)
    const bytes = chunk.subarray(at, end)
    if (this.#wantsMask) {
      this.#unmask(bytes, this.#key, this.#phase)
      this.#phase = (this.#phase + bytes.length) & 3
    }
    this.#owed -= bytes.length
    const error = this.#sink.framePayload(bytes)
    if (error) this.#fail(error)
    return end
  }

  /** Reads a header that is whole in `chunk`, or holds what there is of it until the next one. */
  #readHeader(chunk: Uint8Array, at: number): number {
    if (this.#heldLength > 0) return this.#completeHeader(chunk, at)
    const available = chunk.length - at
    if (available < 2 || available < sizeOf(chunk[at + 1]!)) {
      this.#held = new Uint8Array(longestHeader)
      return this.#completeHeader(chunk, at)
    }
    this.#decodeHeader(chunk, at)
    return at + sizeOf(chunk[at + 1]!)
  }

  #completeHeader(chunk: Uint8Array, at: number): number {
    const held = this.#held!
    while (at < chunk.length) {
      held[this.#heldLength++] = chunk[at++]!
      if (this.#heldLength < 2) continue
      if (this.#heldLength === sizeOf(held[1]!)) {
        this.#heldLength = 0
        this.#held = undefined
        this.#decodeHeader(held, 0)
        return at
      }
    }
    // What is wrong already is refused without waiting for the rest of the header.
    const error = this.#check(held, 0, this.#heldLength)
    if (error) this.#fail(error)
    return at
  }

  #decodeHeader(bytes: Uint8Array, at: number): void {
    const first = bytes[at]!
    const size = sizeOf(bytes[at + 1]!)
    const error = this.#check(bytes, at, size)
    if (error) return this.#fail(error)
    header.fin = first >= 0x80
    header.rsv = (first >> 4) & 7
    header.opcode = first & 0xf
    header.masked = this.#wantsMask
    if (header.masked) {
      this.#key = readUint32(bytes, at + size - 4)
      this.#phase = 0
    }
    this.#owed = header.length
    const refused = this.#sink.frameStart(header)
    if (refused) this.#fail(refused)
  }

  /** Checks the first `available` bytes of a header, and decodes the length once they hold it. */
  #check(bytes: Uint8Array, at: number, available: number): RemoteProtocolError | undefined {
    const first = bytes[at]!
    const error = this.#checkFirst(first)
    if (error || available < 2) return error
    const second = bytes[at + 1]!
    return this.#checkSecond(first, second) ?? this.#checkLength(bytes, at, available)
  }

  #checkFirst(first: number): RemoteProtocolError | undefined {
    const opcode = first & 0xf
    // RFC 6455 §5.2: a reserved bit that no extension defines fails the connection. Those that one
    // defines stand on the first frame of a message only (RFC 7692 §6.1).
    const begins = opcode === Opcode.text || opcode === Opcode.binary
    const unknown = (first >> 4) & 7 & ~(begins ? this.knownRsv : 0)
    if (unknown) {
      const bit = unknown & 4 ? 'RSV1' : unknown & 2 ? 'RSV2' : 'RSV3'
      return violation('ERR_FRAME_RSV', `reserved bit ${bit} is set and no extension defines it`)
    }
    // RFC 6455 §5.2: opcodes 3-7 and 11-15 are reserved.
    if ((opcode > Opcode.binary && opcode < Opcode.close) || opcode > Opcode.pong) {
      return violation('ERR_FRAME_OPCODE', `opcode 0x${opcode.toString(16)} is reserved`)
    }
    // RFC 6455 §5.5: control frames must not be fragmented.
    if (isControl(opcode) && first < 0x80) {
      return violation('ERR_CONTROL_FRAGMENTED', `a ${opcodeName(opcode)} frame without FIN`)
    }
    return undefined
  }

  #checkSecond(first: number, second: number): RemoteProtocolError | undefined {
    const masked = second >= 0x80
    if (masked !== this.#wantsMask) {
      return masked
        ? violation('ERR_FRAME_MASKED', 'a server must not mask its frames')
        : violation('ERR_FRAME_UNMASKED', 'a client must mask its frames')
    }
    // RFC 6455 §5.5: control frames carry at most 125 bytes.
    const opcode = first & 0xf
    const short = second & 0x7f
    if (isControl(opcode) && short > 125) {
      const message = `a ${opcodeName(opcode)} frame over 125 bytes (length code ${short})`
      return violation('ERR_CONTROL_LENGTH', message)
    }
    return undefined
  }

  #checkLength(bytes: Uint8Array, at: number, available: number): RemoteProtocolError | undefined {
    const short = bytes[at + 1]! & 0x7f
    let length = short
    if (short === 126) {
      if (available < 4) return undefined
      length = (bytes[at + 2]! << 8) | bytes[at + 3]!
      if (length < 126) return notShortest(length, 16)
    } else if (short === 127) {
      // RFC 6455 §5.2: the most significant bit must be 0.
      if (available > 2 && bytes[at + 2]! >= 0x80) {
        return violation('ERR_FRAME_LENGTH', 'a 64-bit length with its top bit set')
      }
      if (available < 10) return undefined
      // Beyond 2^53 this is inexact, and far beyond every limit all the same.
      length = readUint32(bytes, at + 2) * 2 ** 32 + readUint32(bytes, at + 6)
      if (length < 65_536) return notShortest(length, 64)
    }
    header.length = length
    return undefined
  }

  #fail(error: RemoteProtocolError): void {
    this.#error = error
    this.#owed = -1
    this.#heldLength = 0
  }
}

/** Bytes of a header by its second byte. */
function sizeOf(second: number): number {
  const short = second & 0x7f
  return (short < 126 ? 2 : short === 126 ? 4 : 10) + (second >= 0x80 ? 4 : 0)
}

function readUint32(bytes: Uint8Array, at: number): number {
  return (
    ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0
  )
}

function violation(code: RemoteProtocolError['code'], message: string): RemoteProtocolError {
  return new RemoteProtocolError(code, CloseCode.protocolError, message)
}

function notShortest(length: number, bits: number): RemoteProtocolError {
  return violation(
    'ERR_FRAME_LENGTH',
    `a length of ${length} written in ${bits} bits: the shortest form is required`,
  )
}

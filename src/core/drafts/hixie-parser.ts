import { RemoteProtocolError } from '../../errors/index.ts'
import { CloseCode } from '../close-code.ts'
import type { FrameSink } from '../frame-parser.ts'
import type { FrameReader } from '../framing.ts'
import type { Limits } from '../limits.ts'
import { Opcode } from '../opcode.ts'
import { PayloadBuffer } from '../payload-buffer.ts'

const noBytes = new Uint8Array(0)

/** The first byte of a frame of text, which ends with 0xFF: a byte that UTF-8 does not have. */
const textFrame = 0x00
/** The first byte of the closing handshake of hixie-76: a frame of this type without data. */
const closeFrame = 0xff

/** Seven bits each: more than a length that is within any limit needs. */
const mostLengthBytes = 8

/**
 * Reads the frames of hixie-75 and hixie-76 (draft-hixie-thewebsocketprotocol-76 §5.3), and hands them on
 * as the frames of RFC 6455 that they would be. A frame whose first byte is under 0x80 ends with 0xFF; one
 * from 0x80 on has its length behind that byte, in groups of seven bits. Text is the only type with a
 * meaning: the data of all others is discarded, as the draft says.
 */
export class HixieParser implements FrameReader {
  readonly #sink: FrameSink
  readonly #limit: number
  readonly #closes: boolean
  /** The reserved bits are those of frames that are not spoken here. */
  readonly knownRsv = 0

  /** The first byte of the current frame; -1 between frames. */
  #type = -1
  /** The bytes of text so far; or the length of the data, and what of it is to be discarded still. */
  #length = 0
  #lengthBytes = 0
  #discarding = false
  #gathered: PayloadBuffer | undefined
  #error: RemoteProtocolError | undefined

  /** @param closes Whether there is a close frame, as from hixie-76 on. */
  constructor(sink: FrameSink, closes: boolean, limits: Limits) {
    this.#sink = sink
    this.#closes = closes
    this.#limit = limits.message
  }

  get error(): RemoteProtocolError | undefined {
    return this.#error
  }

  get midFrame(): boolean {
    return this.#type >= 0
  }

  next(chunk: Uint8Array, at: number): number {
    if (this.#type < 0) return this.#begin(chunk[at]!, at)
    if (this.#type < 0x80) return this.#readUntilEnd(chunk, at)
    return this.#discarding ? this.#discard(chunk, at) : this.#readLength(chunk[at]!, at)
  }

  #begin(type: number, at: number): number {
    this.#type = type
    this.#length = 0
    this.#lengthBytes = 0
    this.#discarding = false
    return at + 1
  }

  #readUntilEnd(chunk: Uint8Array, at: number): number {
    const found = chunk.indexOf(0xff, at)
    const end = found < 0 ? chunk.length : found
    this.#length += end - at
    if (this.#length > this.#limit) return this.#tooLong(chunk)
    if (this.#type === textFrame) this.#readText(chunk.subarray(at, end), found >= 0)
    if (found < 0) return end
    this.#type = -1
    return end + 1
  }

  #readText(bytes: Uint8Array, isEnd: boolean): void {
    if (!this.#gathered && isEnd) return this.#emit(Opcode.text, bytes)
    this.#gathered ??= new PayloadBuffer()
    this.#gathered.append(bytes, this.#limit)
    if (!isEnd) return
    const text = this.#gathered.take()
    this.#gathered = undefined
    this.#emit(Opcode.text, text)
  }

  #readLength(byte: number, at: number): number {
    this.#length = this.#length * 128 + (byte & 0x7f)
    // Without this a peer could go on for ever with groups of zeros, and overflow the length with others.
    if (++this.#lengthBytes > mostLengthBytes) {
      const message = `a length of more than ${mostLengthBytes} groups of 7 bits`
      this.#error = new RemoteProtocolError('ERR_FRAME_LENGTH', CloseCode.protocolError, message)
    } else if (this.#length > this.#limit) {
      this.#tooLong(noBytes)
    } else if (byte < 0x80) {
      this.#lengthKnown()
    }
    return at + 1
  }

  #lengthKnown(): void {
    if (this.#length > 0) {
      this.#discarding = true
      return
    }
    if (this.#type === closeFrame && this.#closes) this.#emit(Opcode.close, noBytes)
    this.#type = -1
  }

  #discard(chunk: Uint8Array, at: number): number {
    const end = Math.min(chunk.length, at + this.#length)
    this.#length -= end - at
    if (this.#length === 0) this.#type = -1
    return end
  }

  #emit(opcode: Opcode, payload: Uint8Array): void {
    const { length } = payload
    const sink = this.#sink
    this.#type = -1
    this.#error = sink.frameStart({ fin: true, rsv: 0, opcode, length, masked: false })
    if (length > 0) this.#error ??= sink.framePayload(payload)
    this.#error ??= sink.frameEnd()
  }

  #tooLong(chunk: Uint8Array): number {
    const message = `message over the limit of ${this.#limit} bytes`
    this.#error = new RemoteProtocolError('ERR_LIMIT_MESSAGE', CloseCode.messageTooBig, message)
    return chunk.length
  }
}

import { headerSize, writeHeader } from './frame-header.ts'
import { applyMask } from './mask.ts'
import { Opcode } from './opcode.ts'
import type { Ports } from './ports.ts'

const slabSize = 65_536

/** Payloads up to this size are copied behind their header, so that one buffer is one write. */
const copyUpTo = 16_384

/** The longest text, in code units, that is encoded in its place. */
export const shortText: number = copyUpTo / 4

/**
 * Memory that small frames are encoded into, shared by all connections of an endpoint. It is only ever
 * filled forwards; a spent one is left to whoever still holds views of it.
 */
export class Slab {
  bytes: Uint8Array = new Uint8Array(slabSize)
  used = 0

  renew(): void {
    this.bytes = new Uint8Array(slabSize)
    this.used = 0
  }
}

/** The bytes that a connection has for its transport, in order; frames encoded one after the other share a buffer. */
export class Output {
  readonly #slab: Slab
  #chunks: Uint8Array[] | undefined
  /** The stretch of the slab that is ours and still grows: from `#start` to `#end`. */
  #open: Uint8Array | undefined
  #start = 0
  #end = 0
  #length = 0

  constructor(slab: Slab) {
    this.#slab = slab
  }

  /** Bytes waiting. */
  get length(): number {
    return this.#length
  }

  /** Encodes a frame. A payload of more than 16 KiB that needs no masking is not copied: it must not change until it is sent. */
  frame(
    opcode: Opcode,
    fin: boolean,
    rsv: number,
    payload: Uint8Array,
    key: number | undefined,
  ): void {
    const copied = key !== undefined || payload.length <= copyUpTo
    const size = headerSize(payload.length, key !== undefined) + (copied ? payload.length : 0)
    const at = this.#allocate(size)
    const bytes = this.#open!
    const start = writeHeader(bytes, at, opcode, fin, rsv, payload.length, key)
    if (!copied) return this.append(payload)
    bytes.set(payload, start)
    if (key !== undefined) applyMask(bytes.subarray(start, start + payload.length), key, 0)
  }

  /**
   * Encodes a short text in its place: the bytes of its own that an encoder makes cost 1 µs.
   * @param write As in `Ports`.
   */
  text(
    text: string,
    key: number | undefined,
    write: NonNullable<Ports['writeUtf8']>,
    opcode: Opcode = Opcode.text,
  ): void {
    const masked = key !== undefined
    const most = headerSize(0xffff, masked) + text.length * 3
    const at = this.#allocate(most)
    const bytes = this.#open!
    // Where the text is not ASCII its length may need a longer header than that.
    const supposed = at + headerSize(text.length, masked)
    const length = write(text, bytes, supposed)
    const start = at + headerSize(length, masked)
    if (start !== supposed) bytes.copyWithin(start, supposed, supposed + length)
    writeHeader(bytes, at, opcode, true, 0, length, key)
    if (masked) applyMask(bytes.subarray(start, start + length), key, 0)
    this.#giveBack(at + most - (start + length))
  }

  /** Adds bytes that are already encoded, without copying them. */
  append(bytes: Uint8Array): void {
    this.#seal()
    this.#push(bytes)
    this.#length += bytes.length
  }

  /** The bytes to send, in order; they are the caller's from here on. */
  take(): Uint8Array[] {
    this.#seal()
    const chunks = this.#chunks ?? []
    this.#chunks = undefined
    this.#length = 0
    return chunks
  }

  /** `size` bytes of the open stretch; gives where they begin. */
  #allocate(size: number): number {
    const slab = this.#slab
    const grows = this.#open === slab.bytes && this.#end === slab.used
    if (!grows || size > slab.bytes.length - slab.used) {
      this.#seal()
      if (size > slabSize / 4) {
        this.#open = new Uint8Array(size)
        this.#start = this.#end = 0
      } else {
        if (size > slab.bytes.length - slab.used) slab.renew()
        this.#open = slab.bytes
        this.#start = this.#end = slab.used
      }
    }
    const at = this.#end
    this.#end += size
    this.#length += size
    if (this.#open === slab.bytes) slab.used = this.#end
    return at
  }

  /** The last `size` bytes of the open stretch were not needed. */
  #giveBack(size: number): void {
    this.#end -= size
    this.#length -= size
    if (this.#open === this.#slab.bytes) this.#slab.used = this.#end
  }

  #seal(): void {
    if (this.#open && this.#end > this.#start) {
      this.#push(this.#open.subarray(this.#start, this.#end))
    }
    this.#open = undefined
  }

  #push(bytes: Uint8Array): void {
    if (this.#chunks) this.#chunks.push(bytes)
    else this.#chunks = [bytes]
  }
}

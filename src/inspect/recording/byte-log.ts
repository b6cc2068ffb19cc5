const smallest = 65_536
/** So few bytes are copied one by one faster than by a view of them. */
const mostOneByOne = 125

/** Bytes at positions that count up; the latest of them are kept, in one buffer that goes round. */
export class ByteLog {
  readonly #most: number
  #bytes = new Uint8Array(0)
  /** The position of the oldest byte that is kept, and of the next. */
  #start = 0
  #end = 0
  /** Where in the buffer the next goes: to divide costs more than to write a small payload. */
  #at = 0

  /** @param most How many bytes to keep. */
  constructor(most: number) {
    this.#most = most
  }

  get size(): number {
    return this.#end - this.#start
  }

  /**
   * @param length How many of the bytes; there has to be room for them.
   * @returns The position of the first.
   */
  append(bytes: Uint8Array, length: number = bytes.length): number {
    const position = this.#end
    if (this.size + length > this.#bytes.length) this.#grow(this.size + length)
    this.#end += length
    const room = this.#bytes.length - this.#at
    if (length <= mostOneByOne && length < room) {
      const kept = this.#bytes
      const at = this.#at
      for (let index = 0; index < length; index++) kept[at + index] = bytes[index]!
      this.#at = at + length
      return position
    }
    this.#write(this.#bytes, position, length === bytes.length ? bytes : bytes.subarray(0, length))
    this.#at = length < room ? this.#at + length : length - room
    return position
  }

  /** Forgets what comes before `position`. */
  release(position: number): void {
    this.#start = position
  }

  /** A copy. */
  read(position: number, length: number): Uint8Array {
    const from = length === 0 ? 0 : position % this.#bytes.length
    const whole = this.#bytes.slice(from, from + length)
    if (whole.length === length) return whole
    const bytes = new Uint8Array(length)
    bytes.set(whole)
    bytes.set(this.#bytes.subarray(0, length - whole.length), whole.length)
    return bytes
  }

  #write(target: Uint8Array, position: number, bytes: Uint8Array): void {
    if (bytes.length === 0) return
    const at = position % target.length
    const room = target.length - at
    target.set(bytes.length <= room ? bytes : bytes.subarray(0, room), at)
    if (bytes.length > room) target.set(bytes.subarray(room), 0)
  }

  #grow(needed: number): void {
    const length = Math.min(this.#most, Math.max(smallest, this.#bytes.length * 2, needed))
    const larger = new Uint8Array(Math.max(length, needed))
    this.#write(larger, this.#start, this.read(this.#start, this.size))
    this.#bytes = larger
    this.#at = this.#end % larger.length
  }
}

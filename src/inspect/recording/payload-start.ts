const noBytes = new Uint8Array(0)

/** The first bytes of a payload, however they are split over chunks. */
export class PayloadStart {
  /** A view of the chunk while there is one piece, and of a buffer of its own otherwise. */
  #bytes: Uint8Array = noBytes
  #isOwn = false
  #filled = 0
  #limit = 0

  /** @param most How many bytes are wanted. */
  begin(length: number, most: number): void {
    this.#bytes = noBytes
    this.#isOwn = false
    this.#filled = 0
    this.#limit = Math.min(length, most)
  }

  take(bytes: Uint8Array): undefined {
    const room = this.#limit - this.#filled
    if (room <= 0) return undefined
    const part = bytes.length <= room ? bytes : bytes.subarray(0, room)
    if (this.#filled === 0) {
      this.#bytes = part
      this.#filled = part.length
    } else {
      this.#append(part)
    }
    return undefined
  }

  /** The chunk will be gone before the frame is whole: what is a view of it becomes a copy. */
  hold(): void {
    if (this.#isOwn || this.#filled === 0) return
    this.#bytes = new Uint8Array(this.#bytes)
    this.#isOwn = true
  }

  get bytes(): Uint8Array {
    return this.#filled === this.#bytes.length ? this.#bytes : this.#bytes.subarray(0, this.#filled)
  }

  /** Memory grows with what has come, not with what was announced. */
  #append(part: Uint8Array): void {
    const needed = this.#filled + part.length
    if (!this.#isOwn || needed > this.#bytes.length) {
      const larger = new Uint8Array(Math.min(this.#limit, Math.max(needed, this.#filled * 2)))
      larger.set(this.#bytes.subarray(0, this.#filled))
      this.#bytes = larger
      this.#isOwn = true
    }
    this.#bytes.set(part, this.#filled)
    this.#filled = needed
  }
}

import type { Ports } from './ports.ts'

const smallest = 256

const noBytes = new Uint8Array(0)

/**
 * Payload bytes gathered from several chunks. It grows to twice what has arrived, never to what a header
 * has announced, so that a peer cannot make us allocate by promising; and it copies, so that a message
 * of many tiny fragments does not keep a whole chunk alive for each of them.
 */
export class PayloadBuffer {
  readonly #allocate: (length: number) => Uint8Array
  #bytes: Uint8Array = noBytes
  #length = 0

  constructor({ allocate = zeros }: Pick<Ports, 'allocate'> = {}) {
    this.#allocate = allocate
  }

  /** @param most How many bytes there can be in all: no more than that is allocated. */
  append(bytes: Uint8Array, most: number): void {
    const length = this.#length + bytes.length
    if (length > this.#bytes.length) {
      // A 64 KiB message comes as a read of 64 KiB and a few bytes: it is copied once (echo64k 114 to 103 µs).
      const room = Math.max(smallest, length * 2)
      const grown = this.#allocate(Math.max(length, Math.min(most, room)))
      grown.set(this.#bytes.subarray(0, this.#length))
      this.#bytes = grown
    }
    this.#bytes.set(bytes, this.#length)
    this.#length = length
  }

  /** What has been gathered. The buffer must not be appended to afterwards. */
  take(): Uint8Array {
    if (this.#length === this.#bytes.length) return this.#bytes
    // A buffer more than half empty is not worth keeping alive for a view of it.
    if (this.#length * 2 < this.#bytes.length) return this.#bytes.slice(0, this.#length)
    // What else is in this memory is nobody's business.
    return this.#bytes.fill(0, this.#length).subarray(0, this.#length)
  }
}

function zeros(length: number): Uint8Array {
  return new Uint8Array(length)
}

import { constants, createDeflateRaw, createInflateRaw, type ZlibOptions } from 'node:zlib'
import { seededRandom } from '../../../dist/testing/index.js'
import { bytes } from '../wire.ts'

const tail = Uint8Array.of(0, 0, 0xff, 0xff)

/** `length` bytes that cannot be compressed. */
export function noise(length: number, seed = 1): Uint8Array {
  return seededRandom(seed)(length)
}

/** Text that can be, of about `length` bytes. */
export function prose(length: number, seed = 1): string {
  const words = ['tide', 'wire', 'socket', 'frame', 'añ', '日本', '😀', '{"id":', ',', ' ']
  let text = ''
  for (const byte of seededRandom(seed)(length)) {
    if (text.length >= length) break
    text += words[byte % words.length]!
  }
  return text
}

/** A peer's compressor as most are: one stream of zlib's for all messages, flushed after each. */
export class StreamingDeflate {
  readonly #stream
  readonly #parts: Uint8Array[] = []

  constructor(options: ZlibOptions = {}) {
    this.#stream = createDeflateRaw(options)
    this.#stream.on('data', (part: Uint8Array) => this.#parts.push(part))
  }

  /** The payload of the next message (RFC 7692 §7.2.1). */
  async message(payload: Uint8Array): Promise<Uint8Array> {
    this.#stream.write(payload)
    await new Promise<void>((done) => this.#stream.flush(constants.Z_SYNC_FLUSH, done))
    return bytes(...this.#parts.splice(0)).slice(0, -tail.length)
  }
}

/** A peer's decompressor: one stream of zlib's for all messages. */
export class StreamingInflate {
  readonly #stream
  readonly #parts: Uint8Array[] = []

  constructor(options: ZlibOptions = {}) {
    this.#stream = createInflateRaw(options)
    this.#stream.on('data', (part: Uint8Array) => this.#parts.push(part))
  }

  /** The message of a payload (RFC 7692 §7.2.2). */
  async message(payload: Uint8Array): Promise<Uint8Array> {
    const failed = new Promise<never>((_, reject) => this.#stream.once('error', reject))
    failed.catch(() => {})
    this.#stream.write(bytes(payload, tail))
    const flushed = new Promise<void>((done) => this.#stream.flush(done))
    await Promise.race([flushed, failed])
    return bytes(...this.#parts.splice(0))
  }
}

/** Waits for what the thread pool does. */
export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve))
}

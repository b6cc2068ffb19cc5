/** How a payload is compressed. */
export interface DeflateJob {
  /** The window as a power of two, 8 to 15. */
  readonly windowBits: number
  /** 1 to 9, or undefined: what suits the size. */
  readonly level: number | undefined
  /** 1 to 9, or undefined: what suits the size. */
  readonly memoryLevel: number | undefined
  /** What references may go back to before the first byte. */
  readonly dictionary: Uint8Array | undefined
}

/** How a payload is inflated. */
export interface InflateJob {
  readonly windowBits: number
  readonly dictionary: Uint8Array | undefined
  /** Bytes at which inflating stops. */
  readonly limit: number
  /** Not at once, whatever the size: so that others get their turn. */
  readonly later: boolean
}

export type Inflated = Uint8Array | 'too-large' | 'corrupt'

/**
 * Raw DEFLATE (RFC 1951), which the core is given from outside. A call stands alone: what a stream
 * remembers comes as its dictionary. Either may finish at once or later; which, is up to the size.
 */
export interface Compression {
  /** Compresses `bytes`, ended by an empty stored block, whose last four bytes are left off (RFC 7692 §7.2.1). */
  deflate(bytes: Uint8Array, job: DeflateJob, done: (bytes: Uint8Array) => void): void
  /** Does so at once, whatever the size; the bytes may be others. */
  deflateNow(bytes: Uint8Array, job: DeflateJob): Uint8Array
  /** Inflates what `deflate` makes, and streams with final blocks as well (RFC 7692 §7.2.3.4). */
  inflate(bytes: Uint8Array, job: InflateJob, done: (result: Inflated) => void): void
}

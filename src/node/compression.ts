import {
  constants,
  deflateRaw,
  deflateRawSync,
  inflateRaw,
  inflateRawSync,
  type ZlibOptions,
} from 'node:zlib'
import type { Compression, DeflateJob, Inflated, InflateJob } from '../core/index.ts'

/**
 * Up to this size a payload is deflated at once: a trip to the thread pool costs more (1 KiB: 26 against
 * 42 µs), and the loop is held for less than a millisecond.
 */
const deflateAtOnce = 16_384

/**
 * Up to this many bytes of result a payload is inflated at once: 4 ms, and in most cases 16 µs. A longer
 * input is not, whatever its result: blocks that make nothing take 90 ns a byte.
 */
const inflateAtOnce = 4 << 20
const inputAtOnce = 32_768

/** DEFLATE makes at most this many bytes of one (zlib's technical notes). */
const bestRatio = 1032

/** What a sync flush ends with, and permessage-deflate leaves off (RFC 7692 §7.2.1). */
const tail = Uint8Array.of(0, 0, 0xff, 0xff)

/**
 * The tail, and an empty final block. zlib gives what it has for an input that is cut off, too: only
 * where the whole message was between two blocks is this the end of a stream.
 */
const ending = Uint8Array.of(...tail, 1, 0, 0, 0xff, 0xff)

/** The same in a fixed block, of another length: a stored block that takes one for its data is not done with the other. */
const otherEnding = Uint8Array.of(...tail, 3, 0)

/**
 * A message may be several streams, each with a final block (RFC 7692 §7.2.3.4). Nobody needs many, and
 * each costs 16 µs for as little as two bytes.
 */
const mostStreams = 64

/**
 * What zlib takes at a time for its output. For a tiny message its usual 16 KiB are garbage that costs
 * more than the inflating: a hundred thousand such messages took 26 MiB, and take 2.
 */
const usualChunk = 16_384
const tinyInput = 256
const tinyChunk = 1024

/** Bytes that inflating may take in the thread pool at one time, for the whole process. */
const inFlightLimit = 64 << 20
let inFlight = 0
const waiting: { readonly bytes: number; readonly start: (release: () => void) => void }[] = []

/**
 * DEFLATE by Node's zlib, one call for a message. All that can go wrong with deflating is to be short of
 * memory: what it gives is then no smaller, and so sent as it is.
 */
export const compression: Compression = {
  deflate(bytes, job, done) {
    if (bytes.length <= deflateAtOnce) return done(compression.deflateNow(bytes, job))
    deflateRaw(bytes, deflateOptions(job), (error, result) => {
      done(error ? bytes : withoutTail(result))
    })
  },
  deflateNow(bytes, job) {
    try {
      return withoutTail(deflateRawSync(bytes, deflateOptions(job)))
    } catch {
      return bytes
    }
  },
  inflate(bytes, job, done) {
    const input = Buffer.concat([bytes, ending])
    const progress = { input, ending, job, parts: [], length: 0, dictionary: job.dictionary }
    const most = Math.min(job.limit, input.length * bestRatio)
    if (most <= inflateAtOnce && input.length <= inputAtOnce) return done(inflateNow(progress))
    reserve(most, (release) => {
      inflateLater(progress, (result) => {
        release()
        done(result)
      })
    })
  },
}

function deflateOptions({ windowBits, level, memoryLevel, dictionary }: DeflateJob): ZlibOptions {
  return {
    finishFlush: constants.Z_SYNC_FLUSH,
    // zlib's own window of 8 bits is broken for raw streams; one of 9 bits never refers back further
    // than 512 - 262 = 250 bytes, which 8 bits hold (deflate.h, MAX_DIST).
    windowBits: Math.max(9, windowBits),
    level,
    memLevel: memoryLevel,
    ...(dictionary && { dictionary }),
  }
}

function withoutTail(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length - tail.length)
}

/** Where inflating a message stands between two of its streams. */
interface Progress {
  readonly input: Uint8Array
  /** What the input ends in, after the payload. */
  readonly ending: Uint8Array
  readonly job: InflateJob
  readonly parts: readonly Buffer[]
  readonly length: number
  /** What the next stream may refer to: the window goes on behind a final block. */
  readonly dictionary: Uint8Array | undefined
}

/** What zlib says with `info: true`. */
interface InflatedStream {
  readonly buffer: Buffer
  readonly engine: { readonly bytesWritten: number }
}

function inflateNow(start: Progress): Inflated {
  let progress: Progress | Inflated = start
  while (isProgress(progress)) {
    try {
      const stream = inflateRawSync(progress.input, inflateOptions(progress))
      progress = advance(progress, stream as unknown as InflatedStream)
    } catch (error) {
      progress = faultOf(error)
    }
  }
  return progress
}

function inflateLater(progress: Progress, done: (result: Inflated) => void): void {
  inflateRaw(progress.input, inflateOptions(progress), (error, stream) => {
    const next = error ? faultOf(error) : advance(progress, stream as unknown as InflatedStream)
    if (isProgress(next)) inflateLater(next, done)
    else done(next)
  })
}

function inflateOptions({ input, job, length, dictionary }: Progress): ZlibOptions {
  return {
    windowBits: job.windowBits,
    maxOutputLength: Math.max(1, job.limit - length),
    chunkSize: input.length <= tinyInput ? tinyChunk : usualChunk,
    info: true,
    ...(dictionary && { dictionary }),
  }
}

function advance(progress: Progress, { buffer, engine }: InflatedStream): Progress | Inflated {
  const { input, job, dictionary } = progress
  const parts = [...progress.parts, buffer]
  const length = progress.length + buffer.length
  if (length > job.limit) return 'too-large'
  const rest = input.subarray(engine.bytesWritten)
  if (progress.ending === ending && endsIn(buffer, ending)) {
    const payload = input.subarray(0, -ending.length)
    return { ...progress, input: Buffer.concat([payload, otherEnding]), ending: otherEnding }
  }
  // A message may also end in a final block of its own, without the byte that §7.2.3.4 puts behind it.
  if (rest.length === 0 || rest.length === progress.ending.length) return whole(parts, length)
  if (parts.length === mostStreams) return 'corrupt'
  // After a final block, which ends a stream, the rest of the input is another one.
  const window = 2 ** job.windowBits
  const before = dictionary ? [dictionary, buffer] : [buffer]
  const reached = Buffer.concat(before.map((bytes) => bytes.subarray(-window))).subarray(-window)
  return { ...progress, input: rest, parts, length, dictionary: reached }
}

function endsIn(bytes: Buffer, end: Uint8Array): boolean {
  return bytes.subarray(-end.length).equals(end)
}

/** A buffer of zlib's may be far larger than what it holds; it is not kept alive for that. */
function whole(parts: readonly Buffer[], length: number): Uint8Array {
  const bytes = parts.length === 1 ? parts[0]! : Buffer.concat(parts, length)
  return length * 2 < bytes.buffer.byteLength
    ? new Uint8Array(bytes)
    : new Uint8Array(bytes.buffer, bytes.byteOffset, length)
}

function isProgress(value: Progress | Inflated): value is Progress {
  return typeof value === 'object' && 'parts' in value
}

function faultOf(error: unknown): Inflated {
  return (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' ? 'too-large' : 'corrupt'
}

/**
 * Starts `work` when the process has `bytes` to spare for it; work larger than that waits to be alone. It
 * goes in order, or small work would pass by large work for ever.
 */
function reserve(bytes: number, start: (release: () => void) => void): void {
  waiting.push({ bytes, start })
  startWaiting()
}

function startWaiting(): void {
  for (let [next] = waiting; next; [next] = waiting) {
    const { bytes, start } = next
    if (inFlight > 0 && inFlight + bytes > inFlightLimit) return
    waiting.shift()
    inFlight += bytes
    start(() => {
      inFlight -= bytes
      startWaiting()
    })
  }
}

import {
  constants,
  deflateRaw,
  deflateRawSync,
  inflateRaw,
  inflateRawSync,
  type ZlibOptions,
} from 'node:zlib'
import type { Compression, DeflateJob, Inflated, InflateJob } from '../core/index.ts'
import { isOn } from './fast-paths.ts'
import { reservePoolMemory } from './pool-memory.ts'
import { storedBlock, storedHead, takesDictionary } from './preset-dictionary.ts'
import { SmallDeflate, smallAtMost } from './small-deflate.ts'

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

/** zlib's own default. */
const usualMemoryLevel = 8

const smallDeflate = isOn('small-deflate') ? new SmallDeflate() : undefined

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
 * Bytes that may be inflated at once in one turn of the loop, 3 ms; then the pool does it. 64 KiB from one
 * socket can be 60 messages of 1 MiB, 1.4 ms each. What is small is not counted: after many of those it
 * is their own connection that has to wait (see FrameReceiver).
 */
const turnBudget = 2 << 20
const smallResult = 16_384
const smallInput = 4096
/** What a byte of input may take, in bytes of result. */
const inputWeight = 64

/**
 * What zlib takes at a time for its output. For a tiny message its usual 16 KiB are garbage that costs
 * more than the inflating: a hundred thousand such messages took 26 MiB, and take 2. For a large one, which
 * the pool does, each 16 KiB are a trip there: with 256 KiB, 1 MiB takes half as long.
 */
const usualChunk = 16_384
const tinyInput = 256
const tinyChunk = 1024
const largeChunk = 262_144

/**
 * DEFLATE by Node's zlib, one call for a message; small ones are deflated without it. All that can go wrong
 * with deflating is to be short of memory: what it gives is then no smaller, and so sent as it is.
 */
export class ZlibCompression implements Compression {
  readonly #turnBudget: number
  /** How much of it is gone. */
  #spent = 0

  /** @param perTurn Bytes of result, for everything that uses this object. */
  constructor(perTurn: number = turnBudget) {
    this.#turnBudget = perTurn
  }

  deflate(bytes: Uint8Array, job: DeflateJob, done: (bytes: Uint8Array) => void): void {
    if (smallDeflate && isSmall(bytes, job)) {
      return done(smallDeflate.deflate(bytes, job.windowBits))
    }
    if (bytes.length <= deflateAtOnce) return done(this.deflateNow(bytes, job))
    reservePoolMemory(deflateMemory(bytes, job), (release) => {
      deflateRaw(bytes, deflateOptions(job), (error, result) => {
        release()
        done(error ? bytes : withoutTail(result))
      })
    })
  }

  /** By zlib in any case: what is compressed once for many is worth its time. */
  deflateNow(bytes: Uint8Array, job: DeflateJob): Uint8Array {
    try {
      return withoutTail(deflateRawSync(bytes, deflateOptions(job)))
    } catch {
      return bytes
    }
  }

  inflate(bytes: Uint8Array, job: InflateJob, done: (result: Inflated) => void): void {
    const input = Buffer.concat([bytes, ending])
    const progress = { input, ending, job, parts: [], length: 0, dictionary: job.dictionary }
    const most = Math.min(job.limit, input.length * bestRatio)
    const small = most <= inflateAtOnce && input.length <= inputAtOnce
    if (small && !job.later && this.#spent < this.#turnBudget) {
      const result = inflateNow(progress)
      this.#spend(input.length, typeof result === 'string' ? most : result.length)
      return done(result)
    }
    reservePoolMemory(most, (release) => {
      inflateLater(progress, (result) => {
        release()
        done(result)
      })
    })
  }

  /** Counts what has held up the loop; the count starts again with the next turn. */
  #spend(input: number, output: number): void {
    if (output <= smallResult && input <= smallInput) return
    if (this.#spent === 0) setImmediate(() => (this.#spent = 0))
    this.#spent += output + input * inputWeight
  }
}

/** Who gave a level wants zlib's trade between time and size; what may be referred to is zlib's as well. */
function isSmall({ length }: Uint8Array, { level, memoryLevel, dictionary }: DeflateJob): boolean {
  return length <= smallAtMost && (level ?? memoryLevel ?? dictionary) === undefined
}

/** What zlib takes for its state (zconf.h), and for what it makes. */
function deflateMemory({ length }: Uint8Array, job: DeflateJob): number {
  const { windowBits, memoryLevel = usualMemoryLevel } = job
  return (1 << (windowBits + 2)) + (1 << (memoryLevel + 9)) + length
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
      const stream = inflateRawSync(inputOf(progress), inflateOptions(progress))
      progress = advance(progress, stream as unknown as InflatedStream)
    } catch (error) {
      progress = faultOf(error)
    }
  }
  return progress
}

function inflateLater(progress: Progress, done: (result: Inflated) => void): void {
  inflateRaw(inputOf(progress), inflateOptions(progress), (error, stream) => {
    const next = error ? faultOf(error) : advance(progress, stream as unknown as InflatedStream)
    if (isProgress(next)) inflateLater(next, done)
    else done(next)
  })
}

/** What zlib is to inflate: behind the dictionary, where it takes it in no other way. */
function inputOf({ input, dictionary }: Progress): Uint8Array {
  return dictionary && !takesDictionary ? Buffer.concat([storedBlock(dictionary), input]) : input
}

/** How much of that, and of what zlib makes of it, is there for the dictionary. */
function inFront({ dictionary }: Progress): { readonly input: number; readonly output: number } {
  if (!dictionary || takesDictionary) return nothingInFront
  return { input: storedHead + dictionary.length, output: dictionary.length }
}

const nothingInFront = { input: 0, output: 0 }

/**
 * zlib does not hold a reference against the window while it stays in its buffer for the output: a peer
 * that breaks its word within that is not noticed, and does no harm. Buffers as small as the window would
 * show most of it, at a trip to the thread pool for each.
 */
function inflateOptions(progress: Progress): ZlibOptions {
  const { input, job, length, dictionary } = progress
  return {
    windowBits: job.windowBits,
    maxOutputLength: Math.max(1, job.limit - length) + inFront(progress).output,
    chunkSize: chunkFor(input),
    info: true,
    ...(dictionary && takesDictionary && { dictionary }),
  }
}

function chunkFor({ length }: Uint8Array): number {
  if (length <= tinyInput) return tinyChunk
  return length <= inputAtOnce ? usualChunk : largeChunk
}

function advance(progress: Progress, stream: InflatedStream): Progress | Inflated {
  const { input, job, dictionary } = progress
  const front = inFront(progress)
  const buffer = front.output > 0 ? stream.buffer.subarray(front.output) : stream.buffer
  const parts = [...progress.parts, buffer]
  const length = progress.length + buffer.length
  if (length > job.limit) return 'too-large'
  const rest = input.subarray(stream.engine.bytesWritten - front.input)
  if (progress.ending === ending && endsIn(buffer, ending)) {
    const payload = input.subarray(0, -ending.length)
    return { ...progress, input: Buffer.concat([payload, otherEnding]), ending: otherEnding }
  }
  // A message may also end in a final block of its own, without the byte that §7.2.3.4 puts behind it,
  // or with the tail for the rest of that block.
  const behind = progress.ending.length
  if ([0, behind, behind - tail.length].includes(rest.length)) return whole(parts, length)
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

import { applyMask } from '../../core/mask.ts'
import { Bit, type FrameRow } from './frame-rows.ts'
import { type FrameSegment, HotSegment, sizeOf } from './frame-segment.ts'
import { readUint32 } from './plain-frame.ts'
import type { Direction, FrameRecord, MessageRecord } from './records.ts'

/** A frame on its way into the ring; its payload is a view, and copied. */
export interface FrameEntry {
  connection: number
  at: number
  direction: Direction
  fin: boolean
  rsv: number
  opcode: number
  maskKey: number | undefined
  length: number
  /** `undefined` where a secret is in it. */
  payload: Uint8Array | undefined
  /** How many bytes of it are to be kept. */
  stored: number
  rtt: number | undefined
  /** The message it belongs to. */
  inMessage: number | undefined
  /** The topic it was published to, if it was. */
  topic: string | undefined
  /** Whether it is a message by itself, of which nothing is to be said that the frame does not say. */
  plain: boolean
  /** Any other message that it ends. */
  message: MessageRecord | undefined
}

/** What a row does not say of a frame. */
interface Apart {
  readonly length: number
  readonly maskKey: number | undefined
  readonly rtt: number | undefined
  readonly message: MessageRecord | undefined
}

/** Bytes that a segment takes, at most; some 320 echoes of 64 bytes. */
const segmentBytes = 65_536
const segmentRows = 1024
/** Bytes and frames that can be appended at once. */
const pieceBytes = 4096
export const pieceFrames: number = 64

/**
 * The latest frames, as many as fit into so many rows and so many bytes. Rows and bytes in place of objects: a small
 * message costs no allocation of its own until somebody looks at it.
 */
export class FrameRing implements Iterable<FrameRecord> {
  readonly #mostFrames: number
  readonly #mostBytes: number
  /** Bytes that can be appended at once. */
  readonly piece: number
  readonly #segmentBytes: number
  /** Those that are full, oldest first, and the one that is written to. */
  readonly #segments: FrameSegment[] = []
  readonly #hot: HotSegment
  /** By number: what there is of frames that are not kept as they were on the wire, and topics. */
  readonly #apart = new Map<number, Apart>()
  readonly #topics = new Map<number, string>()
  /** The number of the oldest frame that has not been dropped. */
  #oldest = 0
  /** Bytes that the full segments take, about. */
  #sealed = 0
  /** The segment that was looked into last. */
  #seen: FrameSegment

  constructor(mostFrames: number, mostBytes: number) {
    this.#mostFrames = mostFrames
    this.#mostBytes = mostBytes
    // So many segments that one can be dropped without a loss.
    this.#segmentBytes = Math.min(segmentBytes, Math.floor(mostBytes / 8))
    this.piece = Math.min(pieceBytes, this.#segmentBytes)
    this.#seen = this.#hot = new HotSegment(this.#segmentBytes, segmentRows)
  }

  /** How many there are. */
  get size(): number {
    return this.#next - this.dropped
  }

  /** Bytes that they take, about. */
  get bytes(): number {
    return this.#sealed + sizeOf(this.#hot)
  }

  /** How many are no longer here. */
  get dropped(): number {
    return Math.max(this.#oldest, this.#next - this.#mostFrames)
  }

  /**
   * Takes whole frames, which are to be pushed next, one by one.
   * @param bytes At most `piece`, and `pieceFrames`.
   * @returns The position of the first.
   */
  append(bytes: Uint8Array): number {
    if (!this.#hot.fits(bytes.length, pieceFrames)) this.#seal()
    return this.#hot.append(bytes)
  }

  /**
   * @param bits Those of the row.
   * @param position Where its payload is.
   * @returns The number of the frame.
   */
  pushWire(
    bits: number,
    at: number,
    position: number,
    length: number,
    connection: number,
    inMessage: number,
    topic: string | undefined,
  ): number {
    const hot = this.#hot
    hot.rows.write(hot.count++, bits | Bit.wire, at, position, length, connection, inMessage)
    const number = this.#next - 1
    if (topic !== undefined) this.#topics.set(number, topic)
    return number
  }

  /** @returns The number of the frame. */
  push(entry: FrameEntry): number {
    const { payload, connection, at, inMessage = -1, topic } = entry
    const { length, maskKey, rtt, message } = entry
    const stored = payload ? entry.stored : -1
    const apart = message?.payload?.length ?? 0
    if (!this.#hot.fits(Math.max(0, stored) + apart, 1)) this.#seal()
    const hot = this.#hot
    const position = stored > 0 ? hot.append(payload!.subarray(0, stored)) : 0
    hot.rows.write(hot.count++, bitsOf(entry), at, position, stored, connection, inMessage)
    const number = this.#next - 1
    this.#apart.set(number, { length, maskKey, rtt, message })
    if (topic !== undefined) this.#topics.set(number, topic)
    hot.apart += apart
    this.#makeRoom(0)
    return number
  }

  /** The one with this number; `undefined` when it has made room or has not come. */
  get(number: number, most: number = Infinity): FrameRecord | undefined {
    const here = Number.isInteger(number) && number >= this.dropped && number < this.#next
    return here ? this.#record(number, most) : undefined
  }

  *[Symbol.iterator](): Iterator<FrameRecord> {
    for (let number = this.dropped; number < this.#next; number++) {
      // Some may make room while somebody goes through them.
      if (number >= this.dropped) yield this.#record(number, Infinity)
    }
  }

  /** Drops all of them. */
  clear(): void {
    this.#seal()
    while (this.#segments.length > 0) this.#drop()
  }

  /** The number of the next frame. */
  get #next(): number {
    return this.#hot.first + this.#hot.count
  }

  #record(number: number, most: number): FrameRecord {
    const segment = this.#segmentOf(number)
    const row = segment.rows.read(number - segment.first)
    const { connection, at, direction, fin, rsv, opcode, inMessage, plain } = row
    const { length, maskKey, rtt, message } = this.#apart.get(number) ?? wireOf(segment, row)
    const payload = payloadOf(segment, row, most, maskKey)
    return {
      number,
      connection,
      at,
      direction,
      fin,
      rsv,
      opcode,
      maskKey,
      length,
      payload,
      inMessage,
      message: plain ? plainMessage(row, length, payload) : message,
      rtt,
      topic: this.#topics.get(number),
    }
  }

  #segmentOf(number: number): FrameSegment {
    const { first, count } = this.#seen
    if (number < first || number >= first + count) this.#seen = this.#find(number)
    return this.#seen
  }

  #find(number: number): FrameSegment {
    if (number >= this.#hot.first) return this.#hot
    let low = 0
    let high = this.#segments.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (this.#segments[middle]!.first <= number) low = middle
      else high = middle - 1
    }
    return this.#segments[low]!
  }

  #seal(): void {
    const segment = this.#hot.seal()
    this.#seen = this.#hot
    if (segment.count === 0) return
    this.#segments.push(segment)
    this.#sealed += sizeOf(segment)
    this.#makeRoom(this.#segmentBytes)
  }

  /** Drops the oldest until so much more would fit, as far as there are any. */
  #makeRoom(bytes: number): void {
    for (let [oldest] = this.#segments; oldest; [oldest] = this.#segments) {
      const isKept = this.dropped < oldest.first + oldest.count
      if (isKept && this.bytes + bytes <= this.#mostBytes) return
      this.#drop()
    }
  }

  #drop(): void {
    const segment = this.#segments.shift()!
    const { first, count } = segment
    this.#oldest = first + count
    this.#sealed -= sizeOf(segment)
    this.#hot.reuse(segment)
    this.#seen = this.#hot
    if (this.#topics.size + this.#apart.size === 0) return
    for (let number = first; number < this.#oldest; number++) {
      this.#topics.delete(number)
      this.#apart.delete(number)
    }
  }
}

/** What the bytes say of a frame that is kept as it was on the wire. */
function wireOf({ bytes }: FrameSegment, { stored, position, masked }: FrameRow): Apart {
  const maskKey = masked ? readUint32(bytes, position - 4) : undefined
  return { length: stored, maskKey, rtt: undefined, message: undefined }
}

/** A copy. */
function payloadOf(
  { bytes }: FrameSegment,
  { position, stored, wire }: FrameRow,
  most: number,
  maskKey: number | undefined,
): Uint8Array | undefined {
  if (stored < 0) return undefined
  const payload = bytes.slice(position, position + Math.min(stored, most))
  if (wire && maskKey !== undefined) applyMask(payload, maskKey, 0)
  return payload
}

function bitsOf({ opcode, rsv, fin, maskKey, direction, plain }: FrameEntry): number {
  return (
    opcode |
    (rsv << Bit.rsv) |
    (fin ? Bit.fin : 0) |
    (maskKey === undefined ? 0 : Bit.masked) |
    (direction === 'transmit' ? Bit.transmit : 0) |
    (plain ? Bit.plain : 0)
  )
}

/** RFC 6455 §5.4: an unfragmented message, of which the frame says all. */
function plainMessage(
  { inMessage = 0, opcode }: FrameRow,
  length: number,
  payload: Uint8Array | undefined,
): MessageRecord {
  const number = inMessage
  const wireLength = length
  return {
    number,
    opcode,
    compressed: false,
    frames: 1,
    wireLength,
    length,
    payload,
    redacted: false,
  }
}

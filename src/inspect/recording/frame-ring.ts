import { ByteLog } from './byte-log.ts'
import { type FrameRow, FrameRows } from './frame-rows.ts'
import type { Direction, FrameRecord, MessageRecord } from './records.ts'

/** A frame on its way into the ring; its payloads are views, and copied. */
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

/** Bytes of a row, about. */
const rowBytes = 80
const fewestRows = 1024

/**
 * The latest frames, as many as fit into so many rows and so many bytes. Rows and one log of bytes in
 * place of objects: a frame costs no allocation until somebody looks at it.
 */
export class FrameRing implements Iterable<FrameRecord> {
  readonly #mostFrames: number
  readonly #mostBytes: number
  readonly #log: ByteLog
  #rows: FrameRows
  /** What a row cannot say, by number: messages of several frames, compressed or redacted, and topics. */
  readonly #messages = new Map<number, MessageRecord>()
  readonly #topics = new Map<number, string>()
  /** The numbers of the oldest frame and of the next. */
  #first = 0
  #next = 0
  /** Bytes of messages that have a record of their own. */
  #apart = 0

  constructor(mostFrames: number, mostBytes: number) {
    this.#mostFrames = mostFrames
    this.#mostBytes = mostBytes
    this.#log = new ByteLog(mostBytes)
    this.#rows = new FrameRows(Math.min(fewestRows, mostFrames))
  }

  /** How many there are. */
  get size(): number {
    return this.#next - this.#first
  }

  /** Bytes that they take, about. */
  get bytes(): number {
    return this.#log.size + this.#apart + this.size * rowBytes
  }

  /** How many are no longer here. */
  get dropped(): number {
    return this.#first
  }

  /** @returns The number of the frame. */
  push(entry: FrameEntry): number {
    const { payload, stored, message } = entry
    const apart = message?.payload?.length ?? 0
    const needed = (payload ? stored : 0) + apart + rowBytes
    while (
      this.size > 0 &&
      (this.size >= this.#mostFrames || this.bytes + needed > this.#mostBytes)
    ) {
      this.#drop()
    }
    if (this.size === this.#rows.count) this.#grow()
    const number = this.#next++
    this.#rows.write(
      number % this.#rows.count,
      entry,
      payload ? this.#log.append(payload, stored) : 0,
    )
    if (message) this.#messages.set(number, message)
    if (entry.topic !== undefined) this.#topics.set(number, entry.topic)
    this.#apart += apart
    return number
  }

  /** The one with this number; `undefined` when it has made room or has not come. */
  get(number: number, most: number = Infinity): FrameRecord | undefined {
    const here = Number.isInteger(number) && number >= this.#first && number < this.#next
    return here ? this.#record(number, most) : undefined
  }

  *[Symbol.iterator](): Iterator<FrameRecord> {
    for (let number = this.#first; number < this.#next; number++) {
      // Some may make room while somebody goes through them.
      if (number >= this.#first) yield this.#record(number, Infinity)
    }
  }

  /** Drops all of them. */
  clear(): void {
    while (this.size > 0) this.#drop()
  }

  #record(number: number, most: number): FrameRecord {
    const row = this.#rows.read(number % this.#rows.count)
    const { position, stored, plain, ...frame } = row
    const payload = stored < 0 ? undefined : this.#log.read(position, Math.min(stored, most))
    const message = plain ? plainMessage(row, payload) : this.#messages.get(number)
    return { number, ...frame, payload, message, topic: this.#topics.get(number) }
  }

  #drop(): void {
    const number = this.#first++
    const end = this.#rows.endOf(number % this.#rows.count)
    if (end !== undefined) this.#log.release(end)
    if (this.#topics.size > 0) this.#topics.delete(number)
    if (this.#messages.size === 0) return
    this.#apart -= this.#messages.get(number)?.payload?.length ?? 0
    this.#messages.delete(number)
  }

  #grow(): void {
    const rows = new FrameRows(Math.min(this.#mostFrames, this.#rows.count * 2))
    for (let number = this.#first; number < this.#next; number++) {
      rows.copy(this.#rows, number % this.#rows.count, number % rows.count)
    }
    this.#rows = rows
  }
}

/** RFC 6455 §5.4: an unfragmented message, of which the frame says all. */
function plainMessage(
  { inMessage = 0, opcode, length }: FrameRow,
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

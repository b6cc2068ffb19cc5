import { ByteLog } from './byte-log.ts'
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
  payload: Uint8Array | undefined
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

/** What is kept of a frame besides its payload; the ends of messages have a record of their own. */
interface Columns {
  readonly at: Float64Array
  readonly rtt: Float64Array
  readonly length: Float64Array
  readonly position: Float64Array
  readonly stored: Int32Array
  readonly connection: Uint32Array
  readonly maskKey: Uint32Array
  readonly inMessage: Int32Array
  readonly bits: Uint16Array
  /** Only what a row cannot say: messages of several frames, compressed or redacted. */
  readonly message: (MessageRecord | undefined)[]
  readonly topic: (string | undefined)[]
}

/** Bytes of a row, about. */
const rowBytes = 80
const fewestRows = 1024

/** How the flags of a frame lie in its bits; the opcode is in the lowest four. */
const Bit = { rsv: 4, fin: 1 << 7, masked: 1 << 8, transmit: 1 << 9, plain: 1 << 10 } as const

/**
 * The latest frames, as many as fit into so many rows and so many bytes. Columns and one log of bytes in
 * place of objects: a frame costs no allocation until somebody looks at it.
 */
export class FrameRing implements Iterable<FrameRecord> {
  readonly #mostFrames: number
  readonly #mostBytes: number
  readonly #log: ByteLog
  #rows: number
  #columns: Columns
  /** The numbers of the oldest frame and of the next. */
  #first = 0
  #next = 0
  /** Bytes of messages that have a record of their own. */
  #apart = 0

  constructor(mostFrames: number, mostBytes: number) {
    this.#mostFrames = mostFrames
    this.#mostBytes = mostBytes
    this.#log = new ByteLog(mostBytes)
    this.#rows = Math.min(fewestRows, mostFrames)
    this.#columns = columns(this.#rows)
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
    const { payload, message } = entry
    const apart = message?.payload?.length ?? 0
    const needed = (payload?.length ?? 0) + apart + rowBytes
    while (
      this.size > 0 &&
      (this.size >= this.#mostFrames || this.bytes + needed > this.#mostBytes)
    ) {
      this.#drop()
    }
    if (this.size === this.#rows) this.#grow()
    this.#apart += apart
    this.#write(this.#next % this.#rows, entry)
    return this.#next++
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

  #write(row: number, entry: FrameEntry): void {
    const { payload, maskKey, plain } = entry
    const { at, rtt, length, position, stored, connection, inMessage, bits, message } =
      this.#columns
    at[row] = entry.at
    rtt[row] = entry.rtt ?? Number.NaN
    length[row] = entry.length
    connection[row] = entry.connection
    this.#columns.maskKey[row] = maskKey ?? 0
    inMessage[row] = entry.inMessage ?? -1
    position[row] = payload ? this.#log.append(payload) : 0
    stored[row] = payload ? payload.length : -1
    bits[row] =
      entry.opcode |
      (entry.rsv << Bit.rsv) |
      (entry.fin ? Bit.fin : 0) |
      (maskKey === undefined ? 0 : Bit.masked) |
      (entry.direction === 'transmit' ? Bit.transmit : 0) |
      (plain ? Bit.plain : 0)
    message[row] = entry.message
    this.#columns.topic[row] = entry.topic
  }

  #record(number: number, most: number): FrameRecord {
    const row = number % this.#rows
    const all = this.#columns
    const bits = all.bits[row]!
    const stored = all.stored[row]!
    const rtt = all.rtt[row]!
    const inMessage = all.inMessage[row]!
    const opcode = bits & 15
    const length = all.length[row]!
    const payload =
      stored < 0 ? undefined : this.#log.read(all.position[row]!, Math.min(stored, most))
    return {
      number,
      connection: all.connection[row]!,
      at: all.at[row]!,
      direction: bits & Bit.transmit ? 'transmit' : 'receive',
      fin: (bits & Bit.fin) !== 0,
      rsv: (bits >> Bit.rsv) & 7,
      opcode,
      maskKey: bits & Bit.masked ? all.maskKey[row]! : undefined,
      length,
      payload,
      rtt: Number.isNaN(rtt) ? undefined : rtt,
      inMessage: inMessage < 0 ? undefined : inMessage,
      topic: all.topic[row],
      message:
        bits & Bit.plain ? plainMessage(inMessage, opcode, length, payload) : all.message[row],
    }
  }

  #drop(): void {
    const row = this.#first % this.#rows
    const { stored, position, message } = this.#columns
    if (stored[row]! > 0) this.#log.release(position[row]! + stored[row]!)
    this.#apart -= message[row]?.payload?.length ?? 0
    message[row] = undefined
    this.#first++
  }

  #grow(): void {
    const rows = Math.min(this.#mostFrames, this.#rows * 2)
    const larger = columns(rows)
    for (let number = this.#first; number < this.#next; number++) {
      const from = number % this.#rows
      const to = number % rows
      for (const name of numericColumns) larger[name][to] = this.#columns[name][from]!
      larger.message[to] = this.#columns.message[from]
      larger.topic[to] = this.#columns.topic[from]
    }
    this.#columns = larger
    this.#rows = rows
  }
}

/** RFC 6455 §5.4: an unfragmented message, of which the frame says all. */
function plainMessage(
  number: number,
  opcode: number,
  length: number,
  payload: Uint8Array | undefined,
): MessageRecord {
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

const numericColumns = [
  'at',
  'rtt',
  'length',
  'position',
  'stored',
  'connection',
  'maskKey',
  'inMessage',
  'bits',
] as const

function columns(rows: number): Columns {
  return {
    at: new Float64Array(rows),
    rtt: new Float64Array(rows),
    length: new Float64Array(rows),
    position: new Float64Array(rows),
    stored: new Int32Array(rows),
    connection: new Uint32Array(rows),
    maskKey: new Uint32Array(rows),
    inMessage: new Int32Array(rows),
    bits: new Uint16Array(rows),
    message: Array.from({ length: rows }, () => undefined),
    topic: Array.from({ length: rows }, () => undefined),
  }
}

import type { FrameHeader } from '../../core/frame-header.ts'
import { FrameParser } from '../../core/frame-parser.ts'
import { isControl, Opcode } from '../../core/opcode.ts'
import type { FrameEntry } from './frame-ring.ts'
import { Bit } from './frame-rows.ts'
import { type MessageInflater, mostInflated } from './message-inflater.ts'
import { joined, keep, type OpenMessage } from './open-message.ts'
import { PayloadStart } from './payload-start.ts'
import { plainEnd, plainHeader, plainLength } from './plain-frame.ts'
import type { Counts, Direction, MessageRecord } from './records.ts'
import type { Redaction } from './redaction.ts'
import { scratchCopy } from './scratch-copy.ts'

/** What a direction needs of the recording. */
export interface DirectionSettings {
  readonly direction: Direction
  readonly masked: boolean
  /** Bytes of a payload that are stored. */
  readonly cut: number
  readonly redaction: Redaction
  /** `undefined` where nothing is compressed. */
  readonly inflater: MessageInflater | undefined
  /** Bytes that may be copied at once. */
  readonly piece: number
}

/** Who is told of frames. */
export interface DirectionSink {
  /** How many frames may be appended at once. */
  together(): number
  /** Keeps the bytes of small whole messages. @returns Their position; -1 when nothing is kept now. */
  append(bytes: Uint8Array): number
  /** One of them. @param bits Those of its row. @param position Of its payload. */
  wire(
    bits: number,
    at: number,
    position: number,
    length: number,
    inMessage: number,
    topic: string | undefined,
  ): void
  /** Any other frame. @param entry Changes with the next frame. */
  frame(entry: FrameEntry): void
}

/** Makes frames and messages of the bytes of one direction. */
export class DirectionRecorder {
  readonly counts: Counts = { frames: 0, messages: 0, wireBytes: 0, messageBytes: 0 }
  readonly #settings: DirectionSettings
  readonly #parser: FrameParser
  readonly #payload = new PayloadStart()
  /** Filled anew for each frame. */
  readonly #entry: FrameEntry
  readonly #sink: DirectionSink
  readonly #masked: boolean
  /** Bytes of payload of a message that is kept as it is on the wire; -1 where each has to be looked into. */
  readonly #mostPlain: number
  /** In the rows of those. */
  readonly #bits: number
  readonly #piece: number
  /** Whether what comes next begins a frame that can be read. */
  #between = true
  #message: OpenMessage | undefined
  /** Where in all bytes of this direction the current frame begins. */
  #frameAt = 0
  /** Where published messages begin, and their topics, in order. */
  readonly #topics: { readonly at: number; readonly topic: string }[] = []

  constructor(settings: DirectionSettings, connection: number, sink: DirectionSink) {
    const { direction, masked, cut, redaction, piece } = settings
    this.#settings = settings
    this.#sink = sink
    this.#masked = masked
    this.#piece = piece
    this.#mostPlain = redaction.looksInside ? -1 : cut
    this.#bits =
      Bit.fin |
      Bit.plain |
      (masked ? Bit.masked : 0) |
      (direction === 'transmit' ? Bit.transmit : 0)
    this.#entry = {
      connection,
      at: 0,
      direction,
      fin: false,
      rsv: 0,
      opcode: 0,
      maskKey: undefined,
      length: 0,
      payload: undefined,
      stored: 0,
      rtt: undefined,
      inMessage: undefined,
      topic: undefined,
      plain: false,
      message: undefined,
    }
    this.#parser = new FrameParser(
      {
        frameStart: (header) => this.#start(header),
        framePayload: (bytes) => this.#payload.take(bytes),
        frameEnd: () => this.#end(),
      },
      masked,
    )
    // Whether a bit means something is the connection's to judge.
    this.#parser.knownRsv = 7
  }

  /** Reads bytes, which stay as they are. @returns Why nothing can be read any more, if so. */
  read(bytes: Uint8Array, at: number): string | undefined {
    const start = this.counts.wireBytes
    this.counts.wireBytes += bytes.length
    const begun = this.#readPlain(bytes, start, at)
    if (begun < bytes.length) {
      this.#entry.at = at
      this.#readAny(bytes.subarray(begun), start + begun)
    }
    return this.#between ? undefined : this.#parser.error?.message
  }

  /**
   * Copies whole messages of one frame, as most are, with a few numbers for each, and leaves the rest to whoever
   * looks at them: an echo of 64 bytes takes 200 ns in a loop, 570 with payloads unmasked as they come.
   * @param start Where in all bytes of this direction `bytes` begin.
   * @returns How far it came.
   */
  #readPlain(bytes: Uint8Array, start: number, at: number): number {
    if (!this.#between) return 0
    const together = this.#sink.together()
    for (let from = 0; from < bytes.length;) {
      const until = Math.min(bytes.length, from + this.#piece)
      const end = plainEnd(bytes, from, until, together, this.#masked, this.#mostPlain)
      if (end === from) return from
      this.#keep(end - from === bytes.length ? bytes : bytes.subarray(from, end), start + from, at)
      from = end
    }
    return bytes.length
  }

  /** @param start Where in all bytes of this direction these small whole messages begin. */
  #keep(bytes: Uint8Array, start: number, at: number): void {
    // One that was not whole is left behind: the peer's fault.
    this.#message = undefined
    const position = this.#sink.append(bytes)
    const { counts } = this
    for (let from = 0; from < bytes.length;) {
      const payload = from + plainHeader(bytes, from)
      const length = plainLength(bytes, from)
      this.#frameAt = start + from
      const topic = this.#topics.length > 0 ? this.#topicHere() : undefined
      counts.frames++
      counts.messageBytes += length
      const bits = this.#bits | (bytes[from]! & 15)
      const number = counts.messages++
      if (position >= 0) this.#sink.wire(bits, at, position + payload, length, number, topic)
      from = payload + length
    }
    this.#frameAt = start + bytes.length
  }

  #readAny(bytes: Uint8Array, start: number): void {
    const chunk = this.#settings.masked ? scratchCopy(bytes) : bytes
    for (let from = 0; from < chunk.length;) {
      from = this.#parser.next(chunk, from)
      if (!this.#parser.midFrame) this.#frameAt = start + from
    }
    this.#between = !this.#parser.midFrame && !this.#parser.error
    if (this.#parser.midFrame) this.#payload.hold()
  }

  /** What is read `ahead` bytes from now was published to a topic. */
  published(topic: string, ahead: number): void {
    // Where no frame can be read, none would ever take it from here.
    if (!this.#parser.error) this.#topics.push({ at: this.counts.wireBytes + ahead, topic })
  }

  #start({ fin, rsv, opcode, length }: FrameHeader): undefined {
    const entry = this.#entry
    entry.fin = fin
    entry.rsv = rsv
    entry.opcode = opcode
    entry.length = length
    entry.maskKey = this.#settings.masked ? this.#parser.maskKey : undefined
    this.#payload.begin(length, this.#most(opcode, rsv))
    return undefined
  }

  /** To inflate a message all of it is needed. */
  #most(opcode: number, rsv: number): number {
    if (isControl(opcode)) return 125
    const compressed =
      opcode === Opcode.continuation ? this.#message?.compressed : this.#isCompressed(rsv)
    return compressed ? mostInflated : this.#settings.cut
  }

  /** RFC 7692 §6: RSV1 on the first frame. */
  #isCompressed(rsv: number): boolean {
    return this.#settings.inflater !== undefined && (rsv & 4) !== 0
  }

  #end(): undefined {
    const { bytes } = this.#payload
    this.#entry.payload = bytes
    this.#entry.stored = bytes.length
    this.#ended(this.#isPlain(this.#entry))
    return undefined
  }

  #ended(plain: boolean): void {
    const entry = this.#entry
    this.counts.frames++
    entry.inMessage = entry.message = undefined
    entry.topic = this.#topics.length > 0 ? this.#topicHere() : undefined
    entry.plain = plain
    if (plain) this.#plain(entry)
    else if (!isControl(entry.opcode)) this.#data(entry, entry.payload!)
    this.#sink.frame(entry)
  }

  #topicHere(): string | undefined {
    while (this.#topics.length > 0 && this.#topics[0]!.at < this.#frameAt) this.#topics.shift()
    return this.#topics[0]?.at === this.#frameAt ? this.#topics.shift()!.topic : undefined
  }

  /** Most messages are one frame, and there is nothing to be done about it. */
  #isPlain({ opcode, fin, rsv }: FrameEntry): boolean {
    const looked = opcode === Opcode.text && this.#settings.redaction.looksInside
    const begins = opcode === Opcode.text || opcode === Opcode.binary
    return fin && begins && !looked && !this.#isCompressed(rsv)
  }

  #plain(entry: FrameEntry): void {
    entry.inMessage = this.counts.messages++
    this.counts.messageBytes += entry.length
    // One that was not whole is left behind: the peer's fault.
    this.#message = undefined
  }

  #data(entry: FrameEntry, payload: Uint8Array): void {
    if (entry.opcode !== Opcode.continuation) this.#message = this.#begun(entry)
    const open = this.#message
    // A continuation of nothing: the peer's fault, and recorded as such.
    if (!open) return
    const { fin, length } = entry
    entry.inMessage = open.number
    open.frames++
    open.wireLength += length
    if (fin) {
      this.#message = undefined
      entry.message = this.#finished(open, payload)
    } else {
      keep(open, new Uint8Array(payload), this.#limit(open))
    }
    if (this.#withheld(open, entry)) entry.payload = undefined
    else entry.stored = Math.min(payload.length, this.#settings.cut)
  }

  #begun({ opcode, rsv }: FrameEntry): OpenMessage {
    const number = this.counts.messages++
    const compressed = this.#isCompressed(rsv)
    return { number, opcode, compressed, frames: 0, wireLength: 0, parts: [], kept: 0 }
  }

  #limit({ compressed }: OpenMessage): number {
    return compressed ? mostInflated : this.#settings.cut
  }

  #finished(open: OpenMessage, last: Uint8Array): MessageRecord {
    const { cut, inflater, redaction } = this.#settings
    const { number, opcode, compressed, frames, wireLength } = open
    keep(open, last, this.#limit(open))
    let payload: Uint8Array | undefined = joined(open)
    let length: number | undefined = wireLength
    if (compressed) {
      payload = inflater?.inflate(open.kept === wireLength ? payload : undefined)
      length = payload?.length
      // Not a view of all of it, which would stay in memory.
      if (payload && payload.length > cut) payload = payload.slice(0, cut)
    }
    this.counts.messageBytes += length ?? wireLength
    const looksInside = opcode === Opcode.text && redaction.looksInside
    const safe = looksInside && payload ? redaction.payload(payload) : undefined
    const redacted = safe !== undefined
    return {
      number,
      opcode,
      compressed,
      frames,
      wireLength,
      length,
      payload: safe ?? payload,
      redacted,
    }
  }

  /**
   * Whether the bytes of a frame may hold a secret: those of a message that has one, and those of a text in
   * fragments, of which nobody knows yet.
   */
  #withheld({ opcode, frames }: OpenMessage, { fin, message }: FrameEntry): boolean {
    if (opcode !== Opcode.text || !this.#settings.redaction.looksInside) return false
    return message?.redacted === true || !fin || frames > 1
  }
}

import { checkInteger } from '../../core/limits.ts'
import { ConnectionRecorder } from './connection-recorder.ts'
import { type FrameEntry, FrameRing, pieceFrames } from './frame-ring.ts'
import type { Inflate } from './message-inflater.ts'
import type { ConnectionFacts, ConnectionRecord, FlowRecord, FrameRecord } from './records.ts'
import { Redaction, type RedactionOptions } from './redaction.ts'

/** How much a recording keeps. */
export interface RecordingOptions {
  /** Frames that are kept; the oldest make room. Default 100,000. */
  frames?: number | undefined
  /** Bytes that they may take in memory, about. Default 64 MiB. */
  bytes?: number | undefined
  /** Bytes of each payload that are kept. Default 64 KiB, at most a quarter of `bytes`. */
  payload?: number | undefined
  /** Connections that are over and still kept. Default 1,000. */
  connections?: number | undefined
  /** What to take out before anything is stored. Default the headers that let somebody in. */
  redact?: RedactionOptions | undefined
}

/** How much is kept, at most. */
export interface RecordingLimits {
  readonly frames: number
  readonly bytes: number
  readonly payload: number
  readonly connections: number
}

/** What happened last: a connection opened or closed, or a frame came or went. */
export type RecordingEvent =
  | { readonly event: 'opened' | 'closed'; readonly connection: ConnectionRecord }
  | { readonly event: 'frame'; readonly frame: FrameRecord }

const mebibyte = 1 << 20
/** Pauses and drains that are kept. */
const mostFlows = 10_000

/** Connections and their frames, as many of the latest as fit. */
export class Recording {
  readonly #connections = new Map<number, ConnectionRecord>()
  readonly #ring: FrameRing
  readonly #flows: FlowRecord[] = []
  readonly #redaction: Redaction
  readonly #inflate: Inflate | undefined
  readonly #listeners = new Set<(event: RecordingEvent) => void>()
  /** The ids of connections that are over, oldest first. */
  #over: number[] = []
  #opened = 0
  /** How many flows had to make room. */
  #flowsGone = 0
  readonly limits: RecordingLimits
  /** While it is set frames are counted and not kept. */
  paused = false

  /**
   * @param inflate To show compressed messages; without it they stay compressed.
   * @throws {OptionError} when an option is outside its range.
   */
  constructor(options: RecordingOptions = {}, inflate?: Inflate) {
    const { frames = 100_000, bytes = 64 * mebibyte } = options
    const { connections = 1000, redact } = options
    checkInteger('frames', frames, 1, 10_000_000)
    checkInteger('bytes', bytes, 1024, 2 ** 32)
    const mostPayload = Math.min(16 * mebibyte, Math.floor(bytes / 4))
    const { payload = Math.min(65_536, mostPayload) } = options
    checkInteger('payload', payload, 0, mostPayload)
    checkInteger('connections', connections, 0, 1_000_000)
    this.limits = { frames, bytes, payload, connections }
    this.#ring = new FrameRing(frames, bytes)
    this.#redaction = new Redaction(redact)
    this.#inflate = inflate
  }

  /** Those that are open, and the latest of those that are over. */
  get connections(): readonly ConnectionRecord[] {
    return [...this.#connections.values()]
  }

  connection(id: number): ConnectionRecord | undefined {
    return this.#connections.get(id)
  }

  /** The latest frames, oldest first. */
  get frames(): Iterable<FrameRecord> {
    return this.#ring
  }

  /** @param most Bytes of the payload of the frame that are wanted. */
  frame(number: number, most: number = Infinity): FrameRecord | undefined {
    return this.#ring.get(number, most)
  }

  /** The numbers of the oldest frame that is kept, and of the next that will come. */
  get span(): { readonly oldest: number; readonly next: number } {
    const { size, dropped } = this.#ring
    return { oldest: dropped, next: dropped + size }
  }

  /** When connections were paused and resumed, full and drained: the latest 10,000 times. */
  get flows(): readonly FlowRecord[] {
    return this.#flows
  }

  /** How many flows there were before the oldest of `flows`. */
  get flowsGone(): number {
    return this.#flowsGone
  }

  /** Forgets all frames, and the connections that are over; what comes goes on to be numbered. */
  clear(): void {
    this.#ring.clear()
    this.#flowsGone += this.#flows.length
    this.#flows.length = 0
    for (const id of this.#over.splice(0)) this.#connections.delete(id)
  }

  /** How much is kept, and how many frames had to make room. */
  get usage(): { readonly frames: number; readonly bytes: number; readonly dropped: number } {
    const { size, bytes, dropped } = this.#ring
    return { frames: size, bytes, dropped }
  }

  /** Calls `listener`, which may not throw, at each event. @returns Stops that. */
  listen(listener: (event: RecordingEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** A connection is open; what becomes of it is told to what this returns. */
  open(facts: ConnectionFacts): ConnectionRecorder {
    const redaction = this.#redaction
    const id = this.#opened++
    const recorder = new ConnectionRecorder(
      {
        ...facts,
        id,
        url: redaction.url(facts.url),
        request: facts.request && redaction.head(facts.request),
        response: facts.response && redaction.head(facts.response),
      },
      { cut: this.limits.payload, redaction, inflate: this.#inflate, piece: this.#ring.piece },
      {
        // A listener may do anything, such as forget all frames, and none may be half there then.
        together: () => (this.#listeners.size > 0 ? 1 : pieceFrames),
        append: (bytes) => (this.paused ? -1 : this.#ring.append(bytes)),
        wire: (bits, at, position, length, inMessage, topic) =>
          this.#added(this.#ring.pushWire(bits, at, position, length, id, inMessage, topic)),
        frame: (entry) => this.#add(entry),
        flow: (flow) => this.#flow(flow),
        closed: (connection) => this.#close(connection),
      },
    )
    this.#connections.set(recorder.connection.id, recorder.connection)
    this.#tell({ event: 'opened', connection: recorder.connection })
    return recorder
  }

  #flow(flow: FlowRecord): void {
    if (this.paused) return
    this.#flows.push(flow)
    if (this.#flows.length <= mostFlows) return
    this.#flows.shift()
    this.#flowsGone++
  }

  #add(entry: FrameEntry): void {
    if (!this.paused) this.#added(this.#ring.push(entry))
  }

  #added(number: number): void {
    if (this.#listeners.size > 0) this.#tell({ event: 'frame', frame: this.#ring.get(number)! })
  }

  #close(connection: ConnectionRecord): void {
    this.#over.push(connection.id)
    if (this.#over.length > this.limits.connections) this.#connections.delete(this.#over.shift()!)
    this.#tell({ event: 'closed', connection })
  }

  #tell(event: RecordingEvent): void {
    for (const listener of this.#listeners) listener(event)
  }
}

import { Opcode } from '../../core/opcode.ts'
import { DirectionRecorder, type DirectionSink } from './direction-recorder.ts'
import type { FrameEntry } from './frame-ring.ts'
import { type Inflate, MessageInflater, takeoverOf } from './message-inflater.ts'
import {
  type CloseRecord,
  type ConnectionFacts,
  type ConnectionRecord,
  type Direction,
  type FlowEvent,
  type FlowRecord,
  noFlow,
} from './records.ts'
import type { Redaction } from './redaction.ts'

/** What the connections of a recording share. */
export interface RecorderSettings {
  /** Bytes of a payload that are stored. */
  readonly cut: number
  readonly redaction: Redaction
  readonly inflate: Inflate | undefined
  /** Bytes that may be copied at once. */
  readonly piece: number
}

/** Where a recorder puts what it has. */
export interface RecorderSink extends DirectionSink {
  flow(flow: FlowRecord): void
  closed(connection: ConnectionRecord): void
}

type OpenConnection = { -readonly [Key in keyof ConnectionRecord]: ConnectionRecord[Key] }

/** Pings that wait for their pong; more are not answered one by one anyway (RFC 6455 §5.5.3). */
const mostPings = 64

/** Records one connection from the bytes of both directions. */
export class ConnectionRecorder {
  readonly connection: ConnectionRecord
  readonly #connection: OpenConnection
  readonly #sink: RecorderSink
  readonly #received: DirectionRecorder
  readonly #transmitted: DirectionRecorder
  /** The first close frame of each direction, in order. */
  readonly closes: { readonly direction: Direction; readonly payload: Uint8Array }[] = []
  /** When each ping went or came, by its direction and payload. */
  readonly #pings = new Map<string, number>()

  constructor(
    facts: ConnectionFacts & { readonly id: number },
    settings: RecorderSettings,
    sink: RecorderSink,
  ) {
    const make = (direction: Direction): DirectionRecorder => {
      const takeover = takeoverOf(facts, direction)
      const inflater =
        takeover !== undefined && settings.inflate
          ? new MessageInflater(settings.inflate, takeover)
          : undefined
      // RFC 6455 §5.1: what comes from the client is masked.
      const masked = (facts.role === 'client') === (direction === 'transmit')
      const { cut, redaction, piece } = settings
      const own = { direction, masked, cut, redaction, inflater, piece }
      return new DirectionRecorder(own, facts.id, {
        ...sink,
        frame: (entry) => this.#frame(entry),
      })
    }
    this.#received = make('receive')
    this.#transmitted = make('transmit')
    this.#connection = {
      ...facts,
      received: this.#received.counts,
      transmitted: this.#transmitted.counts,
      rtt: undefined,
      flow: noFlow,
      closed: undefined,
      unreadable: undefined,
    }
    this.connection = this.#connection
    this.#sink = sink
  }

  /** Bytes came or went; they are not changed. @param at Milliseconds since 1970. */
  read(direction: Direction, bytes: Uint8Array, at: number): void {
    const one = direction === 'receive' ? this.#received : this.#transmitted
    const unreadable = one.read(bytes, at)
    if (unreadable !== undefined) this.#connection.unreadable ??= `${direction}: ${unreadable}`
  }

  /** What is transmitted `ahead` bytes from now was published to a topic. */
  published(topic: string, ahead: number): void {
    this.#transmitted.published(topic, ahead)
  }

  /** @param bufferedAmount Bytes that wait for the transport. */
  flow(event: FlowEvent, bufferedAmount: number, at: number): void {
    const { full, paused } = this.#connection.flow
    this.#connection.flow = {
      bufferedAmount,
      full: event === 'full' || (full && event !== 'drained'),
      paused: event === 'paused' || (paused && event !== 'resumed'),
    }
    this.#sink.flow({ connection: this.#connection.id, at, event, bufferedAmount })
  }

  closed(close: CloseRecord): void {
    if (this.#connection.closed) return
    this.#connection.closed = close
    this.#sink.closed(this.#connection)
  }

  #frame(entry: FrameEntry): void {
    entry.rtt = entry.opcode < Opcode.ping ? undefined : this.#roundTrip(entry)
    if (entry.opcode === Opcode.close) this.#close(entry)
    if (entry.rtt !== undefined) this.#connection.rtt = entry.rtt
    this.#sink.frame(entry)
  }

  #close({ direction, payload = noBytes }: FrameEntry): void {
    if (this.closes.some((one) => one.direction === direction)) return
    this.closes.push({ direction, payload: new Uint8Array(payload) })
  }

  /** RFC 6455 §5.5.3: a pong has the payload of the ping it answers, which went the other way. */
  #roundTrip({ opcode, direction, at, payload = noBytes }: FrameEntry): number | undefined {
    const asked = (direction === 'receive') === (opcode === Opcode.ping) ? 'receive' : 'transmit'
    const key = `${asked} ${payload.join(' ')}`
    const pinged = this.#pings.get(key)
    this.#pings.delete(key)
    if (opcode === Opcode.pong) return pinged === undefined ? undefined : at - pinged
    this.#pings.set(key, at)
    if (this.#pings.size > mostPings) this.#pings.delete(this.#pings.keys().next().value!)
    return undefined
  }
}

const noBytes = new Uint8Array(0)

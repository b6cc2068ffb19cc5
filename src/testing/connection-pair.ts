import {
  Connection,
  type ConnectionSettings,
  defaultHeartbeat,
  type Heartbeat,
  type Limits,
  type MessageExtension,
  resolveLimits,
  Slab,
} from '../core/index.ts'
import { FakeClock } from './fake-clock.ts'
import { Recorder } from './recorder.ts'
import { testPorts } from './test-ports.ts'

/** What `ConnectionPair` may be given. */
export interface ConnectionPairOptions {
  readonly limits?: Partial<Limits>
  /** Default 20 s and 20 s; `false` for none. */
  readonly heartbeat?: Heartbeat | false
  readonly seed?: number
  /** What each side has negotiated for its messages. */
  readonly extensions?: Readonly<Partial<Record<ConnectionSettings['role'], MessageExtension>>>
  /** `false` leaves both connections as before the opening handshake. Default true. */
  readonly open?: boolean
}

/** One end of a pair: its connection, and what that has told its handler. */
export class PairSide extends Recorder {
  readonly connection: Connection
  /** Set it to make this side vanish without a word: nothing reaches it and nothing comes from it. */
  gone = false
  /** Bytes on their way to the other side. */
  #wire: Uint8Array = new Uint8Array(0)
  #finSent = false

  constructor(settings: ConnectionSettings) {
    super()
    this.connection = new Connection(settings, this)
  }

  /** How many bytes are on their way to the other side. */
  get waiting(): number {
    return this.#wire.length + this.connection.output.length
  }

  /** Whether there is something to deliver: bytes, or the end of this side of the transport. */
  get busy(): boolean {
    return this.waiting > 0 || (this.finishes > 0 && !this.#finSent)
  }

  /** Takes up to `most` of the bytes that this side has to send. */
  take(most: number = Infinity): Uint8Array {
    this.#wire = concat([this.#wire, ...this.connection.output.take()])
    const taken = this.#wire.slice(0, most)
    this.#wire = this.#wire.slice(taken.length)
    return taken
  }

  /** Hands up to `most` bytes to `other`, and after the last one the end of this side, if it has ended. */
  deliverTo(other: PairSide, most: number = Infinity): void {
    const bytes = this.take(most)
    const lost = this.gone || other.gone
    if (bytes.length > 0 && !lost) other.connection.receive(bytes)
    if (this.waiting > 0 || this.finishes === 0 || this.#finSent) return
    this.#finSent = true
    if (!lost) other.connection.end()
  }

  /** Whether both ways of the transport have ended, or this side has destroyed it. */
  isOver(other: PairSide): boolean {
    return this.aborts > 0 || (this.#finSent && other.#finSent)
  }
}

/**
 * A client and a server connection joined in memory. Nothing moves until `flow` is called, or
 * `deliverTo` of a side for finer steps; time passes with `pass`.
 */
export class ConnectionPair {
  readonly clock: FakeClock = new FakeClock()
  readonly client: PairSide
  readonly server: PairSide

  constructor(options: ConnectionPairOptions = {}) {
    const { heartbeat = defaultHeartbeat, seed = 1 } = options
    const shared = {
      limits: resolveLimits(options.limits),
      heartbeat: heartbeat || undefined,
      ports: testPorts({ seed, clock: this.clock }),
      slab: new Slab(),
    }
    this.client = new PairSide({ role: 'client', ...shared })
    this.server = new PairSide({ role: 'server', ...shared })
    if (options.open === false) return
    this.client.connection.open(options.extensions?.client)
    this.server.connection.open(options.extensions?.server)
  }

  get sides(): [client: PairSide, server: PairSide] {
    return [this.client, this.server]
  }

  /**
   * Moves bytes both ways, in pieces of up to `most`, until neither side has any; ends the transport
   * as the sides ask for it.
   */
  flow(most: number = Infinity): void {
    const { client, server } = this
    while (!this.#over && (client.busy || server.busy)) {
      client.deliverTo(server, most)
      if (!this.#over) server.deliverTo(client, most)
    }
    if (this.#over) this.cut()
  }

  get #over(): boolean {
    return this.client.isOver(this.server) || this.server.isOver(this.client)
  }

  /** Breaks the transport: what is on its way is lost, and both sides are told. */
  cut(error?: Error): void {
    for (const side of this.sides) {
      side.take()
      side.connection.lose(error)
    }
  }

  /** Lets time pass, with everything that falls due in it, in order; bytes move at once. */
  pass(milliseconds: number): void {
    const until = this.clock.now() + milliseconds
    this.flow()
    for (let due = this.#due(); due <= until; due = this.#due()) {
      this.clock.advance(Math.max(0, due - this.clock.now()))
      for (const { connection, gone } of this.sides) if (!gone) connection.tick(this.clock.now())
      this.flow()
    }
    this.clock.advance(until - this.clock.now())
  }

  #due(): number {
    return Math.min(
      ...this.sides.map(({ connection, gone }) => (gone ? Infinity : connection.due())),
    )
  }
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}

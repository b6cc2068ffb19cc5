import { setMaxListeners } from 'node:events'
import { performance } from 'node:perf_hooks'
import { setTimeout as delay } from 'node:timers/promises'
import {
  type ClientSocket,
  type CloseOutcome,
  connect,
  type Message,
  ReadyState,
  TidewireError,
} from '../../node/index.ts'
import { ErrorCounts } from './error-counts.ts'
import { Lane, Paced, Windowed } from './lane.ts'
import { LatencyHistogram } from './latency-histogram.ts'
import type { LoadSettings, Share } from './load-settings.ts'
import { OpenLoop } from './open-loop.ts'
import { Tally } from './tally.ts'

/** What a connection carries: its messages, once they have begun. */
interface Carried {
  lane: Lane | undefined
  /** `send` has a ping under way behind the messages before this number. */
  pinged: number
}

type LoadSocket = ClientSocket<Carried>

/** Connections that are opened at a time. */
const mostOpening = 64
/** Milliseconds: timers are too coarse for what is due within it, which is waited for actively. */
const coarse = 2

/** The connections of one thread and what goes over them. */
export class Load {
  readonly errors: ErrorCounts = new ErrorCounts()
  readonly connectTimes: LatencyHistogram = new LatencyHistogram()
  readonly tally: Tally = new Tally()
  /** The share of the window in which this thread was busy, and the cores that the process used. */
  busy = 0
  cpu = 0
  readonly #settings: LoadSettings
  readonly #sockets = new Set<LoadSocket>()
  readonly #stop = new AbortController()
  #loop: OpenLoop | undefined
  #ending = false

  constructor(settings: LoadSettings) {
    this.#settings = settings
    // Each connection that is being opened listens.
    setMaxListeners(0, this.#stop.signal)
  }

  /** Connections that are open. */
  get open(): number {
    return this.#sockets.size
  }

  /** Milliseconds of the window that have passed. */
  get elapsed(): number {
    const { from, until } = this.tally
    return Math.max(0, Math.min(performance.now(), until) - from)
  }

  /** Ends opening or counting; what is under way may still be answered. */
  stop(): void {
    this.#stop.abort()
  }

  /** Opens so many connections, as many of them at a time as servers like. */
  async connect(count: number): Promise<void> {
    let left = count
    const dial = async (): Promise<void> => {
      while (left-- > 0 && !this.#stop.signal.aborted) await this.#open()
    }
    await Promise.all(Array.from({ length: Math.min(count, mostOpening) }, dial))
  }

  /** Warms up, counts, and waits for the last answers. */
  async run(share: Share): Promise<void> {
    const { warmUp, duration } = this.#settings
    const begin = performance.now()
    this.tally.from = begin + warmUp
    this.tally.until = begin + warmUp + duration
    const lanes = this.#begin(share, begin)
    await this.#pause(warmUp)
    const [loop, cpu, from] = [
      performance.eventLoopUtilization(),
      process.cpuUsage(),
      performance.now(),
    ]
    await this.#pause(this.tally.until - from)
    this.busy = performance.eventLoopUtilization(loop).utilization
    const { user, system } = process.cpuUsage(cpu)
    this.cpu = (user + system) / 1000 / (performance.now() - from)
    this.tally.until = Math.min(this.tally.until, performance.now())
    // One that is far behind has sent nothing of the window that would show it.
    if (this.#loop) this.tally.lateness.add(this.#loop.behind(this.tally.until))
    for (const lane of lanes) lane.stopped = true
    this.#stop.abort()
    await this.#settle(lanes)
    for (const lane of lanes) lane.abandon(performance.now())
  }

  /** Closes what is open. */
  async end(): Promise<void> {
    this.#ending = true
    await Promise.all([...this.#sockets].map((socket) => socket.close()))
  }

  async #open(): Promise<void> {
    const { destination, timeout } = this.#settings
    const started = performance.now()
    try {
      const limits = {
        ...destination.options.limits,
        // What waits is bounded by what is due; nothing is to be dropped.
        buffered: 2 ** 32,
        handshakeTimeout: timeout,
        closeTimeout: 2000,
      }
      const socket: LoadSocket = await connect<Carried>(destination.url, {
        ...destination.options,
        limits,
        data: { lane: undefined, pinged: 0 },
        signal: this.#stop.signal,
        message: (from, message) => this.#came(from, message),
        drain: (from) => from.data.lane?.drained(),
        close: (from, outcome) => this.#closed(from, outcome),
      })
      this.connectTimes.add(performance.now() - started)
      // One that closed at once has been counted as such.
      if (socket.readyState === ReadyState.OPEN) this.#sockets.add(socket)
    } catch (error) {
      if (this.#stop.signal.aborted) return
      if (!(error instanceof TidewireError)) throw error
      this.errors.failed(error)
    }
  }

  #begin(share: Share, begin: number): Lane[] {
    const { rate, depth, mode } = this.#settings
    if (mode === 'receive') return []
    const sockets = [...this.#sockets]
    const interval = rate === undefined ? 0 : 1000 / rate
    const firstAt = (at: number): number => begin + (share.first + at) * interval
    const lanes = sockets.map((socket, at) => {
      const times =
        rate === undefined
          ? new Windowed(depth, begin)
          : new Paced(firstAt(at), share.total * interval)
      const lane = new Lane(times, this.tally, () => this.#send(socket))
      socket.data.lane = lane
      return lane
    })
    if (rate === undefined) for (const lane of lanes) lane.becomeDue(depth, begin)
    else this.#drive(new OpenLoop(lanes, firstAt, share.total * interval))
    return lanes
  }

  #drive(loop: OpenLoop): void {
    this.#loop = loop
    const turn = (): void => {
      if (this.#stop.signal.aborted) return
      const left = loop.turn(performance.now())
      if (left > coarse) setTimeout(turn, left - coarse)
      else setImmediate(turn)
    }
    turn()
  }

  #send(socket: LoadSocket): boolean {
    const result = socket.send(this.#settings.message)
    if (this.#settings.mode === 'send') void this.#ping(socket)
    return result === 'sent'
  }

  /** The answer to a ping says that all before it has been read, also where nothing else does. */
  async #ping(socket: LoadSocket): Promise<void> {
    const { lane } = socket.data
    if (!lane || socket.data.pinged > lane.answered) return
    socket.data.pinged = lane.sent
    try {
      await socket.ping()
    } catch {
      return
    }
    const now = performance.now()
    const bytes = sizeOf(this.#settings.message)
    for (let left = socket.data.pinged - lane.answered; left > 0; left--) lane.answer(now, bytes)
    if (lane.sent > lane.answered) void this.#ping(socket)
  }

  #came({ data: { lane } }: LoadSocket, message: Message): void {
    const now = performance.now()
    const { mode, message: sent } = this.#settings
    const bytes = sizeOf(message)
    if (mode === 'receive') return this.tally.arrived(now, bytes)
    if (mode === 'send') return
    if (lane?.answer(now, bytes) !== true) return this.errors.add('unexpected', unexpected)
    if (mode === 'echo' && !same(message, sent)) this.errors.add('changed', changed)
  }

  #closed(socket: LoadSocket, { code, cause }: CloseOutcome): void {
    this.#sockets.delete(socket)
    if (this.#ending) return
    this.errors.add(`closed ${code}`, cause.text)
    if (this.open === 0) this.stop()
  }

  /** Waits until all is answered, for as long as answers may take. */
  async #settle(lanes: readonly Lane[]): Promise<void> {
    const end = performance.now() + this.#settings.timeout
    const missing = (): boolean => lanes.some((lane) => !lane.settled)
    while (missing() && this.open > 0 && performance.now() < end) await delay(10)
  }

  /** Until it is stopped, at the longest. */
  async #pause(milliseconds: number): Promise<void> {
    const { signal } = this.#stop
    await delay(Math.max(0, milliseconds), undefined, { signal }).catch(() => {})
  }
}

const unexpected = 'A message came that answers none of ours: see --mode.'
const changed = 'An answer was not what was sent: --mode answer takes any.'

function sizeOf(message: Message): number {
  return typeof message === 'string' ? Buffer.byteLength(message) : message.length
}

function same(message: Message, sent: string | Uint8Array): boolean {
  if (typeof message === 'string' || typeof sent === 'string') return message === sent
  return Buffer.compare(message, sent) === 0
}

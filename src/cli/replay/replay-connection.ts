import { setTimeout as delay } from 'node:timers/promises'
import { type ClientSocket, type CloseOutcome, type Message, ReadyState } from '../../node/index.ts'
import type { ReplayScript } from './replay-script.ts'

/** How a session is replayed. */
export interface Pace {
  /** The original timing divided by this; `Infinity` for no pauses. */
  readonly speed: number
  /** Milliseconds that an answer may take. */
  readonly timeout: number
}

/** The time of a session. */
export interface SessionClock {
  /** Milliseconds since it began. */
  since(): number
  pause(milliseconds: number): Promise<void>
}

/** One that begins now, and whose pauses end when `stop` says so. */
export function sessionClock(stop: AbortSignal): SessionClock {
  const began = performance.now()
  return {
    since: () => performance.now() - began,
    pause: (milliseconds) => untilAborted(milliseconds, stop),
  }
}

/** What came of a connection. */
export interface Replayed {
  readonly sent: number
  /** How many answers had their time to come: all of them, unless it was stopped before. */
  readonly awaited: number
  readonly answers: readonly Message[]
  /** The code that the server closed with before we did; `null` when it did not. */
  readonly serverClosed: number | null
}

/**
 * Sends what a client had sent, each message at its time and not before the answers have come that had come
 * before it; once one does not come in time, no other is waited for.
 * @param stop Ends it at once, with what has come of it so far.
 */
export async function replayConnection(
  socket: ClientSocket,
  { steps, answers: expected, serverClosed }: ReplayScript,
  { speed, timeout }: Pace,
  clock: SessionClock,
  stop: AbortSignal,
): Promise<Replayed> {
  const arrivals = new Arrivals(socket, stop)
  let patience = timeout
  const until = async (count: number): Promise<void> => {
    if (!(await arrivals.until(count, patience))) patience = 0
  }
  let sent = 0
  let awaited = 0
  for (const { at, message, after } of steps) {
    await clock.pause(at / speed - clock.since())
    await until(after)
    if (stop.aborted) break
    awaited = after
    const result = socket.send(message)
    if (result === 'dropped') break
    sent++
    // It may close first, which is seen below.
    if (result === 'buffered')
      await within(
        socket.drained().catch(() => {}),
        Infinity,
        stop,
      )
  }
  await until(expected.length)
  // Its answer comes behind all that the server sent before: there may be more than was expected.
  if (socket.readyState === ReadyState.OPEN) {
    const answered = socket.ping().catch(() => {})
    await within(answered, timeout, stop)
  }
  const ends = typeof serverClosed === 'number' || socket.readyState !== ReadyState.OPEN
  const outcome = ends ? await within(socket.closed, timeout, stop) : undefined
  if (!outcome) await within(socket.close(), stop.aborted ? briefly : Infinity)
  socket.terminate()
  await arrivals.ended
  const { messages: answers } = arrivals
  if (!stop.aborted) awaited = expected.length
  return { sent, awaited, answers, serverClosed: closedByServer(outcome) }
}

/** Milliseconds for the closing handshake when somebody waits for the end. */
const briefly = 1000

function closedByServer(outcome: CloseOutcome | undefined): number | null {
  return outcome?.cause.by === 'remote' ? outcome.code : null
}

/** `undefined` when it takes too long, or `stop` says so. */
async function within<Value>(
  promise: Promise<Value>,
  milliseconds: number,
  stop?: AbortSignal,
): Promise<Value | undefined> {
  const over = new AbortController()
  const signal = stop ? AbortSignal.any([over.signal, stop]) : over.signal
  try {
    const late = untilAborted(milliseconds, signal) as Promise<undefined>
    return await Promise.race([promise, late])
  } finally {
    over.abort()
  }
}

/** So many milliseconds, at most as long as a timer can, or until `signal` says so. */
function untilAborted(milliseconds: number, signal: AbortSignal): Promise<void> {
  const time = Math.min(Math.max(0, milliseconds), 2 ** 31 - 1)
  return delay(time, undefined, { signal }).catch(() => {})
}

/** The messages that have come, to be waited for. */
class Arrivals {
  readonly messages: Message[] = []
  /** Resolves when no more comes. */
  readonly ended: Promise<void>
  #over = false
  #news: () => void = () => {}

  /** @param stop Nothing more is waited for. */
  constructor(socket: ClientSocket, stop: AbortSignal) {
    this.ended = this.#read(socket)
    stop.addEventListener('abort', () => this.#end())
    if (stop.aborted) this.#end()
  }

  /** @returns Whether so many have come in time. */
  async until(count: number, milliseconds: number): Promise<boolean> {
    const end = performance.now() + milliseconds
    while (this.messages.length < count && !this.#over) {
      const left = end - performance.now()
      if (left <= 0) return false
      await within(new Promise<void>((resolve) => (this.#news = resolve)), left)
    }
    return this.messages.length >= count
  }

  async #read(socket: ClientSocket): Promise<void> {
    try {
      for await (const message of socket) {
        this.messages.push(message)
        this.#news()
      }
    } catch {
      // The outcome says how it ended.
    }
    this.#end()
  }

  #end(): void {
    this.#over = true
    this.#news()
  }
}

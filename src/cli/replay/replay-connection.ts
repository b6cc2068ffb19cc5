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

/** One that begins now. */
export function sessionClock(): SessionClock {
  const began = performance.now()
  return {
    since: () => performance.now() - began,
    // At most as long as a timer can.
    pause: (milliseconds) => delay(Math.min(Math.max(0, milliseconds), 2 ** 31 - 1)),
  }
}

/** What came of a connection. */
export interface Replayed {
  readonly sent: number
  readonly answers: readonly Message[]
  /** The code that the server closed with before we did; `null` when it did not. */
  readonly serverClosed: number | null
}

/**
 * Sends what a client had sent, each message at its time and not before the answers have come that had come
 * before it; once one does not come in time, no other is waited for.
 */
export async function replayConnection(
  socket: ClientSocket,
  { steps, answers: expected, serverClosed }: ReplayScript,
  { speed, timeout }: Pace,
  clock: SessionClock,
): Promise<Replayed> {
  const arrivals = new Arrivals(socket)
  let patience = timeout
  const until = async (count: number): Promise<void> => {
    if (!(await arrivals.until(count, patience))) patience = 0
  }
  let sent = 0
  for (const { at, message, after } of steps) {
    await clock.pause(at / speed - clock.since())
    await until(after)
    const result = socket.send(message)
    if (result === 'dropped') break
    sent++
    // It may close first, which is seen below.
    if (result === 'buffered') await socket.drained().catch(() => {})
  }
  await until(expected.length)
  // Its answer comes behind all that the server sent before: there may be more than was expected.
  if (socket.readyState === ReadyState.OPEN) {
    const answered = socket.ping().catch(() => {})
    await within(answered, timeout)
  }
  const ends = typeof serverClosed === 'number' || socket.readyState !== ReadyState.OPEN
  const outcome = ends ? await within(socket.closed, timeout) : undefined
  if (!outcome) await socket.close()
  await arrivals.ended
  return { sent, answers: arrivals.messages, serverClosed: closedByServer(outcome) }
}

function closedByServer(outcome: CloseOutcome | undefined): number | null {
  return outcome?.cause.by === 'remote' ? outcome.code : null
}

/** `undefined` when it takes too long. */
async function within<Value>(
  promise: Promise<Value>,
  milliseconds: number,
): Promise<Value | undefined> {
  const over = new AbortController()
  const late = delay(milliseconds, undefined, { signal: over.signal }).catch(() => {})
  try {
    return await Promise.race([promise, late as Promise<undefined>])
  } finally {
    over.abort()
  }
}

/** The messages that have come, to be waited for. */
class Arrivals {
  readonly messages: Message[] = []
  /** Resolves when no more comes. */
  readonly ended: Promise<void>
  #over = false
  #news: () => void = () => {}

  constructor(socket: ClientSocket) {
    this.ended = this.#read(socket)
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
    this.#over = true
    this.#news()
  }
}

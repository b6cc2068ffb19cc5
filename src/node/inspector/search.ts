import { setImmediate } from 'node:timers/promises'
import type { FeedFound, FeedSearch, FrameRecord, Recording } from '../../inspect/index.ts'
import { type Haystack, Matcher } from './matcher.ts'

/** What one stretch of a search may be: others have their turn behind it. */
const mostFrames = 1024
const mostBytes = 1 << 18
const mostMilliseconds = 5

type Progress = Omit<FeedFound, 'type' | 'id'>

/** The next frames of a recording that may match, and where to go on. */
interface Stretch extends Haystack {
  readonly numbers: readonly number[]
  readonly searched: number
}

/**
 * Looks through all frames that there are at the start, stretch by stretch, so that it keeps nobody
 * waiting.
 * @param tell Is told what was found, as it is found; the last time with `done`, unless `signal` was aborted.
 */
export async function search(
  recording: Recording,
  wanted: FeedSearch,
  signal: AbortSignal,
  tell: (progress: Progress) => void,
): Promise<void> {
  const { next } = recording.span
  let from = wanted.from ?? 0
  let matcher: Matcher | undefined
  try {
    matcher = wanted.text === '' ? undefined : new Matcher(wanted)
    while (from < next && !signal.aborted) {
      const { numbers, searched, ...haystack } = stretch(recording, wanted, from, next)
      const found = matcher ? await matcher.match(haystack) : numbers.map((_, at) => at)
      if (!found) throw new Error('the expression takes too long')
      from = searched
      tell({ numbers: found.map((at) => numbers[at]!), searched, done: false, error: undefined })
      await setImmediate()
    }
    if (!signal.aborted) tell({ numbers: [], searched: from, done: true, error: undefined })
  } catch (error) {
    const { message } = error as Error
    if (!signal.aborted) tell({ numbers: [], searched: from, done: true, error: message })
  } finally {
    matcher?.end()
  }
}

function stretch(recording: Recording, wanted: FeedSearch, from: number, next: number): Stretch {
  const startedAt = performance.now()
  const numbers: number[] = []
  const payloads: Uint8Array[] = []
  const ends: number[] = []
  let size = 0
  let number = Math.max(from, recording.span.oldest)
  const until = Math.min(next, number + mostFrames)
  for (; number < until && size < mostBytes; number++) {
    if (performance.now() - startedAt > mostMilliseconds) break
    const frame = recording.frame(number)
    if (!frame || !isWanted(frame, wanted)) continue
    const payload = (frame.message ?? frame).payload ?? noBytes
    size += payload.length
    numbers.push(number)
    payloads.push(payload)
    ends.push(size)
  }
  const bytes = new Uint8Array(size)
  for (const [at, payload] of payloads.entries()) bytes.set(payload, ends[at - 1] ?? 0)
  return { numbers, bytes, ends, searched: number }
}

const noBytes = new Uint8Array(0)

function isWanted(frame: FrameRecord, wanted: FeedSearch): boolean {
  const { connections, direction, opcodes, shortest = 0, longest = Infinity } = wanted
  const { opcode } = frame.message ?? frame
  const length = frame.message?.length ?? frame.length
  return (
    (connections?.includes(frame.connection) ?? true) &&
    (direction === undefined || direction === frame.direction) &&
    (opcodes?.includes(opcode) ?? true) &&
    length >= shortest &&
    length <= longest
  )
}

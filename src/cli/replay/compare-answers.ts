import { parsedJson } from '../parsed-json.ts'
import { canonical, changes, type JsonPath } from './json-paths.ts'
import { aligned } from './aligned.ts'
import type { RecordedAnswer } from './replay-script.ts'

/** Every byte, the values of JSON without `ignored`, or only how many. */
export const comparisons = ['exact', 'json', 'count'] as const

export interface Comparison {
  readonly by: (typeof comparisons)[number]
  readonly ignored: readonly JsonPath[]
}

/** An answer that is not as recorded. */
export interface Difference {
  readonly kind: 'missing' | 'unexpected' | 'changed'
  /** The place of the answer among those of its side, from 1. */
  readonly answer: number
  readonly expected?: string | Uint8Array
  readonly got?: string | Uint8Array
  /** Where two values of JSON differ. */
  readonly changes?: readonly string[]
}

/** What is different between the answers that were recorded and those that came. */
export function compareAnswers(
  expected: readonly RecordedAnswer[],
  got: readonly (string | Uint8Array)[],
  comparison: Comparison,
): Difference[] {
  const wanted = expected.map((answer) => ({ answer, key: keyOf(answer.message, comparison) }))
  const came = got.map((message) => ({ message, key: keyOf(message, comparison) }))
  const alike = (one: (typeof wanted)[0], other: (typeof came)[0]): boolean =>
    one.answer.state === 'whole' || comparison.by === 'count'
      ? one.key === other.key
      : one.answer.state === 'redacted' || startsAlike(one.answer.message, other.message)
  return aligned(wanted, came, alike).map(([one, other]) => {
    const was = one === undefined ? undefined : expected[one]!.message
    const is = other === undefined ? undefined : got[other]!
    if (was === undefined) return { kind: 'unexpected', answer: other! + 1, got: is! }
    if (is === undefined) return { kind: 'missing', answer: one! + 1, expected: was }
    const where = changesBetween(was, is, comparison)
    const what = { kind: 'changed', answer: one! + 1, expected: was, got: is } as const
    return where.length > 0 ? { ...what, changes: where } : what
  })
}

/** What two messages have to have in common. */
function keyOf(message: string | Uint8Array, { by, ignored }: Comparison): string {
  if (by === 'count') return ''
  if (typeof message !== 'string') return `bytes ${Buffer.from(message).toString('base64')}`
  const json = by === 'json' ? parsedJson(message) : undefined
  if (json === undefined) return `text ${message}`
  try {
    return `json ${JSON.stringify(canonical(json.value, ignored))}`
  } catch (error) {
    // Nested too deep to look into.
    if (error instanceof RangeError) return `text ${message}`
    throw error
  }
}

function changesBetween(
  one: string | Uint8Array,
  other: string | Uint8Array,
  { ignored }: Comparison,
): string[] {
  const [was, is] = [one, other].map((message) =>
    typeof message === 'string' ? parsedJson(message) : undefined,
  )
  const structured = (json: typeof was): boolean =>
    typeof json?.value === 'object' && json.value !== null
  if (!was || !is || !structured(was) || !structured(is)) return []
  try {
    return changes(was.value, is.value, ignored)
  } catch (error) {
    if (error instanceof RangeError) return []
    throw error
  }
}

function startsAlike(start: string | Uint8Array, message: string | Uint8Array): boolean {
  if (typeof start === 'string') return typeof message === 'string' && message.startsWith(start)
  if (typeof message === 'string') return false
  return Buffer.from(message.subarray(0, start.length)).equals(start)
}

import type { Message } from '../node/index.ts'
import { UsageError } from './command.ts'
import { parsedJson } from './parsed-json.ts'

/** One thing that has to come. */
export type Expected =
  | { readonly kind: 'count'; readonly count: number }
  /** A text that is just this, matches this, or is JSON with these members. */
  | { readonly kind: 'message'; readonly given: string; readonly is: (text: string) => boolean }

/**
 * Reads the value of `--expect`: a number of messages, `/a regular expression/`, JSON, or a text.
 * @throws {UsageError}
 */
export function readExpected(given: string): Expected {
  if (/^\d+$/.test(given)) return { kind: 'count', count: readCount(given) }
  const [, pattern, flags = ''] = /^\/(.+)\/([a-z]*)$/s.exec(given) ?? []
  if (pattern !== undefined) {
    const expression = readExpression(given, pattern, flags)
    return { kind: 'message', given, is: (text) => text.search(expression) >= 0 }
  }
  if (!/^\s*[{[]/.test(given)) return { kind: 'message', given, is: (text) => text === given }
  const part = parsedJson(given)
  if (!part) throw new UsageError(`--expect ${given}: expected JSON, as it begins like it`)
  return {
    kind: 'message',
    given,
    is(text) {
      const whole = parsedJson(text)
      return whole !== undefined && includes(whole.value, part.value)
    },
  }
}

function readCount(given: string): number {
  const count = Number(given)
  if (Number.isSafeInteger(count) && count > 0) return count
  throw new UsageError(`--expect ${given}: expected a number of messages, 1 or more`)
}

function readExpression(given: string, pattern: string, flags: string): RegExp {
  try {
    return new RegExp(pattern, flags)
  } catch (error) {
    throw new UsageError(`--expect ${given}: ${(error as Error).message}`)
  }
}

/** Whether all of `part` is in `whole`: an object may have more members, a list no other items. */
function includes(whole: unknown, part: unknown): boolean {
  if (typeof part !== 'object' || part === null) return whole === part
  if (typeof whole !== 'object' || whole === null) return false
  if (Array.isArray(part) !== Array.isArray(whole)) return false
  if (Array.isArray(part) && part.length !== (whole as unknown[]).length) return false
  return Object.entries(part).every(
    ([name, value]) =>
      Object.hasOwn(whole, name) && includes((whole as Record<string, unknown>)[name], value),
  )
}

/** Waits for messages, one expectation after the other; messages that meet none pass by. */
export class Expecting {
  /** Whether it took too long. */
  late = false
  readonly #expected: readonly Expected[]
  readonly #over: () => void
  readonly #timer: NodeJS.Timeout | undefined
  /** Those that are met. */
  #met = 0
  /** Messages for the one that is not. */
  #came = 0

  /**
   * @param timeout Milliseconds; `Infinity` for no end.
   * @param over All has come, or it took too long.
   */
  constructor(expected: readonly Expected[], timeout: number, over: () => void) {
    this.#expected = expected
    this.#over = over
    if (expected.length > 0 && timeout !== Infinity) {
      this.#timer = setTimeout(() => {
        this.late = true
        over()
      }, timeout)
    }
  }

  take(message: Message): void {
    const next = this.#expected[this.#met]
    if (!next || this.late) return
    this.#came++
    const isMet =
      next.kind === 'count'
        ? this.#came === next.count
        : typeof message === 'string' && next.is(message)
    if (!isMet) return
    this.#met++
    this.#came = 0
    if (this.#met < this.#expected.length) return
    this.stop()
    this.#over()
  }

  /** Nothing more comes. */
  stop(): void {
    clearTimeout(this.#timer)
  }

  /** What has not come; `undefined` when all has. */
  get missing(): string | undefined {
    const next = this.#expected[this.#met]
    if (!next) return undefined
    return next.kind === 'count'
      ? `${this.#came} of the ${next.count} messages expected had come`
      : `no message had come that is ${next.given}`
  }
}

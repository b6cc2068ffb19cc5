import { asciiText, hexText } from './hex.ts'
import type { LogEntry } from './log-entry.ts'

export type DirectionFilter = 'all' | 'sent' | 'received'

export interface TextFilter {
  /** Undefined when every entry passes. */
  readonly pattern: RegExp | undefined
  /** Why the pattern cannot be used; every entry passes then. */
  readonly error: string | undefined
}

/** Bytes of a binary message that a filter looks at; its hex is six times that, for each message. */
const binarySearched = 4096

/** `/…/flags` is a regular expression, anything else a piece of text in any case. */
export function parseFilter(input: string): TextFilter {
  if (input === '') return { pattern: undefined, error: undefined }
  const regex = /^\/(.+)\/([a-z]*)$/s.exec(input)
  if (!regex) return { pattern: new RegExp(escaped(input), 'i'), error: undefined }
  try {
    // `g` and `y` would make test() remember where the last match ended.
    const flags = (regex[2] ?? '').replace(/[gy]/g, '')
    return { pattern: new RegExp(regex[1] ?? '', flags), error: undefined }
  } catch (error) {
    return { pattern: undefined, error: error instanceof Error ? error.message : String(error) }
  }
}

/** Whether the list shows an entry. Binary is searched as hex (`de ad`) and as ASCII. */
export function passes(entry: LogEntry, filter: TextFilter, direction: DirectionFilter): boolean {
  if (direction !== 'all' && entry.direction !== direction) return false
  if (!filter.pattern) return true
  if (typeof entry.data === 'string') return filter.pattern.test(entry.data)
  const head = entry.data.subarray(0, binarySearched)
  return filter.pattern.test(hexText(head)) || filter.pattern.test(asciiText(head))
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
}

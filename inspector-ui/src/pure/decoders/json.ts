import type { Decoder } from './decoder.ts'

export const json: Decoder = {
  name: 'JSON',
  decode({ text }) {
    const value = text === undefined ? undefined : parsedJson(text)
    // A bare `42` or `true` parses too, but nothing is gained by calling it JSON.
    return value !== null && typeof value === 'object'
      ? { summary: jsonSummary(value), value }
      : undefined
  },
}

/** The value of a JSON text, with integers kept whole; undefined when it is none. */
export function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text, wholeNumber)
  } catch {
    return undefined
  }
}

/** The text itself where it is no JSON. */
export function jsonOrText(text: string): unknown {
  return parsedJson(text) ?? text
}

/** `{ type, id }` or `array of 3`. */
export function jsonSummary(value: object): string {
  if (Array.isArray(value)) return `array of ${value.length}`
  const keys = Object.keys(value)
  if (keys.length === 0) return '{}'
  return `{ ${keys.slice(0, 6).join(', ')}${keys.length > 6 ? ', …' : ''} }`
}

/** An object with string keys, as most protocols over JSON send one. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Ids of 64 bits lose their last digits as numbers; engines that say how a number was written keep them. */
function wholeNumber(
  _key: string,
  value: unknown,
  context?: { readonly source?: string },
): unknown {
  const source = context?.source
  const lossy = typeof value === 'number' && !Number.isSafeInteger(value)
  return lossy && source !== undefined && /^-?\d+$/.test(source) ? BigInt(source) : value
}

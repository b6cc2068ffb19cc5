import { byteLength, count } from './format.ts'
import { hexText } from './hex.ts'

/** A part of a value, and what it is called there. */
export type TreeValue = readonly [name: string, value: unknown]

/** The parts of an object, a list or a map; undefined for what has none. */
export function childrenOf(value: unknown): TreeValue[] | undefined {
  if (Array.isArray(value)) return value.map((item, index) => [String(index), item])
  if (value instanceof Map) return [...value].map(([key, item]) => [String(key), item])
  return isPlain(value) ? Object.entries(value) : undefined
}

/** One line for a value: itself where it is a scalar, how much there is of it otherwise. */
export function valueWords(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value)
  if (value instanceof Uint8Array) return `${hexText(value, 32)} (${byteLength(value.length)})`
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'no date' : value.toISOString()
  if (Array.isArray(value)) return value.length === 0 ? '[]' : count(value.length, 'item')
  const parts = childrenOf(value)
  if (!parts) return String(value)
  return parts.length === 0 ? '{}' : count(parts.length, 'field')
}

function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false
  return !(value instanceof Uint8Array || value instanceof Date)
}

import type { Paint, Painted } from './paint.ts'
import { parsedJson } from './parsed-json.ts'
import { printable } from './printable.ts'

/** Characters of a message that is laid out: more nobody reads at a terminal. */
const longest = 1 << 20
/** Levels of a message that is laid out, each of which indents all below it. */
const deepest = 100

/** What JSON is made of; what it is made of is known to be JSON. */
const tokens = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]:,]|[^\s{}[\]:,"]+/g

/**
 * A text that is an object or a list of JSON, for people: on one line where `width` allows it, else with a
 * member on each. Only the white space is other than it came: numbers, escapes and names that are there
 * twice stay as they are. `undefined` for any other text.
 */
export function jsonText(text: string, paint: Paint, width: number): string | undefined {
  if (!/^\s*[{[]/.test(text) || text.length > longest || !parsedJson(text)) return undefined
  const parts = text.match(tokens) ?? []
  const line = parts.join('').length + parts.filter((part) => part === ',' || part === ':').length
  return layOut(parts, paint, line > width)
}

function layOut(parts: readonly string[], paint: Paint, folded: boolean): string | undefined {
  let result = ''
  let depth = 0
  for (const [at, part] of parts.entries()) {
    const next = parts[at + 1]
    const closes = part === '}' || part === ']'
    const opens = part === '{' || part === '['
    const empty = closes && /^[{[]$/.test(parts[at - 1]!)
    if (closes) depth--
    if (opens) depth++
    if (depth > deepest) return undefined
    const line = folded ? `\n${'  '.repeat(depth)}` : ''
    if (closes && !empty) result += line
    result += painted(part, next === ':', paint)
    if (part === ':') result += ' '
    else if (part === ',') result += folded ? line : ' '
    else if (opens && !/^[}\]]$/.test(next!)) result += line
  }
  return result
}

function painted(part: string, isName: boolean, paint: Paint): string {
  if (/^[{}[\]:,]$/.test(part)) return part
  const how: Painted = isName ? 'bold' : part.startsWith('"') ? 'green' : 'yellow'
  return paint(how, printable(part))
}

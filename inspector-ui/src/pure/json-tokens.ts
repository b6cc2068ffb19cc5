/** JSON as a reader wants it: indented, and cut into tokens that the page can colour. */

export interface JsonToken {
  readonly kind: 'key' | 'string' | 'number' | 'literal' | 'punctuation'
  readonly text: string
}

const lexeme = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g

/**
 * The tokens of `text`, indented, when it is a JSON object or array; undefined otherwise. The tokens
 * are those of the text itself and not of a parsed copy: a number of 20 digits keeps its digits, and
 * of two equal keys both are shown.
 */
export function jsonTokens(text: string): JsonToken[] | undefined {
  if (!isJson(text)) return undefined
  const lexemes = text.match(lexeme) ?? []
  const tokens: JsonToken[] = []
  let depth = 0
  const lineBreak = (): string => `\n${'  '.repeat(depth)}`
  for (const [index, part] of lexemes.entries()) {
    const next = lexemes[index + 1]
    if (part === '{' || part === '[') {
      if (next === '}' || next === ']') tokens.push(punctuation(part))
      else {
        depth += 1
        tokens.push(punctuation(part + lineBreak()))
      }
    } else if (part === '}' || part === ']') {
      const before = lexemes[index - 1]
      if (before === '{' || before === '[') tokens.push(punctuation(part))
      else {
        depth -= 1
        tokens.push(punctuation(lineBreak() + part))
      }
    } else if (part === ',') tokens.push(punctuation(`,${lineBreak()}`))
    else if (part === ':') tokens.push(punctuation(': '))
    else tokens.push({ kind: scalarKind(part, next === ':'), text: part })
  }
  return tokens
}

/** The indented text of tokens. */
export function joinTokens(tokens: readonly JsonToken[]): string {
  return tokens.map((token) => token.text).join('')
}

function isJson(text: string): boolean {
  // A bare `42` or `true` parses too, but nothing is gained by calling it JSON.
  if (!/^\s*[[{]/.test(text)) return false
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

function scalarKind(text: string, isKey: boolean): JsonToken['kind'] {
  if (text.startsWith('"')) return isKey ? 'key' : 'string'
  return /^[-\d]/.test(text) ? 'number' : 'literal'
}

function punctuation(text: string): JsonToken {
  return { kind: 'punctuation', text }
}

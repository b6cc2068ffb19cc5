import { isToken } from './tokens.ts'

/**
 * Takes a field value of tokens and separators apart from left to right, in one pass. Whitespace
 * between them does not count: RFC 6455 §4.3 and §9.1 use the "implied *LWS rule" of RFC 2616 §2.1.
 */
export class FieldValueReader {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
    this.#skipWhitespace()
  }

  atEnd(): boolean {
    return this.#at === this.#text.length
  }

  /** Whether the list element ends here. */
  atElementEnd(): boolean {
    return this.atEnd() || this.#next() === ','
  }

  /** Takes the separator if it is next. */
  take(separator: ',' | ';' | '='): boolean {
    if (this.#next() !== separator) return false
    this.#at++
    this.#skipWhitespace()
    return true
  }

  /** Takes the token that is next; `undefined` when none is. */
  token(): string | undefined {
    const from = this.#at
    while (isToken(this.#next())) this.#at++
    if (this.#at === from) return undefined
    const token = this.#text.slice(from, this.#at)
    this.#skipWhitespace()
    return token
  }

  /** Takes the quoted-string that is next (RFC 9110 §5.6.4); `undefined` unless a token is in the quotes. */
  quotedToken(): string | undefined {
    if (this.#next() !== '"') return undefined
    this.#at++
    let token = ''
    while (this.#next() !== '"') {
      if (this.#next() === '\\') this.#at++
      // Neither the end of the text nor a character that only quotes allow (RFC 6455 §9.1).
      if (!isToken(this.#next())) return undefined
      token += this.#next()
      this.#at++
    }
    this.#at++
    this.#skipWhitespace()
    return token === '' ? undefined : token
  }

  /** The next character; empty at the end. */
  #next(): string {
    return this.#text.charAt(this.#at)
  }

  #skipWhitespace(): void {
    while (this.#next() === ' ' || this.#next() === '\t') this.#at++
  }
}

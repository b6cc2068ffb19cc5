import { OptionError } from '../../errors/index.ts'
import { isFieldValue, isToken, trimWhitespace } from './tokens.ts'

/** One field line: its name as it was written, and its value. */
export type FieldLine = readonly [name: string, value: string]

/** What a caller may write header fields as; a `Headers` of the Fetch API is one too. */
export type HeaderFieldsInit =
  | Iterable<FieldLine>
  | Readonly<Record<string, string | readonly string[]>>

/**
 * The field lines of an HTTP message in their order (RFC 9110 §5), looked up without regard to case.
 * It holds what it is given: heads from the network are judged by who reads them, and fields from the
 * caller come in through {@link HeaderFields.from}, which validates.
 */
export class HeaderFields implements Iterable<FieldLine> {
  readonly #lines: FieldLine[] = []
  /** The names of `#lines` in lower case. An array: no name, not even `__proto__`, means anything to it. */
  readonly #names: string[] = []

  /** `flat` is in the shape of Node's `rawHeaders`: name, value, name, value. */
  constructor(flat: readonly string[] = []) {
    for (let at = 1; at < flat.length; at += 2) this.append(flat[at - 1]!, flat[at]!)
  }

  /**
   * Fields that the caller wrote, validated.
   * @throws OptionError when a name is no token or a value has a control character (RFC 9110 §5.1, §5.5)
   */
  static from(init: HeaderFieldsInit): HeaderFields {
    const fields = new HeaderFields()
    for (const [name, value] of linesOf(init)) {
      checkField(name, value)
      fields.append(name, trimWhitespace(value))
    }
    return fields
  }

  /** How many field lines there are. */
  get size(): number {
    return this.#lines.length
  }

  has(name: string): boolean {
    return this.#names.includes(name.toLowerCase())
  }

  /** The value, those of repeated lines joined with `, ` (RFC 9110 §5.3). */
  get(name: string): string | undefined {
    // A server asks some twenty times for each handshake: no lists are made for that.
    const wanted = name.toLowerCase()
    let value: string | undefined
    for (let at = 0; at < this.#names.length; at++) {
      if (this.#names[at] !== wanted) continue
      const [, next] = this.#lines[at]!
      value = value === undefined ? next : `${value}, ${next}`
    }
    return value
  }

  /** The value of each line with this name, in order. */
  all(name: string): string[] {
    const wanted = name.toLowerCase()
    return this.#lines.filter((_, at) => this.#names[at] === wanted).map(([, value]) => value)
  }

  append(name: string, value: string): void {
    this.#lines.push([name, value])
    this.#names.push(name.toLowerCase())
  }

  [Symbol.iterator](): IterableIterator<FieldLine> {
    return this.#lines.values()
  }
}

/**
 * Refuses what would break the head it is written into: CR and LF in a caller's value would be header
 * injection.
 * @throws OptionError
 */
export function checkField(name: string, value: string): void {
  if (!isToken(name)) throw new OptionError('header field name', name, 'a token (RFC 9110 §5.6.2)')
  if (!isFieldValue(value)) {
    // The value may be a secret (Authorization): only the name is told.
    const expected = 'printable Latin-1 without control characters (RFC 9110 §5.5)'
    throw new OptionError(`header field ${name}`, undefined, expected)
  }
}

function* linesOf(init: HeaderFieldsInit): Iterable<FieldLine> {
  if (isIterable(init)) {
    yield* init
    return
  }
  for (const [name, values] of Object.entries(init)) {
    for (const value of typeof values === 'string' ? [values] : values) yield [name, value]
  }
}

function isIterable(init: HeaderFieldsInit): init is Iterable<FieldLine> {
  return Symbol.iterator in init
}

import { TidewireError } from '../../errors/index.ts'

/** The farthest moment that a `Date` can hold, in milliseconds (ECMA-262 §21.4.1.1). */
const farthest = 8.64e15

/** An object of a file that somebody else may have written: what is not as it should be is an error that says where. */
export class JsonObject {
  readonly #members: Readonly<Record<string, unknown>>
  /** What the object is in the file. */
  readonly where: string

  /**
   * @param where What the object is in the file, such as `line 3`.
   * @throws {TidewireError} `ERR_IMPORT_FORMAT` when `value` is no object.
   */
  constructor(value: unknown, where: string) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw malformed(where, 'an object', value)
    }
    this.#members = value as Readonly<Record<string, unknown>>
    this.where = where
  }

  text(name: string): string {
    const value = this.#member(name)
    return typeof value === 'string' ? value : this.#fail(name, 'a string')
  }

  flag(name: string): boolean {
    const value = this.#member(name)
    return typeof value === 'boolean' ? value : this.#fail(name, 'true or false')
  }

  /** A number that is at least `low` and at most `high`. */
  number(name: string, low: number, high: number): number {
    const value = this.#member(name)
    if (typeof value === 'number' && value >= low && value <= high) return value
    return this.#fail(name, `a number from ${low} to ${high}`)
  }

  integer(name: string, low: number = 0, high: number = Number.MAX_SAFE_INTEGER): number {
    const value = this.number(name, low, high)
    return Number.isInteger(value) ? value : this.#fail(name, 'a whole number')
  }

  /** Milliseconds since 1970. */
  time(name: string): number {
    return this.number(name, -farthest, farthest)
  }

  oneOf<Name extends string>(name: string, allowed: readonly Name[]): Name {
    const value = this.#member(name)
    return allowed.find((one) => one === value) ?? this.#fail(name, allowed.join(' or '))
  }

  list(name: string): readonly unknown[] {
    const value = this.#member(name)
    return Array.isArray(value) ? value : this.#fail(name, 'a list')
  }

  object(name: string): JsonObject {
    return new JsonObject(this.#member(name), `${this.where}, ${name}`)
  }

  /** Itself where it has such a member, else `undefined`. */
  optional(name: string): this | undefined {
    return this.#member(name) == null ? undefined : this
  }

  /** @throws {TidewireError} `ERR_IMPORT_FORMAT`. */
  #fail(name: string, expected: string): never {
    throw malformed(`${this.where}, ${name}`, expected, this.#member(name))
  }

  #member(name: string): unknown {
    return Object.hasOwn(this.#members, name) ? this.#members[name] : undefined
  }
}

/** Without what was found there: a session may hold secrets. */
export function malformed(where: string, expected: string, got: unknown): TidewireError {
  const kind = got === null ? 'null' : Array.isArray(got) ? 'a list' : typeof got
  return new TidewireError(
    'ERR_IMPORT_FORMAT',
    `${where}: expected ${expected}, got ${got === undefined ? 'nothing' : kind}`,
  )
}

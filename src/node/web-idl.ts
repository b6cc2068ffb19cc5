import { toUSVString, types } from 'node:util'

// Conversions of Web IDL (https://webidl.spec.whatwg.org/#js-type-mapping), as far as the standard's
// classes need them: whatever a program passes becomes what the algorithms work on, or a TypeError.

/** A `DOMString`: any value but a symbol. */
export function toDomString(value: unknown): string {
  if (typeof value === 'symbol') throw new TypeError('a symbol cannot become a string')
  return String(value)
}

/** A `USVString`: the same without lone surrogates. */
export function toUsvString(value: unknown): string {
  return toUSVString(toDomString(value))
}

/** A `boolean`. */
export function toBoolean(value: unknown): boolean {
  return Boolean(value)
}

function toNumber(value: unknown): number {
  if (typeof value === 'bigint') throw new TypeError('a bigint cannot become a number')
  return Number(value)
}

/** An `unsigned short`: modulo 2^16. */
export function toUnsignedShort(value: unknown): number {
  return toNumber(value) & 0xffff
}

/** A `[Clamp] unsigned short`: the nearest there is, of two the even one. */
export function toClampedUnsignedShort(value: unknown): number {
  const clamped = Math.min(Math.max(toNumber(value), 0), 0xffff)
  const below = Math.floor(clamped)
  const rest = clamped - below
  const up = rest > 0.5 || (rest === 0.5 && below % 2 === 1)
  // NaN becomes 0.
  return (up ? below + 1 : below) || 0
}

/** An `[EnforceRange] unsigned short`. */
export function toUnsignedShortInRange(value: unknown, name: string): number {
  const whole = Math.trunc(toNumber(value))
  if (whole >= 0 && whole <= 0xffff) return whole
  throw new TypeError(`${name} is ${toDomString(value)}: expected a number from 0 to 65535`)
}

/** A dictionary: an object, or nothing at all. */
export function toDictionary<Dictionary extends object>(
  value: Dictionary | null | undefined,
  name: string,
): Partial<Dictionary> {
  if (value === undefined || value === null) return {}
  if (typeof value === 'object' || typeof value === 'function') return value
  throw new TypeError(`${name} is of type ${typeof value}: expected an object`)
}

/** A `sequence<DOMString>`: of anything that can be iterated but a string. */
export function toStrings(value: unknown, name: string): string[] {
  if (typeof value !== 'object' || !isIterable(value)) {
    throw new TypeError(`${name} is no list of strings`)
  }
  return Array.from(value, toDomString)
}

export function isIterable(value: unknown): value is Iterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.iterator in value
}

/**
 * The bytes of a `BufferSource`, not copied; `undefined` for anything else.
 * @throws {TypeError} where their memory is shared or can be resized: neither is allowed without saying so.
 */
export function bytesOf(value: unknown): Uint8Array | undefined {
  if (!ArrayBuffer.isView(value) && !types.isArrayBuffer(value)) return undefined
  const buffer = ArrayBuffer.isView(value) ? value.buffer : value
  if (types.isSharedArrayBuffer(buffer)) throw new TypeError('a view of shared memory')
  if (Reflect.get(buffer, 'resizable') === true)
    throw new TypeError('an ArrayBuffer that is resizable')
  // One that was transferred has no bytes, and no view of it can be made.
  if (buffer.byteLength === 0) return new Uint8Array()
  const offset = ArrayBuffer.isView(value) ? value.byteOffset : 0
  return new Uint8Array(buffer, offset, value.byteLength)
}

/** @throws {TypeError} for a call with fewer arguments than it has to have. */
export function checkArguments(given: number, wanted: number, what: string): void {
  if (given < wanted) throw new TypeError(`${what} takes ${wanted} argument, got ${given}`)
}

/** Members of an interface are enumerable, and its objects say what they are. */
export function defineInterface(name: string, prototype: object): void {
  for (const member of Object.getOwnPropertyNames(prototype)) {
    if (member !== 'constructor') Object.defineProperty(prototype, member, { enumerable: true })
  }
  Object.defineProperty(prototype, Symbol.toStringTag, { value: name, configurable: true })
}

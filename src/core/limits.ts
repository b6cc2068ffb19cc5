import { OptionError } from '../errors/index.ts'

/** What a connection may cost. Every limit is on by default; shared by both roles. */
export interface Limits {
  /** Bytes of a message, counted while it arrives. Default 1 MiB, range 1 to 2^29 - 24, V8's longest string. */
  readonly message: number
  /** Frames of a message; empty ones count. Default 1,024, range 1 to 2^24. */
  readonly fragments: number
  /** Bytes waiting to be sent before the slow-consumer policy applies. Default 1 MiB, range 1 to 2^32. */
  readonly buffered: number
  /** Bytes of a request or response head. Default 16 KiB, range 256 to 2^20. */
  readonly head: number
  /** Field lines of a head. Default 100, range 8 to 2,000. */
  readonly headFields: number
  /** Bytes of a request target. Default 8 KiB, range 1 to 2^20. */
  readonly target: number
  /** Milliseconds for the opening handshake. Default 10,000, range 1 to 2^31-1. */
  readonly handshakeTimeout: number
  /** Milliseconds a begun frame may stand without progress. Default 30,000, range 1 to 2^31-1. */
  readonly frameTimeout: number
  /** Milliseconds in which the transport takes some of what waits in it, for each MiB begun. Default 120,000, range 1 to 2^31-1. */
  readonly outputTimeout: number
  /** Milliseconds for the closing handshake, then the transport is destroyed. Default 10,000, range 1 to 2^31-1. */
  readonly closeTimeout: number
}

export const defaultLimits: Limits = {
  message: 1 << 20,
  fragments: 1024,
  buffered: 1 << 20,
  head: 16_384,
  headFields: 100,
  target: 8192,
  handshakeTimeout: 10_000,
  frameTimeout: 30_000,
  outputTimeout: 120_000,
  closeTimeout: 10_000,
}

const milliseconds = [1, 2 ** 31 - 1] as const
const ranges: Readonly<Record<keyof Limits, readonly [number, number]>> = {
  message: [1, 2 ** 29 - 24],
  fragments: [1, 2 ** 24],
  buffered: [1, 2 ** 32],
  head: [256, 2 ** 20],
  headFields: [8, 2000],
  target: [1, 2 ** 20],
  handshakeTimeout: milliseconds,
  frameTimeout: milliseconds,
  outputTimeout: milliseconds,
  closeTimeout: milliseconds,
}

/**
 * The defaults with `limits` laid over them.
 * @throws {OptionError} when a limit is unknown or outside its range.
 */
export function resolveLimits(
  limits: Partial<Limits> = {},
  defaults: Limits = defaultLimits,
): Limits {
  const resolved: Record<string, number> = { ...defaults }
  for (const [name, value] of Object.entries(limits)) {
    if (value === undefined) continue
    const range = Object.hasOwn(ranges, name) ? ranges[name as keyof Limits] : undefined
    if (!range) {
      throw new OptionError(`limits.${name}`, value, `one of ${Object.keys(ranges).join(', ')}`)
    }
    resolved[name] = checkInteger(`limits.${name}`, value, ...range)
  }
  return resolved as unknown as Limits
}

/**
 * `value` when it is a whole number from `low` to `high`.
 * @throws {OptionError} otherwise.
 */
export function checkInteger(option: string, value: unknown, low: number, high: number): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < low || value > high) {
    throw new OptionError(option, value, `a whole number from ${low} to ${high}`)
  }
  return value
}

import {
  checkInteger,
  type ConnectionSettings,
  defaultHeartbeat,
  type DeflateOptions,
  type Framing,
  type Heartbeat,
  hixieFraming,
  type Limits,
  resolveDeflate,
  resolveLimits,
  Slab,
} from '../core/index.ts'
import { OptionError } from '../errors/index.ts'
import { slowConsumerPolicies, type SlowConsumerPolicy } from '../hub/index.ts'
import { Counters } from './counters.ts'
import { Deadlines } from './deadlines.ts'
import { ports } from './ports.ts'
import type { PumpEvents, PumpSettings } from './pump-settings.ts'

/** What a server and a client can say about their connections. */
export interface ConnectionOptions {
  /** What a connection may cost; what is left out has its default. */
  limits?: Partial<Limits> | undefined
  /**
   * After how many milliseconds of silence the peer is pinged, and how many it has to answer: whole
   * numbers from 1 to 2^31-1, both 20,000 by default. `false` for no pings.
   */
  heartbeat?: Partial<Heartbeat> | false | undefined
  /** What happens to messages for a peer that reads too slowly. Default `close`. */
  slowConsumer?: SlowConsumerPolicy | undefined
  /** Compression of messages (permessage-deflate, RFC 7692); `true` for its defaults. Default `false`. */
  deflate?: DeflateOptions | boolean | undefined
}

/** The names in {@link ConnectionOptions}, for {@link checkOptionNames}. */
export const connectionOptionNames: readonly (keyof ConnectionOptions)[] = [
  'limits',
  'heartbeat',
  'slowConsumer',
  'deflate',
]

/** Milliseconds by which a deadline may be late, at most. */
const coarsest = 250

/** Every endpoint of the process encodes into the same memory: a client would else bring 64 KiB of its own. */
export const slab: Slab = new Slab()

/** The timers of the process by their resolution, so that a thousand clients have one and not a thousand. */
const timers = new Map<number, Deadlines>()

/**
 * What the connections of an endpoint share, from its options.
 * @throws {OptionError} when an option is outside its range.
 */
export function pumpSettings<Owner>(
  role: ConnectionSettings['role'],
  options: ConnectionOptions,
  events: PumpEvents<Owner>,
): PumpSettings<Owner> {
  const limits = connectionLimits(options)
  const heartbeat = resolveHeartbeat(options.heartbeat)
  const settings = resolveDeflate(options.deflate)
  return {
    connection: { role, limits, heartbeat, ports, slab },
    events,
    counters: new Counters(),
    deadlines: deadlinesFor(limits, heartbeat),
    slowConsumer: resolvePolicy(options.slowConsumer),
    deflate: settings && { settings, limit: limits.message },
  }
}

/** The same for the two drafts that have a framing of their own; they have no pings. */
export function hixieSettings<Owner>(
  settings: PumpSettings<Owner>,
): Readonly<Record<keyof typeof hixieFraming, PumpSettings<Owner>>> {
  const speaking = (framing: Framing): PumpSettings<Owner> => ({
    ...settings,
    connection: { ...settings.connection, framing, heartbeat: undefined },
  })
  return {
    'hixie-75': speaking(hixieFraming['hixie-75']),
    'hixie-76': speaking(hixieFraming['hixie-76']),
  }
}

/**
 * The limits in `options` over the defaults.
 * @throws {OptionError}
 */
export function connectionLimits({ limits = {} }: ConnectionOptions): Limits {
  if (typeof limits === 'object' && limits !== null) return resolveLimits(limits)
  throw new OptionError('limits', limits, 'an object such as { message: 1_048_576 }')
}

/**
 * Refuses options that do not exist, so that a slip of the pen does not pass for a setting.
 * @throws {OptionError}
 */
export function checkOptionNames(options: object, known: readonly string[]): void {
  for (const name of Object.keys(options)) {
    // Its value is not shown: whoever writes `auth` has a password there.
    if (!known.includes(name)) throw new OptionError('name', name, `one of ${known.join(', ')}`)
  }
}

/**
 * Refuses handlers that cannot be called.
 * @throws {OptionError}
 */
export function checkFunctions(options: object, names: readonly string[]): void {
  for (const name of names) {
    const value: unknown = Reflect.get(options, name)
    if (value !== undefined && typeof value !== 'function') {
      throw new OptionError(name, value, 'a function')
    }
  }
}

function resolveHeartbeat(heartbeat: ConnectionOptions['heartbeat']): Heartbeat | undefined {
  if (heartbeat === false) return undefined
  if (heartbeat === undefined) return defaultHeartbeat
  if (typeof heartbeat !== 'object' || heartbeat === null) {
    throw new OptionError('heartbeat', heartbeat, 'false or { interval, timeout }')
  }
  checkOptionNames(heartbeat, Object.keys(defaultHeartbeat))
  const { interval = defaultHeartbeat.interval, timeout = defaultHeartbeat.timeout } = heartbeat
  return {
    interval: checkInteger('heartbeat.interval', interval, 1, 2 ** 31 - 1),
    timeout: checkInteger('heartbeat.timeout', timeout, 1, 2 ** 31 - 1),
  }
}

function resolvePolicy(policy: SlowConsumerPolicy = 'close'): SlowConsumerPolicy {
  if (slowConsumerPolicies.includes(policy)) return policy
  throw new OptionError('slowConsumer', policy, `one of ${slowConsumerPolicies.join(', ')}`)
}

/** Being late by a twentieth of the shortest deadline makes no difference to anyone. */
export function deadlinesFor(limits: Limits, heartbeat?: Heartbeat): Deadlines {
  const { interval = Infinity, timeout = Infinity } = heartbeat ?? {}
  const { frameTimeout, outputTimeout, closeTimeout } = limits
  const shortest = Math.min(interval, timeout, frameTimeout, outputTimeout, closeTimeout)
  const resolution = Math.min(Math.max(1, Math.round(shortest / 20)), coarsest)
  let deadlines = timers.get(resolution)
  if (!deadlines) {
    deadlines = new Deadlines(resolution, () => ports.now())
    timers.set(resolution, deadlines)
  }
  return deadlines
}

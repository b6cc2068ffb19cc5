import { UsageError } from '../command.ts'
import {
  connectionFlags,
  type Destination,
  exactly,
  readDestination,
} from '../connection-options.ts'
import { defaulted, type Flags, on, value, values } from '../flags.ts'
import { milliseconds, parseOptions, wholeNumber } from '../parse-options.ts'
import { type Comparison, comparisons } from './compare-answers.ts'
import { type JsonPath, readJsonPath } from './json-paths.ts'
import type { Pace } from './replay-connection.ts'

export interface ReplaySettings {
  readonly file: string
  readonly destination: Destination
  /** Whether the subprotocols are those of the command line and not those of the file. */
  readonly ownProtocols: boolean
  /** The place of one connection in the file, from 1; `undefined` for all. */
  readonly connection: number | undefined
  readonly pace: Pace
  readonly comparison: Comparison
  readonly json: boolean
}

const ownFlags = {
  fast: on('no pauses: send as soon as the answers have come that had come before'),
  speed: defaulted('<factor>', '1', 'so many times as fast as it was recorded'),
  connection: value('<number>', 'only this connection of the file; the first is 1'),
  compare: value(
    '<how>',
    'exact: every byte; json: values of JSON; count: only how many (exact)',
    comparisons,
  ),
  ignore: values(
    '<path>',
    'a member of JSON that may differ, such as meta.time, items[*].id or **.id; may be repeated; ' +
      'compares as json',
  ),
  timeout: defaulted('<seconds>', '10', 'how long an answer may take'),
  json: on('for programs: one object with all differences'),
} as const

/** Options of `tidewire replay`. */
export const replayFlags: { readonly own: Flags; readonly connection: Flags } = {
  own: ownFlags,
  connection: connectionFlags,
}

/**
 * Reads the command line of `tidewire replay`.
 * @throws {UsageError}
 * @throws {CommandError} when the file of `--ca` cannot be read.
 */
export function readReplaySettings(args: readonly string[]): ReplaySettings {
  const { values: given, positionals } = parseOptions('replay', args, {
    ...ownFlags,
    ...connectionFlags,
  })
  const [file, url] = exactly('replay', ['a file', 'a URL'], positionals)
  const { fast, speed, connection, compare, ignore, timeout, json } = given
  if (fast && speed !== '1') throw new UsageError('--fast and --speed: give one of them')
  const ignored = ignore.map(readIgnored)
  return {
    file,
    destination: readDestination(url, given),
    ownProtocols: given.subprotocol.length > 0,
    connection:
      connection === undefined ? undefined : wholeNumber('--connection', connection, 1, 2 ** 31),
    pace: {
      speed: fast ? Infinity : readSpeed(speed),
      timeout: milliseconds('--timeout', timeout),
    },
    comparison: { by: readComparison(compare, ignored), ignored },
    json,
  }
}

function readIgnored(text: string): JsonPath {
  const path = readJsonPath(text)
  if (path) return path
  throw new UsageError(`--ignore ${text}: expected a path such as meta.time, items[*].id or **.id`)
}

function readSpeed(text: string): number {
  const speed = Number(text)
  if (/^\d*\.?\d+$/.test(text) && speed > 0) return speed
  throw new UsageError(`--speed ${text}: expected a factor such as 2 or 0.5`)
}

function readComparison(text: string | undefined, ignored: readonly JsonPath[]): Comparison['by'] {
  if (text === undefined) return ignored.length > 0 ? 'json' : 'exact'
  const comparison = comparisons.find((one) => one === text)
  if (!comparison) {
    throw new UsageError(`--compare ${text}: expected one of ${comparisons.join(', ')}`)
  }
  if (comparison === 'json' || ignored.length === 0) return comparison
  throw new UsageError(`--compare ${text} and --ignore: members are only known to json`)
}

import { randomBytes } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { UsageError } from '../command.ts'
import { connectionFlags, exactly, readDestination } from '../connection-options.ts'
import { defaulted, type Flags, on, value } from '../flags.ts'
import { milliseconds, parseOptions, wholeNumber } from '../parse-options.ts'
import { type LoadSettings, type Mode, modes } from './load-settings.ts'

export interface BenchSettings {
  readonly connections: number
  readonly threads: number
  readonly load: LoadSettings
  readonly json: boolean
}

const loadFlags = {
  connections: defaulted('<number>', '50', 'connections, opened before counting begins'),
  depth: value('<number>', 'messages in flight on each connection: another for each answer (1)'),
  rate: value('<number>', 'messages in a second, of all connections together, answered or not'),
  mode: defaulted('<mode>', 'echo', 'what the server does with a message, see below', modes),
  size: value('<bytes>', 'size of a message, up to 64 MiB (64)'),
  message: value('<text>', 'send this text, in place of one that is made up'),
  binary: on('send binary messages'),
  duration: defaulted('<seconds>', '10', 'how long to count'),
  'warm-up': defaulted('<seconds>', '1', 'how long to send before that'),
  timeout: defaulted(
    '<seconds>',
    '10',
    'how long a connection may take to open, and the last answers to come',
  ),
  threads: defaulted('<number>', '1', 'threads to make the load in'),
  json: on('for programs: one object with all results'),
} as const

/** Options of `tidewire bench`. */
export const benchFlags: { readonly load: Flags; readonly connection: Flags } = {
  load: loadFlags,
  connection: connectionFlags,
}

const mostConnections = 1_000_000
const mostBytes = 64 << 20

/**
 * Reads the command line of `tidewire bench`.
 * @throws {UsageError}
 * @throws {CommandError} when the file of `--ca` cannot be read.
 */
export function readBenchSettings(args: readonly string[]): BenchSettings {
  const { values, positionals } = parseOptions('bench', args, {
    ...loadFlags,
    ...connectionFlags,
  })
  const [url] = exactly('bench', ['URL'], positionals)
  const { depth, rate, size, message, binary, json } = values
  const mode = readMode(values.mode)
  if (depth !== undefined && rate !== undefined) {
    throw new UsageError('--rate and --depth: with a rate it does not matter what is in flight')
  }
  if (mode === 'receive' && [depth, rate, size, message].some((one) => one !== undefined)) {
    throw new UsageError('--mode receive sends nothing: no --depth, --rate, --size or --message')
  }
  if (message !== undefined && (size !== undefined || binary)) {
    throw new UsageError('--message is a text of its own size: without --size and --binary')
  }
  const connections = wholeNumber('--connections', values.connections, 1, mostConnections)
  const bytes = wholeNumber('--size', size ?? '64', 0, mostBytes)
  return {
    connections,
    threads: Math.min(
      connections,
      wholeNumber('--threads', values.threads, 1, 4 * availableParallelism()),
    ),
    load: {
      destination: readDestination(url, values),
      mode,
      message: message ?? (binary ? randomBytes(bytes) : madeUpText(bytes)),
      rate: rate === undefined ? undefined : wholeNumber('--rate', rate, 1, 100_000_000),
      depth: wholeNumber('--depth', depth ?? '1', 1, 65_536),
      warmUp: milliseconds('--warm-up', values['warm-up']),
      duration: atLeastOne('--duration', values.duration),
      timeout: atLeastOne('--timeout', values.timeout),
    },
    json,
  }
}

function readMode(text: string): Mode {
  const mode = modes.find((one) => one === text)
  if (mode) return mode
  throw new UsageError(`--mode ${text}: expected one of ${modes.join(', ')}`)
}

function atLeastOne(option: string, text: string): number {
  const duration = milliseconds(option, text)
  if (duration >= 1) return duration
  throw new UsageError(`${option} ${text}: expected at least 0.001 seconds`)
}

const words = ['wave', 'tide', 'shore', 'moon', 'salt', 'drift', 'reef', 'gull']

/** Words in no order: `--deflate` has something to do, and not everything. */
function madeUpText(bytes: number): string {
  let text = ''
  for (const byte of randomBytes(Math.ceil(bytes / 5))) text += `${words[byte % words.length]} `
  return text.slice(0, bytes)
}

import {
  connectionFlags,
  type Destination,
  exactly,
  readDestination,
} from './connection-options.ts'
import { UsageError } from './command.ts'
import { type Expected, readExpected } from './expecting.ts'
import { defaulted, type Flags, on, value, values } from './flags.ts'
import { historyFile } from './line-history.ts'
import { milliseconds, parseOptions, wholeNumber } from './parse-options.ts'
import { checkRecordingFile } from './record-session.ts'

/** What becomes of stdin, stdout and stderr. */
export interface Session {
  /** Whether stdin is bytes and not lines of text. */
  readonly binary: boolean
  /** Milliseconds between pings; `undefined` for none but the heartbeat's. */
  readonly ping: number | undefined
  /** Milliseconds of silence after the end of stdin until we close. */
  readonly wait: number
  /** What is to come, in this order; nothing when nobody knows. */
  readonly expect: readonly Expected[]
  /** Milliseconds that it may take. */
  readonly timeout: number
  /** How often each message is sent. */
  readonly repeat: number
  /** Milliseconds between two messages. */
  readonly interval: number
  /** Whether stdout is a line of JSON for all that happens. */
  readonly json: boolean
  /** Whether JSON is laid out in a pipe as well. */
  readonly pretty: boolean
  /** Where the lines that are entered are kept, if anywhere. */
  readonly history: string | undefined
}

export interface ConnectSettings {
  readonly destination: Destination
  readonly session: Session
  /** Files to record the session to. */
  readonly record: readonly string[]
}

const ownFlags = {
  binary: on('send bytes: see below'),
  ping: value('<seconds>', 'ping that often and print each round trip to stderr'),
  wait: value('<seconds>', 'how long to wait for more after the end of stdin (1); or forever', [
    'forever',
  ]),
  expect: values(
    '<what>',
    'close when it has come: a number of messages, a text, /a regular expression/, or JSON of which ' +
      'all is in a message; may be repeated, one after the other',
  ),
  timeout: value('<seconds>', 'how long that may take (no limit)'),
  repeat: defaulted('<number>', '1', 'send each message so often'),
  interval: defaulted('<seconds>', '0', 'pause between two messages'),
  pretty: on('lay out JSON in a pipe as well, as a terminal always does'),
  json: on('for programs: a line of JSON when it opens, for each message, and when it closes'),
  record: values(
    '<file>',
    'write what goes over the connection to a .har for DevTools, a .pcapng for Wireshark, or a .jsonl; ' +
      'may be repeated',
  ),
  'no-history': on('do not keep the lines that are entered at a terminal'),
} as const

/** Options of `tidewire connect`. */
export const connectFlags: { readonly own: Flags; readonly connection: Flags } = {
  own: ownFlags,
  connection: connectionFlags,
}

const defaultWait = 1000

/**
 * Reads the command line of `tidewire connect`.
 * @throws {UsageError}
 * @throws {CommandError} when the file of `--ca` cannot be read.
 */
export function readConnectSettings(args: readonly string[]): ConnectSettings {
  const { values: given, positionals } = parseOptions('connect', args, {
    ...ownFlags,
    ...connectionFlags,
  })
  const [url] = exactly('connect', ['URL'], positionals)
  const { binary, ping, wait, expect, timeout, repeat, interval, json, pretty } = given
  if (json && pretty) throw new UsageError('--json and --pretty: give one of them')
  if (timeout !== undefined && expect.length === 0) {
    throw new UsageError(`--timeout ${timeout}: it is for --expect, which is not given`)
  }
  return {
    destination: readDestination(url, given),
    record: given.record.map(checkRecordingFile),
    session: {
      binary,
      ping: ping === undefined ? undefined : readPing(ping),
      wait: readWait(wait, expect.length > 0),
      expect: expect.map(readExpected),
      timeout: timeout === undefined ? Infinity : milliseconds('--timeout', timeout),
      repeat: wholeNumber('--repeat', repeat, 1, 2 ** 31),
      interval: milliseconds('--interval', interval),
      json,
      pretty,
      history: given['no-history'] ? undefined : historyFile(),
    },
  }
}

function readPing(text: string): number {
  const ping = milliseconds('--ping', text)
  if (ping < 1) throw new UsageError(`--ping ${text}: expected at least 0.001 seconds`)
  return ping
}

/** Whoever knows what comes need not guess by silence. */
function readWait(text: string | undefined, expecting: boolean): number {
  if (text === 'forever') return Infinity
  if (text === undefined) return expecting ? Infinity : defaultWait
  return milliseconds('--wait', text)
}

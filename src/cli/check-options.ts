import { readFileSync } from 'node:fs'
import {
  type CheckOptions,
  everySplit,
  readReport,
  type Report,
  type Split,
} from '../conformance/index.ts'
import { CommandError, systemMessage, UsageError } from './command.ts'
import { tlsFlags } from './connection-options.ts'
import { defaulted, type Flags, on, value, values } from './flags.ts'
import { milliseconds, parseOptions } from './parse-options.ts'

/** What is tested: a server at a URL, or whatever client connects to a port. */
export type Subject =
  | {
      readonly role: 'server'
      readonly url: URL
      readonly insecure: boolean
      readonly ca: Buffer | undefined
    }
  | { readonly role: 'client'; readonly port: number; readonly host: string }

/** Files to write reports to. */
export interface ReportFiles {
  readonly html: string | undefined
  readonly json: string | undefined
  readonly junit: string | undefined
}

export interface CheckSettings {
  /** `undefined`: only say which cases there are. */
  readonly subject: Subject | undefined
  readonly options: CheckOptions
  readonly files: ReportFiles
  readonly baseline: Report | undefined
}

const ownFlags = {
  only: values('<id>', "only this case or group, such as 7.1.3 or '6.*'; may be repeated"),
  full: on('messages of up to 16 MiB, and as many as Autobahn sends: minutes'),
  split: values(
    '<where>',
    "run each case once more with what is sent cut into pieces of so many bytes, or with 'headers' " +
      "inside and behind each frame header; 'every' is 1, 2, 3, 7 and headers; may be repeated",
    ['every', 'headers'],
  ),
  jobs: defaulted('<number>', '8', 'connections at a time when a server is tested'),
  timeout: defaulted('<seconds>', '5', 'how long the endpoint has for each step'),
  html: value('<file>', 'write a report to read, with the bytes of every case that did not pass'),
  json: value('<file>', 'write a report for programs, and for --baseline'),
  junit: value('<file>', 'write a report for CI servers'),
  baseline: value('<file>', 'say what changed since a report that --json wrote'),
  listen: value('<port>', 'await a client to test, in place of a URL'),
  host: defaulted('<address>', '127.0.0.1', 'address to listen on; by default only this machine'),
  list: on('print the cases and test nothing'),
} as const

/** Options of `tidewire check`. */
export const checkFlags: Flags = { ...ownFlags, ...tlsFlags }

/**
 * Reads the command line of `tidewire check`.
 * @throws {UsageError}
 * @throws {CommandError} when a file cannot be read.
 */
export function readCheckSettings(args: readonly string[]): CheckSettings {
  const { values: given, positionals } = parseOptions('check', args, { ...ownFlags, ...tlsFlags })
  const { html, json, junit, listen, host, insecure, ca, list } = given
  return {
    subject: list ? undefined : readSubject(positionals, listen, host, { insecure, ca }),
    options: {
      only: given.only,
      full: given.full,
      jobs: count('--jobs', given.jobs, 'connections'),
      patience: milliseconds('--timeout', given.timeout),
      splits: [...new Set(given.split.flatMap(readSplit))],
    },
    files: { html, json, junit },
    baseline: given.baseline === undefined ? undefined : readBaseline(given.baseline),
  }
}

function readSubject(
  positionals: readonly string[],
  listen: string | undefined,
  host: string,
  { insecure, ca }: { readonly insecure: boolean; readonly ca: string | undefined },
): Subject {
  const [text, ...more] = positionals
  if (listen !== undefined) {
    if (text !== undefined) {
      throw new UsageError('check takes a URL or --listen, not both; see tidewire check --help')
    }
    if (!/^\d{1,5}$/.test(listen) || Number(listen) > 65_535) {
      throw new UsageError(`--listen ${listen}: expected a port, a number from 0 to 65535`)
    }
    return { role: 'client', port: Number(listen), host }
  }
  if (text === undefined || more.length > 0) {
    const got = more.length > 0 ? `${positionals.length} arguments` : 'none'
    throw new UsageError(`check takes one URL, or --listen and a port; got ${got}`)
  }
  const url = readUrl(text)
  return { role: 'server', url, insecure, ca: ca === undefined ? undefined : read('--ca', ca) }
}

function readUrl(text: string): URL {
  const whole = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `ws://${text}`
  const url = URL.canParse(whole) ? new URL(whole) : undefined
  if (url && (url.protocol === 'ws:' || url.protocol === 'wss:')) return url
  throw new UsageError(`${text}: expected a URL such as ws://127.0.0.1:8080/echo`)
}

function readSplit(text: string): readonly Split[] {
  if (text === 'every') return everySplit
  if (text === 'headers') return [text]
  if (/^[1-9]\d{0,4}$/.test(text)) return [Number(text)]
  throw new UsageError(`--split ${text}: expected a number of bytes, headers or every`)
}

function count(option: string, text: string, what: string): number {
  if (/^[1-9]\d{0,4}$/.test(text)) return Number(text)
  throw new UsageError(`${option} ${text}: expected a number of ${what}, from 1 to 99999`)
}

function readBaseline(file: string): Report {
  const report = readReport(read('--baseline', file).toString())
  if (typeof report !== 'string') return report
  throw new CommandError(`--baseline ${file}: ${report}`)
}

function read(option: string, file: string): Buffer {
  try {
    return readFileSync(file)
  } catch (error) {
    throw new CommandError(`${option} ${file} cannot be read: ${systemMessage(error)}`)
  }
}

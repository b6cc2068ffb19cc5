import { readFileSync } from 'node:fs'
import {
  type CheckOptions,
  everySplit,
  readReport,
  type Report,
  type Split,
} from '../conformance/index.ts'
import { CommandError, systemMessage, UsageError } from './command.ts'
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

/**
 * Reads the command line of `tidewire check`.
 * @throws {UsageError}
 * @throws {CommandError} when a file cannot be read.
 */
export function readCheckSettings(args: readonly string[]): CheckSettings {
  const { values, positionals } = parseOptions('check', args, {
    listen: { type: 'string' },
    host: { type: 'string', default: '127.0.0.1' },
    only: { type: 'string', multiple: true, default: [] },
    jobs: { type: 'string', default: '8' },
    timeout: { type: 'string', default: '5' },
    split: { type: 'string', multiple: true, default: [] },
    full: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
    html: { type: 'string' },
    json: { type: 'string' },
    junit: { type: 'string' },
    baseline: { type: 'string' },
    ca: { type: 'string' },
    insecure: { type: 'boolean', default: false },
  })
  const { html, json, junit, listen, host, insecure, ca, list } = values
  return {
    subject: list ? undefined : readSubject(positionals, listen, host, { insecure, ca }),
    options: {
      only: values.only,
      full: values.full,
      jobs: count('--jobs', values.jobs, 'connections'),
      patience: milliseconds('--timeout', values.timeout),
      splits: [...new Set(values.split.flatMap(readSplit))],
    },
    files: { html, json, junit },
    baseline: values.baseline === undefined ? undefined : readBaseline(values.baseline),
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

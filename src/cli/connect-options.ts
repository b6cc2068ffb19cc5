import type { ConnectOptions } from '../node/index.ts'
import { UsageError } from './command.ts'
import { milliseconds, parseOptions } from './parse-options.ts'
import { checkRecordingFile } from './record-session.ts'
import { hasScheme, nameAndValue, readIssuer, withScheme } from './request-options.ts'

/** What becomes of stdin, stdout and stderr. */
export interface Session {
  /** Whether stdin is bytes and not lines of text. */
  readonly binary: boolean
  /** Milliseconds between pings; `undefined` for none but the heartbeat's. */
  readonly ping: number | undefined
  /** Milliseconds of silence after the end of stdin until we close. */
  readonly wait: number
  /** How many messages are to come; `undefined` when nobody knows. */
  readonly expect: number | undefined
}

export interface ConnectSettings {
  readonly url: string
  readonly options: ConnectOptions
  readonly session: Session
  /** Files to record the session to. */
  readonly record: readonly string[]
}

/** Whoever names a server at the command line wants its messages, also large ones. */
const longestMessage = 64 << 20

const defaultWait = 1000

/** As many as the library takes. */
const mostRedirects = 20

/**
 * Reads the command line of `tidewire connect`.
 * @throws {UsageError}
 * @throws {CommandError} when the file of `--ca` cannot be read.
 */
export function readConnectSettings(args: readonly string[]): ConnectSettings {
  const { values, positionals } = parseOptions('connect', args, {
    subprotocol: { type: 'string', multiple: true, default: [] },
    header: { type: 'string', multiple: true, default: [] },
    origin: { type: 'string' },
    ca: { type: 'string' },
    insecure: { type: 'boolean', default: false },
    proxy: { type: 'string', default: 'environment' },
    redirects: { type: 'string', default: '0' },
    binary: { type: 'boolean', default: false },
    ping: { type: 'string' },
    wait: { type: 'string' },
    expect: { type: 'string' },
    deflate: { type: 'boolean', default: false },
    record: { type: 'string', multiple: true, default: [] },
  })
  const [url, ...more] = positionals
  if (url === undefined || more.length > 0) {
    const got = more.length > 0 ? `${positionals.length} arguments` : 'none'
    throw new UsageError(`connect takes one URL, got ${got}; see tidewire connect --help`)
  }
  const { ca, insecure, ping, expect } = values
  return {
    url: withScheme(url),
    options: {
      protocols: values.subprotocol,
      headers: values.header.map(nameAndValue),
      origin: values.origin,
      deflate: values.deflate,
      limits: { message: longestMessage },
      tls: {
        ...(ca === undefined ? {} : { ca: readIssuer(ca) }),
        ...(insecure ? { rejectUnauthorized: false } : {}),
      },
      proxy: readProxy(values.proxy),
      redirects: readRedirects(values.redirects),
    },
    record: values.record.map(checkRecordingFile),
    session: {
      binary: values.binary,
      ping: ping === undefined ? undefined : readPing(ping),
      wait: readWait(values.wait, expect !== undefined),
      expect: expect === undefined ? undefined : readCount(expect),
    },
  }
}

/** Without a scheme it is HTTP, as for curl. */
function readProxy(text: string): string | false {
  if (text === 'none') return false
  return text === 'environment' || hasScheme(text) ? text : `http://${text}`
}

function readRedirects(text: string): number {
  if (/^\d+$/.test(text) && Number(text) <= mostRedirects) return Number(text)
  throw new UsageError(`--redirects ${text}: expected a number from 0 to ${mostRedirects}`)
}

function readPing(text: string): number {
  const ping = milliseconds('--ping', text)
  if (ping < 1) throw new UsageError(`--ping ${text}: expected at least 0.001 seconds`)
  return ping
}

/** Whoever knows how many messages come need not guess by silence. */
function readWait(text: string | undefined, expecting: boolean): number {
  if (text === 'forever') return Infinity
  if (text === undefined) return expecting ? Infinity : defaultWait
  return milliseconds('--wait', text)
}

function readCount(text: string): number {
  const count = Number(text)
  if (/^\d+$/.test(text) && Number.isSafeInteger(count) && count > 0) return count
  throw new UsageError(`--expect ${text}: expected a number of messages, 1 or more`)
}

import { isIP } from 'node:net'
import { ClientHandshake, type Extension, HeaderFields } from '../core/index.ts'
import { OptionError } from '../errors/index.ts'
import { ports } from './ports.ts'
import { UsageError } from './command.ts'

/** Where to connect to, and what to say there. */
export interface WatchTarget {
  /** Without user name and password. */
  readonly url: string
  readonly secure: boolean
  /** A name or an address, an IPv6 one without its brackets. */
  readonly hostname: string
  readonly port: number
  /** A Unix socket in place of them. */
  readonly socketPath: string | undefined
  readonly request: RequestOptions
  readonly ca: Buffer | undefined
  readonly insecure: boolean
  /** Milliseconds for each step. */
  readonly timeout: number
}

/** What the request says. */
export interface RequestOptions {
  readonly host: string
  readonly target: string
  readonly protocols: readonly string[]
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly origin: string | undefined
  readonly deflate: boolean
}

/** The place and the request that a URL stands for. */
export type Place = Pick<WatchTarget, 'url' | 'secure' | 'hostname' | 'port' | 'socketPath'> & {
  readonly host: string
  readonly target: string
  /** What its user name and password ask for. */
  readonly headers: RequestOptions['headers']
}

const schemes: ReadonlyMap<string, string> = new Map([
  ['ws:', 'ws:'],
  ['wss:', 'wss:'],
  ['http:', 'ws:'],
  ['https:', 'wss:'],
])

/**
 * Reads a URL such as `wss://example.com/chat` or `ws+unix:/path/to.sock:/chat`.
 * @throws {UsageError} without repeating the URL, which may hold secrets.
 */
export function readPlace(text: string): Place {
  const expected = 'expected one such as wss://example.com/chat'
  if (!URL.canParse(text)) throw new UsageError(`that is no URL; ${expected}`)
  const url = new URL(text)
  // RFC 6455 §3: the fragment means nothing, and a browser refuses it.
  if (url.href.includes('#')) throw new UsageError(`the URL has a fragment (#); ${expected}`)
  if (url.protocol === 'ws+unix:') return unixPlace(url)
  const scheme = schemes.get(url.protocol)
  if (scheme === undefined) throw new UsageError(`the scheme is ${url.protocol}; ${expected}`)
  const { username, password } = url
  url.protocol = scheme
  url.username = url.password = ''
  const secure = scheme === 'wss:'
  return {
    url: url.href,
    secure,
    host: url.host,
    hostname: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? (secure ? 443 : 80) : Number(url.port),
    socketPath: undefined,
    target: url.pathname + url.search,
    headers: username === '' && password === '' ? [] : [basic(username, password)],
  }
}

function unixPlace({ href, pathname, search }: URL): Place {
  const [path = '', resource = ''] = pathname.split(':', 2)
  return {
    url: href,
    secure: false,
    host: 'localhost',
    hostname: 'localhost',
    port: 80,
    socketPath: decodeURIComponent(path),
    target: (resource || '/') + search,
    headers: [],
  }
}

/** RFC 7617 §2. */
function basic(username: string, password: string): [name: string, value: string] {
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  return ['Authorization', `Basic ${Buffer.from(credentials).toString('base64')}`]
}

/** Whether connecting begins with a look-up of the name. */
export function needsLookup({ hostname, socketPath }: WatchTarget): boolean {
  return socketPath === undefined && isIP(hostname) === 0
}

/** As browsers offer it. */
const deflateOffer: Extension = {
  name: 'permessage-deflate',
  params: [['client_max_window_bits', true]],
}

/**
 * The head to send, as Latin-1, with a key of its own.
 * @throws {UsageError} when an option cannot be sent.
 */
export function requestHead({
  host,
  target,
  protocols,
  headers,
  origin,
  deflate,
}: RequestOptions): string {
  try {
    const handshake = new ClientHandshake(
      {
        host,
        target,
        protocols,
        fields: HeaderFields.from(headers),
        extensions: deflate ? [deflateOffer] : [],
        ...(origin === undefined ? {} : { origin }),
      },
      ports,
    )
    return handshake.request
  } catch (error) {
    throw error instanceof OptionError ? new UsageError(error.message) : error
  }
}

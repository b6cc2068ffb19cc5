import type { ConnectOptions } from '../node/index.ts'
import { UsageError } from './command.ts'
import {
  type Defaulted,
  defaulted,
  on,
  type Switch,
  value,
  type Value,
  values,
  type Values,
} from './flags.ts'
import { hasScheme, nameAndValue, readIssuer, withScheme } from './request-options.ts'

/** What every command that connects can say about the request. */
export const requestFlags: Record<'subprotocol' | 'header', Values> &
  Record<'origin', Value> &
  Record<'deflate', Switch> = {
  subprotocol: values('<name>', 'offer a subprotocol; may be repeated, most wanted first'),
  header: values("'Name: value'", 'send a header with the request; may be repeated'),
  origin: value('<origin>', 'say which web page connects, as a browser does'),
  deflate: on('offer to compress messages (permessage-deflate)'),
}

/** By which way to connect. */
const wayFlags: Record<'proxy' | 'redirects', Defaulted> = {
  proxy: defaulted(
    '<url>',
    'environment',
    'go through a proxy: http://host:port, https://, socks5:// or socks5h://; or none; or as HTTPS_PROXY, ' +
      'ALL_PROXY and NO_PROXY in the environment say',
    ['environment', 'none'],
  ),
  redirects: defaulted(
    '<number>',
    '0',
    'follow that many redirects; to other servers without the headers',
  ),
}

/** Whose certificates to trust. */
export const tlsFlags: Record<'ca', Value> & Record<'insecure', Switch> = {
  ca: value('<file>', "certificates in PEM to trust for wss, in place of the system's"),
  insecure: on('accept any certificate'),
}

/** All that is said of a connection. */
export const connectionFlags: typeof requestFlags & typeof wayFlags & typeof tlsFlags = {
  ...requestFlags,
  ...wayFlags,
  ...tlsFlags,
}

/** What {@link connectionFlags} were given. */
export interface ConnectionValues {
  readonly subprotocol: readonly string[]
  readonly header: readonly string[]
  readonly origin?: string | undefined
  readonly deflate: boolean
  readonly ca?: string | undefined
  readonly insecure: boolean
  readonly proxy: string
  readonly redirects: string
}

/** What is said of a URL in every `--help`. */
export const urlDetails = `The URL is ws://, wss://, http://, https:// or
ws+unix:/path/to.sock:/resource. Without a scheme it is ws://.`

/** Where to connect to, and how. */
export interface Destination {
  readonly url: string
  readonly options: Pick<
    ConnectOptions,
    | 'protocols'
    | 'headers'
    | 'origin'
    | 'deflate'
    | 'limits'
    | 'tls'
    | 'proxy'
    | 'redirects'
    | 'signal'
  >
}

/** Whoever names a server at the command line wants its messages, also large ones. */
const longestMessage = 64 << 20

/** As many as the library takes. */
const mostRedirects = 20

/**
 * The destination that a command was given.
 * @throws {UsageError}
 * @throws {CommandError} when the file of `--ca` cannot be read.
 */
export function readDestination(url: string, given: ConnectionValues): Destination {
  const { subprotocol, header, origin, deflate, ca, insecure, proxy, redirects } = given
  return {
    url: withScheme(url),
    options: {
      protocols: subprotocol,
      headers: header.map(nameAndValue),
      origin,
      deflate,
      limits: { message: longestMessage },
      tls: {
        ...(ca === undefined ? {} : { ca: readIssuer(ca) }),
        ...(insecure ? { rejectUnauthorized: false } : {}),
      },
      proxy: readProxy(proxy),
      redirects: readRedirects(redirects),
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

/**
 * The arguments that are no options, of which there have to be as many as `names`.
 * @throws {UsageError}
 */
export function exactly<const Names extends readonly string[]>(
  command: string,
  names: Names,
  positionals: readonly string[],
): { readonly [At in keyof Names]: string } {
  if (positionals.length === names.length) {
    return positionals as { readonly [At in keyof Names]: string }
  }
  const { length } = positionals
  const got = length === 0 ? 'none' : length === 1 ? '1 argument' : `${length} arguments`
  const taken = names.length === 1 ? `one ${names[0]}` : names.join(' and ')
  throw new UsageError(`${command} takes ${taken}, got ${got}; see tidewire ${command} --help`)
}

import { isIP, type LookupFunction } from 'node:net'
import type { ConnectionOptions as NodeTlsOptions } from 'node:tls'
import { checkInteger } from '../core/index.ts'
import { OptionError } from '../errors/index.ts'
import type { CookieJar } from './cookie-jar.ts'
import type { ProxyOptions } from './proxy.ts'

/**
 * Options of `tls.connect` for `wss:`, such as `ca`, `cert`, `key`, `servername`,
 * `rejectUnauthorized`, `minVersion`; not those that the URL decides.
 */
export type TlsOptions = Omit<
  NodeTlsOptions,
  'ALPNProtocols' | 'host' | 'port' | 'path' | 'socket' | 'lookup' | 'timeout' | 'allowHalfOpen'
>

/** How to open a WebSocket. */
export interface DialOptions {
  /** Subprotocols to offer, most wanted first. The server has to take one of them. Default none. */
  protocols?: readonly string[] | undefined
  /** Further header fields of the request; none that the handshake writes itself. */
  headers?: Iterable<readonly [string, string]> | Record<string, string | string[]> | undefined
  /** The value of Origin, as a browser would send it. Default none. */
  origin?: string | undefined
  tls?: TlsOptions | undefined
  /** A Unix socket to connect to; Host and path of the request are still those of the URL. */
  socketPath?: string | undefined
  /** Resolves host names. Default `dns.lookup`. */
  lookup?: LookupFunction | undefined
  /** The version of IP to connect over: 4, 6, or 0 for either. Default 0, or that of `localAddress`. */
  family?: 0 | 4 | 6 | undefined
  /** The IP address of this machine to connect from. Default: the system chooses. */
  localAddress?: string | undefined
  /**
   * The proxy to connect through; `environment` for the one that the variables of the environment name
   * (docs/client.md); `false` for none. Default `false`, or `environment` where Node's own clients are told
   * to use it, by `NODE_USE_ENV_PROXY=1` or `--use-env-proxy`.
   */
  proxy?: string | URL | ProxyOptions | false | undefined
  /**
   * How many redirects to follow, 0 to 20; never from `wss:` to `ws:`. Whoever is redirected to another
   * host, port or scheme leaves `headers`, the URL's user name and the certificates of `tls` behind. Default
   * 0, as in browsers.
   */
  redirects?: number | undefined
  /** Gives the cookies for the request, and takes those that its answers set. Default none. */
  cookies?: CookieJar | undefined
}

/** The names in {@link DialOptions}. */
export const dialOptionNames: readonly (keyof DialOptions)[] = [
  'protocols',
  'headers',
  'origin',
  'tls',
  'socketPath',
  'lookup',
  'family',
  'localAddress',
  'proxy',
  'redirects',
  'cookies',
]

/**
 * Refuses what nothing else would notice before a connection is opened.
 * @throws {OptionError}
 */
export function checkDialOptions(options: DialOptions): void {
  const { protocols = [], lookup, family = 0, localAddress, redirects = 0, cookies } = options
  if (!Array.isArray(protocols)) throw new OptionError('protocols', protocols, 'an array of tokens')
  if (lookup !== undefined && typeof lookup !== 'function') {
    throw new OptionError('lookup', lookup, 'a function')
  }
  if (![0, 4, 6].includes(family)) throw new OptionError('family', family, '0, 4 or 6')
  checkInteger('redirects', redirects, 0, 20)
  if (cookies !== undefined && !isJar(cookies)) {
    throw new OptionError('cookies', typeof cookies, 'an object with the functions get and set')
  }
  if (localAddress === undefined) return
  const version = isIP(localAddress)
  if (version === 0 || (family !== 0 && family !== version)) {
    const expected = family === 0 ? 'an IP address' : `an IPv${family} address, as family says`
    throw new OptionError('localAddress', localAddress, expected)
  }
}

function isJar(cookies: Partial<CookieJar> | null): boolean {
  return typeof cookies?.get === 'function' && typeof cookies.set === 'function'
}

import { defaultLimits, type Limits } from '../core/index.ts'
import { OptionError } from '../errors/index.ts'
import { ConnectError } from './connect-error.ts'
import { type ConnectionOptions, pumpSettings } from './connection-options.ts'
import { dialOptionNames, type DialOptions } from './dial-options.ts'
import { type DialRequest, dialRequest } from './dial-request.ts'
import type { PumpEvents, PumpSettings } from './pump-settings.ts'
import { toDomString } from './web-idl.ts'

/** What can be said about a connection here, and not in browsers. */
export type StandardOptions = DialOptions &
  Pick<ConnectionOptions, 'limits' | 'heartbeat' | 'deflate'>

/** The names in {@link StandardOptions}. */
export const standardOptionNames: readonly string[] = [
  ...dialOptionNames,
  'limits',
  'heartbeat',
  'deflate',
]

/**
 * The standard knows of no limits: a page gets what its server sends, and what it sends is kept until it
 * can go. These are far enough away not to be met by accident.
 */
const standardLimits: Limits = {
  ...defaultLimits,
  message: 100 << 20,
  fragments: 1 << 20,
  buffered: 64 << 20,
}

/** Settings of a connection of the standard; permessage-deflate is offered unless the options say no. */
export function standardSettings<Owner>(
  { deflate = true, ...options }: StandardOptions,
  events: PumpEvents<Owner>,
): PumpSettings<Owner> {
  const limits = { ...standardLimits, ...options.limits }
  return pumpSettings('client', { ...options, limits, deflate }, events)
}

/**
 * The first steps of the standard's constructors; what they know of comes as their exception.
 * @throws {DOMException} `SyntaxError` when the URL or a subprotocol is not one, or one is there twice.
 * @throws {OptionError} when an option is outside its range.
 */
export function standardRequest(
  url: string | URL,
  options: StandardOptions,
  { connection, deflate }: PumpSettings<unknown>,
): DialRequest {
  const { protocols = [] } = options
  // Names of subprotocols do not differ by their case alone.
  const names = new Set(Array.from(protocols, (name) => toDomString(name).toLowerCase()))
  if (names.size < protocols.length) {
    throw new DOMException('a subprotocol is there twice', 'SyntaxError')
  }
  const { location } = globalThis as { location?: Location }
  const origin = options.origin ?? location?.origin
  try {
    const record = urlRecord(toDomString(url), location?.href)
    return dialRequest(record, { ...options, origin }, connection.limits, deflate)
  } catch (error) {
    const ofStandard =
      error instanceof ConnectError ||
      (error instanceof OptionError && error.option === 'protocols')
    throw ofStandard ? new DOMException(error.message, 'SyntaxError') : error
  }
}

/** Where there is a page, or what passes for one: Deno's `--location`, jsdom, a harness of tests. */
interface Location {
  readonly href: string
  readonly origin: string
}

/** An URL that cannot be parsed is left to `dialRequest` to refuse. */
function urlRecord(url: string, base: string | undefined): string | URL {
  return URL.canParse(url, base) ? new URL(url, base) : url
}

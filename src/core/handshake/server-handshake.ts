import {
  formatHixieAcceptance,
  type HixieAgreement,
  hixieAgreement,
  isHixie,
} from '../drafts/hixie-handshake.ts'
import { defaultLimits } from '../limits.ts'
import type { Ports } from '../ports.ts'
import {
  chooseExtensions,
  formatExtensions,
  parseExtensions,
  type Extension,
  type ExtensionNegotiator,
} from './extensions.ts'
import { checkExtraFields, formatHead } from './format-head.ts'
import type { HeadLimits } from './head-fault.ts'
import type { FieldLine, HeaderFields } from './header-fields.ts'
import { checkHostPolicy, type HostPolicy } from './host.ts'
import { checkOriginPolicy, type OriginPolicy } from './origin.ts'
import { quoted } from './quoted.ts'
import { badRequest, type Refusal } from './refusal.ts'
import { acceptFor } from './sec-websocket-key.ts'
import type { RequestHead } from './start-line.ts'
import {
  checkSubprotocols,
  chooseSubprotocol,
  parseSubprotocols,
  type SubprotocolChoice,
} from './subprotocol.ts'
import { hasToken } from './tokens.ts'
import { refusalOf } from './upgrade-rules.ts'

/** What a server lets in and agrees to. */
export interface ServerHandshakePolicy {
  /** Which names clients may call the server by. Default `'*'`. */
  readonly hosts?: HostPolicy
  /** Which web origins may connect. Default `'same-origin'`. */
  readonly origins?: OriginPolicy
  /** Subprotocols in order of preference, or a function that picks of those offered. Default none. */
  readonly protocols?: SubprotocolChoice
  /** The extensions that the server has. Default none: offers are ignored (RFC 6455 §9.1). */
  readonly extensions?: readonly ExtensionNegotiator[]
  /** How large a head may be, for heads that another HTTP parser has read. Default `defaultLimits`. */
  readonly limits?: HeadLimits
  /** Whether the drafts before version 13 are spoken as well. Default `false`. */
  readonly legacy?: boolean
}

/** A version of the protocol: 13 is RFC 6455, the others are drafts that browsers shipped before it. */
export type Version = 13 | 8 | 7 | 'hixie-76' | 'hixie-75'

/** What is agreed with a client whose upgrade is accepted. */
export interface Agreement {
  readonly version: Version
  /** The Sec-WebSocket-Key to answer; `''` where a draft has none. */
  readonly key: string
  readonly protocol: string | undefined
  /** The extensions in use, with the parameters of the answer. */
  readonly extensions: readonly Extension[]
  /** What hixie-75 and hixie-76 answer instead. */
  readonly hixie?: HixieAgreement | undefined
}

export type UpgradeVerdict =
  | ({ readonly accepted: true } & Agreement)
  | { readonly accepted: false; readonly refusal: Refusal }

/**
 * Refuses a policy that could never work.
 * @throws {OptionError}
 */
export function checkServerPolicy({ hosts, origins, protocols }: ServerHandshakePolicy): void {
  if (hosts) checkHostPolicy(hosts)
  if (origins) checkOriginPolicy(origins)
  if (Array.isArray(protocols)) checkSubprotocols(protocols)
}

/**
 * Whether a request asks for a WebSocket: Upgrade lists `websocket` and Connection lists `upgrade`
 * (RFC 6455 §4.2.1 items 3 and 4). Any other is ordinary HTTP.
 */
export function isUpgradeRequest(fields: HeaderFields): boolean {
  return (
    hasToken(fields.get('upgrade'), 'websocket') && hasToken(fields.get('connection'), 'upgrade')
  )
}

/**
 * Judges an upgrade request (RFC 6455 §4.2). Whatever the client sent, this is a value; only what the
 * policy's own functions throw comes through.
 */
export function readUpgradeRequest(
  head: RequestHead,
  policy: ServerHandshakePolicy = {},
): UpgradeVerdict {
  const {
    hosts = '*',
    origins = 'same-origin',
    protocols = [],
    extensions = [],
    limits = defaultLimits,
    legacy = false,
  } = policy
  const { fields } = head
  const refusal = refusalOf(head, { hosts, origins, limits, legacy })
  if (refusal) return { accepted: false, refusal }
  const hixie = legacy && isHixie(fields) ? hixieAgreement(head) : undefined

  const named = hixie?.version === 'hixie-75' ? 'WebSocket-Protocol' : 'Sec-WebSocket-Protocol'
  const offeredProtocols = parseSubprotocols(fields.get(named))
  if (!offeredProtocols) return { accepted: false, refusal: malformedSubprotocols(fields, named) }
  const offeredExtensions = parseExtensions(fields.get('sec-websocket-extensions'))
  if (!offeredExtensions) return { accepted: false, refusal: malformedExtensions(fields) }

  return {
    accepted: true,
    version: hixie?.version ?? (Number(fields.get('sec-websocket-version')) as Version),
    key: fields.get('sec-websocket-key') ?? '',
    protocol: chooseSubprotocol(offeredProtocols, protocols),
    extensions: hixie ? [] : chooseExtensions(offeredExtensions, extensions),
    hixie,
  }
}

/** What an answer has beyond the agreement. */
export interface AcceptanceOptions {
  /** The caller's own fields. Default none. */
  readonly fields?: Iterable<FieldLine>
  /** Whether the client came over TLS, for hixie-75 and hixie-76 have the URL in their answer. */
  readonly secure?: boolean
}

/**
 * The head of the 101 that accepts (RFC 6455 §4.2.2 item 5), as a Latin-1 string.
 * @throws {OptionError} when something in it is malformed or `fields` has what the handshake writes.
 */
export function formatAcceptance(
  { key, protocol, extensions, hixie, fields = [], secure = false }: Agreement & AcceptanceOptions,
  ports: Ports,
): string {
  // Gone through once, for an iterable may not be there a second time.
  const extra = [...fields]
  checkExtraFields(extra)
  if (protocol !== undefined) checkSubprotocols([protocol])
  if (hixie) return formatHixieAcceptance(hixie, secure, protocol, extra)
  const lines: FieldLine[] = [
    ['Upgrade', 'websocket'],
    ['Connection', 'Upgrade'],
    ['Sec-WebSocket-Accept', acceptFor(key, ports)],
  ]
  if (protocol !== undefined) lines.push(['Sec-WebSocket-Protocol', protocol])
  if (extensions.length > 0) lines.push(['Sec-WebSocket-Extensions', formatExtensions(extensions)])
  return formatHead('HTTP/1.1 101 Switching Protocols', [...lines, ...extra])
}

/** RFC 6455 §4.1 item 10. */
function malformedSubprotocols(fields: HeaderFields, name: string): Refusal {
  const value = quoted(fields.get(name))
  const body = `${name} is ${value}; expected tokens, none of them twice`
  return badRequest('ERR_HANDSHAKE_SUBPROTOCOL', body)
}

/** RFC 6455 §9.1. */
function malformedExtensions(fields: HeaderFields): Refusal {
  const value = quoted(fields.get('sec-websocket-extensions'))
  const body = `Sec-WebSocket-Extensions is ${value}; expected name; parameter=value, ...`
  return badRequest('ERR_HANDSHAKE_EXTENSION', body)
}

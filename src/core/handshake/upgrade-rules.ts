import { challengeNumbers, isHixie } from '../drafts/hixie-handshake.ts'
import { parseAuthority } from './authority.ts'
import { headTooLarge, malformed, targetTooLong, tooManyFields } from './head-fault.ts'
import type { HeadFault, HeadLimits } from './head-fault.ts'
import { checkHost, type HostPolicy } from './host.ts'
import { checkOrigin, type OriginPolicy } from './origin.ts'
import { quoted } from './quoted.ts'
import {
  badRequest,
  forbidden,
  httpVersionNotSupported,
  methodNotAllowed,
  misdirected,
  unreadableHead,
  upgradeRequired,
  type Refusal,
} from './refusal.ts'
import { isKey } from './sec-websocket-key.ts'
import { hasUpgrade, isTarget, type RequestHead } from './start-line.ts'
import { hasToken, isFieldValue, isToken } from './tokens.ts'

/** What the rules ask of the server's options. */
export interface UpgradeRulesPolicy {
  readonly hosts: HostPolicy
  readonly origins: OriginPolicy
  readonly limits: HeadLimits
  /** Whether the drafts before version 13 are spoken as well. */
  readonly legacy: boolean
}

/** One requirement on an upgrade request: how to refuse what does not meet it. */
type UpgradeRule = (head: RequestHead, policy: UpgradeRulesPolicy) => Refusal | undefined

/** The answer of the first rule that the request breaks; `undefined` when it keeps them all. */
export function refusalOf(head: RequestHead, policy: UpgradeRulesPolicy): Refusal | undefined {
  const rules = policy.legacy && isHixie(head.fields) ? hixieRules : upgradeRules
  for (const rule of rules) {
    const refusal = rule(head, policy)
    if (refusal) return refusal
  }
  return undefined
}

/** HeadParser has seen to this; a head from another HTTP parser has yet to meet it. */
const readable: UpgradeRule = (head, { limits }) => {
  const fault = sizeFault(head, limits) ?? syntaxFault(head)
  return fault && unreadableHead(fault)
}

/** RFC 6455 §4.2.1 item 1: a GET request. */
const method: UpgradeRule = (head) =>
  head.method === 'GET'
    ? undefined
    : methodNotAllowed(`the method is ${quoted(head.method)}; a WebSocket is opened with GET`)

/** RFC 6455 §4.2.1 item 1: HTTP/1.1 or higher. */
const httpVersion: UpgradeRule = ({ version }) =>
  hasUpgrade(version)
    ? undefined
    : httpVersionNotSupported(`the request is ${quoted(`HTTP/${version}`)}; expected HTTP/1.1`)

/** RFC 6455 §4.2.1 item 2; RFC 9112 §3.2: exactly one, and well-formed. */
const host: UpgradeRule = ({ fields }, { hosts }) => {
  const [value, another] = fields.all('host')
  if (value === undefined) return badRequest('ERR_HANDSHAKE_HOST', 'the request has no Host')
  if (another !== undefined) {
    return badRequest('ERR_HANDSHAKE_HOST', 'the request has more than one Host; expected one')
  }
  if (!parseAuthority(value)) {
    const body = `Host is ${quoted(value)}; expected a host and its port`
    return badRequest('ERR_HANDSHAKE_HOST', body)
  }
  const body = checkHost(value, hosts)
  return body === undefined ? undefined : misdirected(body)
}

/** RFC 6455 §4.2.1 item 1: a path, or an absolute URI, which may not disagree with Host (RFC 9112 §3.2.2). */
const target: UpgradeRule = (head) => {
  const [, authority] = /^[a-z][a-z0-9+.-]*:\/\/([^/?]*)/i.exec(head.target) ?? []
  const isAbsolute = authority?.toLowerCase() === head.fields.get('host')?.toLowerCase()
  if (isAbsolute || head.target.startsWith('/')) return undefined
  const body = `the request target ${quoted(head.target)} is not a path on the host`
  return badRequest('ERR_HANDSHAKE_TARGET', body)
}

/** RFC 6455 §4.2.1 item 3. */
const upgrade: UpgradeRule = ({ fields }) =>
  hasToken(fields.get('upgrade'), 'websocket')
    ? undefined
    : upgradeRequired('ERR_HANDSHAKE_UPGRADE', 'the request has no Upgrade: websocket')

/** RFC 6455 §4.2.1 item 4. */
const connection: UpgradeRule = ({ fields }) =>
  hasToken(fields.get('connection'), 'upgrade')
    ? undefined
    : upgradeRequired('ERR_HANDSHAKE_CONNECTION', 'the request has no Connection: Upgrade')

/** RFC 6455 §4.2.1 item 6, §4.4. One version, not a list: two of them may not be sent (§11.3.5). */
const webSocketVersion: UpgradeRule = ({ fields }, { legacy }) => {
  const version = fields.get('sec-websocket-version')
  const spoken = legacy ? ['13', '8', '7'] : ['13']
  if (version !== undefined && spoken.includes(version)) return undefined
  const body = `Sec-WebSocket-Version is ${quoted(version)}; expected ${spoken.join(' or ')}`
  return upgradeRequired('ERR_HANDSHAKE_VERSION', body, spoken)
}

/** RFC 6455 §4.2.1 item 5, §11.3.1. */
const key: UpgradeRule = ({ fields }) => {
  const [value, another] = fields.all('sec-websocket-key')
  if (value !== undefined && another === undefined && isKey(value)) return undefined
  const body = 'the request has to have one Sec-WebSocket-Key, which is 16 bytes in base64'
  return badRequest('ERR_HANDSHAKE_KEY', body)
}

/** draft-hixie-thewebsocketprotocol-76 §5.2: what the two keys of hixie-76 hide; hixie-75 has none. */
const hixieKeys: UpgradeRule = ({ fields }) => {
  if (!fields.has('sec-websocket-key1') && !fields.has('sec-websocket-key2')) return undefined
  if (challengeNumbers(fields)) return undefined
  const body =
    'Sec-WebSocket-Key1 and -Key2 have to hide a number each: its digits, a multiple of its spaces'
  return badRequest('ERR_HANDSHAKE_KEY', body)
}

/** draft-hixie-thewebsocketprotocol-76 §5.1: there is an Origin, and the answer repeats it. */
const hixieOrigin: UpgradeRule = ({ fields }) =>
  fields.has('origin')
    ? undefined
    : badRequest('ERR_HANDSHAKE_ORIGIN', 'the request has no Origin, nor a Sec-WebSocket-Version')

/**
 * The bytes behind the head are frames. To a proxy that reads these fields some of them are content,
 * and what follows is another request: smuggling (RFC 9112 §11.2).
 */
const noContent: UpgradeRule = ({ fields }) => {
  const name = ['Content-Length', 'Transfer-Encoding'].find((field) => fields.has(field))
  if (name === undefined) return undefined
  const body = `the request has ${name}; an upgrade to WebSocket has no content`
  return badRequest('ERR_HANDSHAKE_BODY', body)
}

/** RFC 6455 §4.2.2 item 4, §10.2. Up to draft-ietf-hybi-thewebsocketprotocol-10 it had another name. */
const origin: UpgradeRule = ({ fields }, { origins, legacy }) => {
  const renamed = legacy && !fields.has('origin') && fields.has('sec-websocket-origin')
  const body = checkOrigin(fields, origins, renamed ? 'sec-websocket-origin' : 'origin')
  return body === undefined ? undefined : forbidden(body)
}

/** What every version asks for first, and last. */
const first = [readable, method, httpVersion, host, target, upgrade, connection]
const last = [noContent, origin]

/** In the order in which they are judged: the first that is broken gives the answer. */
const upgradeRules: readonly UpgradeRule[] = [...first, webSocketVersion, key, ...last]
const hixieRules: readonly UpgradeRule[] = [...first, hixieKeys, hixieOrigin, ...last]

function sizeFault(head: RequestHead, limits: HeadLimits): HeadFault | undefined {
  if (head.target.length > limits.target) return targetTooLong(limits)
  if (head.fields.size > limits.headFields) return tooManyFields(limits)
  const { method: verb, version } = head
  let bytes = `${verb}  HTTP/${version}\r\n\r\n`.length + head.target.length
  for (const [name, value] of head.fields) bytes += ': \r\n'.length + name.length + value.length
  return bytes > limits.head ? headTooLarge(limits) : undefined
}

function syntaxFault(head: RequestHead): HeadFault | undefined {
  if (!isTarget(head.target)) {
    return malformed(`the request target ${quoted(head.target)} is not of printable ASCII`)
  }
  for (const [name, value] of head.fields) {
    if (!isToken(name)) return malformed(`the field name ${quoted(name)} is not a token`)
    if (!isFieldValue(value)) return malformed(`${name} has a control character in its value`)
  }
  return undefined
}

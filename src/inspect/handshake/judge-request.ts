import { parseAuthority, parseOrigin } from '../../core/handshake/authority.ts'
import { parseExtensions } from '../../core/handshake/extensions.ts'
import { quoted } from '../../core/handshake/quoted.ts'
import { isKey } from '../../core/handshake/sec-websocket-key.ts'
import { hasUpgrade, isTarget } from '../../core/handshake/start-line.ts'
import { parseSubprotocols } from '../../core/handshake/subprotocol.ts'
import { hasToken } from '../../core/handshake/tokens.ts'
import { readOffer } from '../../core/permessage-deflate/parameters.ts'
import { draftOf } from './draft.ts'
import type { FindingCode } from './finding-catalogue.ts'
import { finding, type Finding, type FindingDetail } from './finding.ts'
import { sampleKey, spelled } from './handshake-key.ts'
import type { WrittenRequest } from './written-head.ts'

/** What one rule finds, if anything. */
type RequestRule = (request: WrittenRequest) => Finding | undefined

/** What is wrong with or unusual about a request, in the order of RFC 6455 §4.1. */
export function judgeRequest(request: WrittenRequest): Finding[] {
  const hixie = draftOf(request)?.startsWith('hixie') === true
  const rules = hixie ? [...common, ...last] : [...common, version, key, keySource, ...last]
  return [...request.slips, ...rules.flatMap((rule) => rule(request) ?? [])]
}

function found(code: FindingCode, text: string, detail?: FindingDetail): Finding {
  return finding(code, 'request', text, detail)
}

const method: RequestRule = ({ method: name }) =>
  name === 'GET'
    ? undefined
    : found('method', `The method is ${quoted(name)}.`, { expected: 'GET' })

const httpVersion: RequestRule = ({ version: number }) =>
  // Without a version the request line has its own finding.
  number === undefined || hasUpgrade(number)
    ? undefined
    : found('http-version', `The request is HTTP/${number}, which has no Upgrade.`, {
        expected: 'HTTP/1.1',
      })

const target: RequestRule = ({ target: text }) => {
  const path = text.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?]*(?=[/?]|$)/i, '')
  if ((path === '' || path.startsWith('/')) && isTarget(text) && !text.includes('#')) {
    return undefined
  }
  return found('target', `The request target is ${quoted(text)}.`)
}

const host: RequestRule = ({ fields }) => {
  const [value, ...more] = fields.all('host')
  if (value === undefined) return finding('host-missing', 'request', undefined)
  const field = 'Host'
  if (more.length > 0) {
    const text = `Host is there ${more.length + 1} times: ${[value, ...more].join(', ')}.`
    return found('host-repeated', text, { field })
  }
  return parseAuthority(value)
    ? undefined
    : found('host-malformed', `Host is ${quoted(value)}, not a host and port.`, { field })
}

/** A request that has all the rest of a handshake has lost these on the way. */
const upgrade: RequestRule = ({ fields }) => {
  const named = fields.get('upgrade')
  const upgrades = hasToken(named, 'websocket')
  const connects = hasToken(fields.get('connection'), 'upgrade')
  if (upgrades && connects) return undefined
  const lost = named === undefined ? 'Upgrade' : 'the token Upgrade in Connection'
  if (fields.has('sec-websocket-key') && (named === undefined || upgrades)) {
    const field = upgrades && fields.has('connection') ? 'Connection' : undefined
    const text = `The request has Sec-WebSocket-Key but lacks ${lost}.`
    return found('upgrade-stripped', text, {
      field,
      expected: 'Upgrade: websocket\nConnection: Upgrade',
    })
  }
  if (!upgrades) {
    const text = `Upgrade is ${quoted(named)}.`
    const field = named === undefined ? undefined : 'Upgrade'
    return found('upgrade-missing', text, { field, expected: 'Upgrade: websocket' })
  }
  const text = `Connection is ${quoted(fields.get('connection'))}.`
  const field = fields.has('connection') ? 'Connection' : undefined
  return found('connection-missing', text, { field, expected: 'Connection: Upgrade' })
}

const version: RequestRule = (request) => {
  const value = request.fields.get('sec-websocket-version')
  const expected = 'Sec-WebSocket-Version: 13'
  if (value === undefined) {
    return found('version-missing', 'The request has no Sec-WebSocket-Version.', { expected })
  }
  if (value === '13' || draftOf(request)) return undefined
  const text = `Sec-WebSocket-Version is ${quoted(value)}, and RFC 6455 is version 13.`
  return found('version-unknown', text, { field: 'Sec-WebSocket-Version', expected })
}

const key: RequestRule = ({ fields }) => {
  const [value, ...more] = fields.all('sec-websocket-key')
  if (value === undefined) return finding('key-missing', 'request', undefined)
  const field = 'Sec-WebSocket-Key'
  if (more.length > 0) {
    return found('key-repeated', `The request has ${more.length + 1} keys.`, { field })
  }
  const text = `The key is ${quoted(value)}, ${value.length} characters that are not 16 bytes in base64.`
  return isKey(value) ? undefined : found('key-malformed', text, { field })
}

const keySource: RequestRule = ({ fields }) => {
  const value = fields.get('sec-websocket-key') ?? ''
  const field = 'Sec-WebSocket-Key'
  if (value === sampleKey) return finding('key-sample', 'request', undefined, { field })
  const text = spelled(value)
  return text === undefined
    ? undefined
    : found('key-not-random', `The key is ${quoted(text)} in base64.`, { field })
}

/** draft-hixie-thewebsocketprotocol-76 §5.2 puts eight bytes behind the head, and they are no content. */
const content: RequestRule = ({ fields }) => {
  const field = ['Content-Length', 'Transfer-Encoding'].find((name) => fields.has(name))
  if (field === undefined) return undefined
  return found('request-content', `The request has ${field}: ${fields.get(field)}.`, { field })
}

const origin: RequestRule = ({ fields }) => {
  const field = fields.has('origin') ? 'Origin' : 'Sec-WebSocket-Origin'
  const value = fields.get(field)
  if (value === undefined || value === 'null') return undefined
  const page = parseOrigin(value)
  if (!page) return found('origin-malformed', `${field} is ${quoted(value)}.`, { field })
  const server = parseAuthority(fields.get('host') ?? '')
  if (!server || server.host === page.host) return undefined
  const text = `The page is from ${page.host} and the server is ${server.host}.`
  return found('origin-foreign', text, { field })
}

const subprotocols: RequestRule = ({ fields }) => {
  const field = 'Sec-WebSocket-Protocol'
  const value = fields.get(field)
  return parseSubprotocols(value)
    ? undefined
    : found('subprotocols-malformed', `${field} is ${quoted(value)}.`, { field })
}

const extensions: RequestRule = ({ fields }) => {
  const field = 'Sec-WebSocket-Extensions'
  const value = fields.get(field)
  const offers = parseExtensions(value)
  if (!offers) return found('extensions-malformed', `${field} is ${quoted(value)}.`, { field })
  const bad = offers.some(({ name, params }) => name === 'permessage-deflate' && !readOffer(params))
  return bad ? found('deflate-offer', `${field} is ${quoted(value)}.`, { field }) : undefined
}

const misplaced: RequestRule = ({ fields }) => {
  const field = 'Sec-WebSocket-Accept'
  const text = `${field} belongs in the response.`
  return fields.has(field) ? found('field-misplaced', text, { field }) : undefined
}

const common: readonly RequestRule[] = [method, httpVersion, target, host, upgrade]
const last: readonly RequestRule[] = [content, origin, subprotocols, extensions, misplaced]

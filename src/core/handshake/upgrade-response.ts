import type { ErrorCode } from '../../errors/index.ts'
import { parseExtensions, type Extension } from './extensions.ts'
import { HandshakeError } from './handshake-error.ts'
import { quoted } from './quoted.ts'
import { hasUpgrade, type ResponseHead } from './start-line.ts'
import { hasToken } from './tokens.ts'

/** What the client's request asked for, and so what its response may say. */
export interface UpgradeOffer {
  /** The Sec-WebSocket-Accept that proves the request was read. */
  readonly accept: string
  readonly protocols: readonly string[]
  readonly extensions: readonly Extension[]
}

export type UpgradeAnswer =
  | {
      readonly accepted: true
      /** The subprotocol in use; empty when none is, as in the WebSocket interface. */
      readonly protocol: string
      /** The extensions in use, with the parameters that the server answered. */
      readonly extensions: readonly Extension[]
    }
  | { readonly accepted: false; readonly error: HandshakeError }

/**
 * Judges the response to an upgrade request, in the order of RFC 6455 §4.1 ("Once the client's opening
 * handshake has been sent ...").
 */
export function readUpgradeResponse(head: ResponseHead, offer: UpgradeOffer): UpgradeAnswer {
  const { fields } = head
  const error =
    checkSwitching(head) ?? checkAccept(head, offer.accept) ?? checkProtocol(head, offer.protocols)
  if (error) return { accepted: false, error }

  const extensions = parseExtensions(fields.get('sec-websocket-extensions'))
  if (!extensions || !areOffered(extensions, offer.extensions)) {
    return { accepted: false, error: foreignExtensions(head, offer.extensions) }
  }
  return { accepted: true, protocol: fields.get('sec-websocket-protocol') ?? '', extensions }
}

/** Items 1 to 3: what HTTP says about the upgrade. */
function checkSwitching(response: ResponseHead): HandshakeError | undefined {
  const { version, status, reason, fields } = response
  if (status !== 101) {
    const message = `the server answered ${status} ${quoted(reason)}; expected 101`
    const received = String(status)
    return new HandshakeError('ERR_HANDSHAKE_STATUS', message, {
      response,
      expected: '101',
      received,
    })
  }
  if (!hasUpgrade(version)) {
    const message = `the server answered 101 in HTTP/${version}; expected HTTP/1.1`
    return new HandshakeError('ERR_HANDSHAKE_HTTP_VERSION', message, {
      response,
      expected: '1.1',
      received: version,
    })
  }
  // An exact match in any case, not a list: the server switches to one protocol.
  if (fields.get('upgrade')?.toLowerCase() !== 'websocket') {
    return wrongField('ERR_HANDSHAKE_UPGRADE', 'Upgrade', 'websocket', response)
  }
  if (!hasToken(fields.get('connection'), 'upgrade')) {
    return wrongField('ERR_HANDSHAKE_CONNECTION', 'Connection', 'Upgrade', response)
  }
  return undefined
}

/** Item 4. A repeated field reads as a list, which no accept is. */
function checkAccept(response: ResponseHead, accept: string): HandshakeError | undefined {
  return response.fields.get('sec-websocket-accept') === accept
    ? undefined
    : wrongField('ERR_HANDSHAKE_ACCEPT', 'Sec-WebSocket-Accept', accept, response)
}

/**
 * Item 6: no subprotocol that was not offered. The other way round RFC 6455 is content, but the
 * WebSockets standard (WHATWG, "establish a WebSocket connection") fails when some were offered and
 * none is answered. A repeated field reads as a list, which no offer is.
 */
function checkProtocol(
  response: ResponseHead,
  offered: readonly string[],
): HandshakeError | undefined {
  const protocol = response.fields.get('sec-websocket-protocol')
  if (protocol === undefined ? offered.length === 0 : offered.includes(protocol)) return undefined
  const expected = offered.length === 0 ? 'none' : `one of ${offered.join(', ')}`
  return wrongField('ERR_HANDSHAKE_SUBPROTOCOL', 'Sec-WebSocket-Protocol', expected, response)
}

/** Item 5: only extensions that were offered. One answered twice could not say which answer counts. */
function areOffered(answered: readonly Extension[], offered: readonly Extension[]): boolean {
  const names = new Set(answered.map(({ name }) => name))
  const offers = new Set(offered.map(({ name }) => name))
  return names.size === answered.length && [...names].every((name) => offers.has(name))
}

function foreignExtensions(response: ResponseHead, offered: readonly Extension[]): HandshakeError {
  const names = offered.map(({ name }) => name).join(', ')
  const expected = offered.length === 0 ? 'none' : `of ${names}, each at most once`
  return wrongField('ERR_HANDSHAKE_EXTENSION', 'Sec-WebSocket-Extensions', expected, response)
}

function wrongField(
  code: ErrorCode,
  name: string,
  expected: string,
  response: ResponseHead,
): HandshakeError {
  const received = response.fields.get(name)
  const message = `${name} is ${quoted(received)} in the server's answer; expected ${expected}`
  return new HandshakeError(code, message, { response, expected, received })
}

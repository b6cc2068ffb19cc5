import { OptionError } from '../../errors/index.ts'
import type { Ports } from '../ports.ts'
import { parseAuthority } from './authority.ts'
import { formatExtensions, type Extension } from './extensions.ts'
import { FinalHeadParser } from './final-head-parser.ts'
import { checkExtraFields, formatHead } from './format-head.ts'
import type { HandshakeError } from './handshake-error.ts'
import type { HeadLimits } from './head-fault.ts'
import { HeaderFields, type FieldLine } from './header-fields.ts'
import { acceptFor, makeKey } from './sec-websocket-key.ts'
import { isTarget, type ResponseHead } from './start-line.ts'
import { checkSubprotocols } from './subprotocol.ts'
import { readUpgradeResponse, type UpgradeOffer } from './upgrade-response.ts'

export interface ClientHandshakeOptions {
  /** The value of Host: a host, with its port unless that is the scheme's own (RFC 6455 §4.1 item 4). */
  readonly host: string
  /** The path and query to ask for (RFC 6455 §3, resource-name). */
  readonly target: string
  /** Subprotocols to offer, most wanted first. Default none. */
  readonly protocols?: readonly string[]
  /** Extensions to offer. Default none. */
  readonly extensions?: readonly Extension[]
  /** The value of Origin, which browsers send. Default none. */
  readonly origin?: string
  /** Further fields; none that the handshake writes itself. */
  readonly fields?: HeaderFields
  /** How large the head of the response may be. Default `defaultLimits`. */
  readonly limits?: HeadLimits
}

export type ClientHandshakeResult =
  /** The response has not come yet. */
  | { readonly state: 'waiting' }
  /** The connection is open; `rest` are the first bytes of frames. */
  | {
      readonly state: 'open'
      readonly head: ResponseHead
      /** The subprotocol in use; empty when none is. */
      readonly protocol: string
      /** The extensions in use, with the parameters that the server answered. */
      readonly extensions: readonly Extension[]
      readonly rest: Uint8Array
    }
  /** There is no connection; `rest` are the first bytes of the content that explains it. */
  | { readonly state: 'refused'; readonly error: HandshakeError; readonly rest: Uint8Array }

/** The client's opening handshake (RFC 6455 §4.1): one request to send, one response to judge. */
export class ClientHandshake {
  /** The Sec-WebSocket-Key of the request. */
  readonly key: string
  /** The head to send, as a Latin-1 string. */
  readonly request: string
  readonly #offer: UpgradeOffer
  readonly #parser: FinalHeadParser

  /** @throws {OptionError} when an option cannot be sent. */
  constructor(options: ClientHandshakeOptions, ports: Ports) {
    const { protocols = [], extensions = [], limits } = options
    this.key = makeKey(ports)
    this.request = formatRequest(options, this.key)
    this.#offer = { accept: acceptFor(this.key, ports), protocols, extensions }
    this.#parser = new FinalHeadParser(limits)
  }

  /**
   * Takes the next bytes of the response. After `open` and `refused` there is nothing more to take.
   * @throws {LocalProtocolError} `ERR_HANDSHAKE_OVER` when it was open or refused before.
   */
  receive(chunk: Uint8Array): ClientHandshakeResult {
    const result = this.#parser.push(chunk)
    if (result.state === 'waiting') return result
    if (result.state === 'failed') {
      return { state: 'refused', error: result.error, rest: new Uint8Array() }
    }
    const { head, rest } = result
    const answer = readUpgradeResponse(head, this.#offer)
    if (!answer.accepted) return { state: 'refused', error: answer.error, rest }
    const { protocol, extensions } = answer
    return { state: 'open', head, protocol, extensions, rest }
  }
}

/** RFC 6455 §4.1: the requirements on the opening handshake, item by item. */
function formatRequest(options: ClientHandshakeOptions, key: string): string {
  const { host, target, origin, protocols = [], extensions = [], fields = [] } = options
  checkOptions(options)
  const lines: FieldLine[] = [
    ['Host', host],
    ['Upgrade', 'websocket'],
    ['Connection', 'Upgrade'],
    ['Sec-WebSocket-Key', key],
    ['Sec-WebSocket-Version', '13'],
  ]
  if (origin !== undefined) lines.push(['Origin', origin])
  if (protocols.length > 0) lines.push(['Sec-WebSocket-Protocol', protocols.join(', ')])
  if (extensions.length > 0) lines.push(['Sec-WebSocket-Extensions', formatExtensions(extensions)])
  return formatHead(`GET ${target} HTTP/1.1`, [...lines, ...fields])
}

function checkOptions(options: ClientHandshakeOptions): void {
  const { host, target, origin, protocols = [], fields = new HeaderFields() } = options
  if (!parseAuthority(host)) {
    throw new OptionError('host', host, 'a host and perhaps its port, such as example.com:8080')
  }
  // RFC 6455 §3: the fragment of a WebSocket URI means nothing and may not be sent.
  if (!target.startsWith('/') || !isTarget(target) || target.includes('#')) {
    throw new OptionError('target', target, 'a path, percent-encoded, without a fragment')
  }
  if (origin !== undefined && fields.has('origin')) {
    throw new OptionError('origin', origin, 'no Origin among the fields as well')
  }
  checkSubprotocols(protocols)
  checkExtraFields(fields)
}

import { OptionError } from '../../errors/index.ts'
import { FieldValueReader } from './field-value-reader.ts'
import { isToken } from './tokens.ts'

/** Parameters in their order, repeated ones too; `true` is one without a value. */
export type ExtensionParams = readonly (readonly [name: string, value: string | true])[]

/** An element of Sec-WebSocket-Extensions: an offer in a request, an agreement in a response. */
export interface Extension {
  readonly name: string
  readonly params: ExtensionParams
}

/** The server's side of an extension while the handshake lasts. */
export interface ExtensionNegotiator {
  readonly name: string
  /** Judges one offer: the parameters of the answer to it, or `undefined` to decline. It never throws. */
  accept(params: ExtensionParams): ExtensionParams | undefined
}

/**
 * Reads Sec-WebSocket-Extensions; `undefined` when it is malformed, upon which the handshake fails
 * (RFC 6455 §9.1). An absent field has none.
 */
export function parseExtensions(value: string | undefined): Extension[] | undefined {
  if (value === undefined) return []
  const reader = new FieldValueReader(value)
  const extensions: Extension[] = []
  do {
    // RFC 2616 §2.1, whose #rule RFC 6455 §9.1 uses: null elements are allowed and do not count.
    if (reader.atElementEnd()) continue
    const extension = readExtension(reader)
    if (!extension) return undefined
    extensions.push(extension)
  } while (reader.take(','))
  return reader.atEnd() && extensions.length > 0 ? extensions : undefined
}

/**
 * Writes Sec-WebSocket-Extensions.
 * @throws {OptionError} when a name or value is not a token.
 */
export function formatExtensions(extensions: readonly Extension[]): string {
  return extensions.map(formatExtension).join(', ')
}

/**
 * The extensions to answer with: of each that the server has, the first offer it accepts, in the
 * client's order of preference. Unknown ones are ignored (RFC 6455 §9.1).
 */
export function chooseExtensions(
  offers: readonly Extension[],
  negotiators: readonly ExtensionNegotiator[],
): Extension[] {
  const agreed = new Map<string, Extension>()
  for (const offer of offers) {
    if (agreed.has(offer.name)) continue
    const params = negotiators.find(({ name }) => name === offer.name)?.accept(offer.params)
    if (params) agreed.set(offer.name, { name: offer.name, params })
  }
  return [...agreed.values()]
}

function formatExtension({ name, params }: Extension): string {
  const parts = params.map(([key, value]) =>
    value === true ? token(key) : `${token(key)}=${token(value)}`,
  )
  return [token(name), ...parts].join('; ')
}

function token(text: string): string {
  if (!isToken(text)) throw new OptionError('extensions', text, 'a token (RFC 6455 section 9.1)')
  return text
}

/** extension = extension-token *( ";" extension-param ) */
function readExtension(reader: FieldValueReader): Extension | undefined {
  const name = reader.token()
  if (name === undefined) return undefined
  const params: [string, string | true][] = []
  while (reader.take(';')) {
    const key = reader.token()
    if (key === undefined) return undefined
    const value = reader.take('=') ? (reader.token() ?? reader.quotedToken()) : true
    if (value === undefined) return undefined
    params.push([key, value])
  }
  return { name, params }
}

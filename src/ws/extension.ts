import { formatExtensions, parseExtensions } from '../core/index.ts'

/** Values of a parameter in the order they came; `true` is one without a value. */
export type ExtensionParameters = Record<string, (string | true)[]>

/** What a Sec-WebSocket-Extensions field offers: for each extension its offers, most wanted first. */
export type ExtensionOffers = Record<string, ExtensionParameters[]>

type Value = string | number | true
type Parameters = Record<string, Value | Value[]>

/**
 * Reads Sec-WebSocket-Extensions.
 * @throws {SyntaxError} when it is malformed (RFC 6455 §9.1).
 */
function parse(header: string): ExtensionOffers {
  const extensions = parseExtensions(header)
  if (!extensions) throw new SyntaxError('Invalid Sec-WebSocket-Extensions header')
  // Names are the peer's: none of them is to be found on Object.prototype.
  const offers = Object.create(null) as ExtensionOffers
  for (const { name, params } of extensions) {
    const parameters = Object.create(null) as ExtensionParameters
    for (const [key, value] of params) (parameters[key] ??= []).push(value)
    ;(offers[name] ??= []).push(parameters)
  }
  return offers
}

/** Writes Sec-WebSocket-Extensions. */
function format(extensions: Record<string, Parameters | Parameters[]>): string {
  return formatExtensions(
    Object.entries(extensions).flatMap(([name, offers]) =>
      [offers].flat().map((parameters) => ({ name, params: listed(parameters) })),
    ),
  )
}

function listed(parameters: Parameters): [string, string | true][] {
  return Object.entries(parameters).flatMap(([key, values]) =>
    [values].flat().map((value): [string, string | true] => [key, value === true || `${value}`]),
  )
}

/** The field Sec-WebSocket-Extensions. */
export const extension: { parse: typeof parse; format: typeof format } = { parse, format }

import type { ExtensionParams } from '../handshake/extensions.ts'

/** The token of the extension (RFC 7692 §7). */
export const extensionName = 'permessage-deflate'

/** The parameters of an offer or an answer (RFC 7692 §7.1), read. */
export interface DeflateParameters {
  readonly serverNoContextTakeover: boolean
  readonly clientNoContextTakeover: boolean
  /** 8-15; `undefined` when the parameter is absent. */
  readonly serverMaxWindowBits: number | undefined
  /** 8-15, `true` in an offer without a value; `undefined` when the parameter is absent. */
  readonly clientMaxWindowBits: number | true | undefined
}

type Reader = (value: string | true) => number | boolean | undefined

const flag: Reader = (value) => (value === true ? true : undefined)
/** A decimal number without leading zeros (RFC 7692 §7.1.2). */
const bits: Reader = (value) =>
  value !== true && /^([89]|1[0-5])$/.test(value) ? Number(value) : undefined
const optionalBits: Reader = (value) => (value === true ? true : bits(value))

const offerReaders: ReadonlyMap<string, Reader> = new Map([
  ['server_no_context_takeover', flag],
  ['client_no_context_takeover', flag],
  ['server_max_window_bits', bits],
  ['client_max_window_bits', optionalBits],
])
/** In an answer client_max_window_bits has a value (RFC 7692 §7.1.2.2). */
const answerReaders: ReadonlyMap<string, Reader> = new Map([
  ...offerReaders,
  ['client_max_window_bits', bits],
])

/** Reads an offer; `undefined` for one that a server must decline (RFC 7692 §7.1). */
export function readOffer(params: ExtensionParams): DeflateParameters | undefined {
  return read(params, offerReaders)
}

/** Reads an answer; `undefined` for one upon which a client must fail the connection (RFC 7692 §7.1). */
export function readAnswer(params: ExtensionParams): DeflateParameters | undefined {
  return read(params, answerReaders)
}

/** Unknown names, wrong values and repetitions make all of it invalid (RFC 7692 §7.1). */
function read(
  params: ExtensionParams,
  readers: ReadonlyMap<string, Reader>,
): DeflateParameters | undefined {
  const values = new Map<string, number | boolean>()
  for (const [name, text] of params) {
    const value = readers.get(name)?.(text)
    if (value === undefined || values.has(name)) return undefined
    values.set(name, value)
  }
  return {
    serverNoContextTakeover: values.has('server_no_context_takeover'),
    clientNoContextTakeover: values.has('client_no_context_takeover'),
    serverMaxWindowBits: values.get('server_max_window_bits') as number | undefined,
    clientMaxWindowBits: values.get('client_max_window_bits') as number | true | undefined,
  }
}

/** Writes parameters in the order of the RFC; what is off or absent is left out. */
export function formatParameters(parameters: DeflateParameters): ExtensionParams {
  const { serverNoContextTakeover, clientNoContextTakeover } = parameters
  const { serverMaxWindowBits, clientMaxWindowBits } = parameters
  const params: [string, string | true][] = []
  if (serverNoContextTakeover) params.push(['server_no_context_takeover', true])
  if (clientNoContextTakeover) params.push(['client_no_context_takeover', true])
  if (serverMaxWindowBits !== undefined) {
    params.push(['server_max_window_bits', String(serverMaxWindowBits)])
  }
  if (clientMaxWindowBits !== undefined) {
    const value = clientMaxWindowBits === true ? true : String(clientMaxWindowBits)
    params.push(['client_max_window_bits', value])
  }
  return params
}

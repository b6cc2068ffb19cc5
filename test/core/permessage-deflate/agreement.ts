import {
  type Compression,
  clientAgreement,
  type DeflateAgreement,
  deflateNegotiator,
  deflateOffers,
  type DeflateOptions,
  type DeflateSettings,
  PermessageDeflate,
  resolveDeflate,
  serverAgreement,
} from '../../../dist/core/index.js'
import {
  chooseExtensions,
  type Extension,
  type ExtensionParams,
  formatExtensions,
  parseExtensions,
} from '../../../dist/core/handshake/extensions.js'
import { ZlibCompression } from '../../../dist/node/compression.js'
import { ConnectionPair, type ConnectionPairOptions } from '../../../dist/testing/index.js'
import { type Role, Solo } from '../solo.ts'

/** A test is one turn, whatever it inflates. */
export const compression: Compression = new ZlibCompression(Infinity)

export function settings(options: DeflateOptions = {}): DeflateSettings {
  return resolveDeflate(options)!
}

/** The parameters of `permessage-deflate; …`, as they come over the wire. */
export function params(text: string): ExtensionParams {
  return parseExtensions(`permessage-deflate${text && `; ${text}`}`)![0]!.params
}

/** What a server answers to a field value, over the wire and back; `undefined` for nothing. */
export function answer(offers: string, server: DeflateSettings): Extension | undefined {
  const agreed = chooseExtensions(parseExtensions(offers) ?? [], [deflateNegotiator(server)])
  return agreed.length > 0 ? parseExtensions(formatExtensions(agreed))![0] : undefined
}

/** What both sides take from a whole negotiation. */
export function negotiate(
  client: DeflateSettings,
  server: DeflateSettings,
): { client: DeflateAgreement | undefined; server: DeflateAgreement } {
  const { params: answered } = answer(formatExtensions(deflateOffers(client)), server)!
  return { client: clientAgreement(answered, client), server: serverAgreement(answered) }
}

export interface DeflatePairOptions extends ConnectionPairOptions {
  readonly client?: DeflateOptions
  readonly server?: DeflateOptions
  /** One for both sides, or one each. */
  readonly compression?: Compression | Record<Role, Compression>
}

/** A pair that has negotiated permessage-deflate; every message is compressed unless told otherwise. */
export function deflatePair(options: DeflatePairOptions = {}): ConnectionPair {
  const client = settings({ threshold: 0, ...options.client })
  const server = settings({ threshold: 0, ...options.server })
  const agreed = negotiate(client, server)
  const given = options.compression ?? compression
  const by = 'deflate' in given ? { client: given, server: given } : given
  const limit = options.limits?.message ?? 1 << 20
  return new ConnectionPair({
    ...options,
    extensions: {
      client: new PermessageDeflate(agreed.client!, client, by.client, limit),
      server: new PermessageDeflate(agreed.server, server, by.server, limit),
    },
  })
}

export interface DeflateSoloOptions {
  readonly options?: DeflateOptions
  readonly agreed?: Partial<DeflateAgreement>
  readonly compression?: Compression
  readonly limit?: number
}

export const unlimited = { takeover: false, windowBits: 15 }
export const takeover = { takeover: true, windowBits: 15 }

/** One connection with permessage-deflate, whose peer is the test. */
export function deflateSolo(role: Role, given: DeflateSoloOptions = {}): Solo {
  const { limit = 1 << 20 } = given
  const extension = new PermessageDeflate(
    { send: unlimited, receive: unlimited, ...given.agreed },
    settings({ threshold: 0, ...given.options }),
    given.compression ?? compression,
    limit,
  )
  return new Solo(role, { message: limit }, true, extension)
}

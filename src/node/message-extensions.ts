import {
  clientAgreement,
  type DeflateAgreement,
  type DeflateSettings,
  type Extension,
  type MessageExtension,
  PermessageDeflate,
  serverAgreement,
} from '../core/index.ts'
import { ZlibCompression } from './compression.ts'

/** One for the process, as its turns are the process's. */
export const compression: ZlibCompression = new ZlibCompression()

/** What an endpoint's connections can compress with. */
export interface DeflateEndpoint {
  readonly settings: DeflateSettings
  /** Bytes of a message after inflation. */
  readonly limit: number
}

/** What a server has answered with, at work; `undefined` when it has agreed to nothing. */
export function serverExtension(
  answered: readonly Extension[],
  deflate: DeflateEndpoint | undefined,
): MessageExtension | undefined {
  const [extension] = answered
  return extension && deflate && atWork(serverAgreement(extension.params), deflate)
}

/**
 * What a server has answered to a client's offer, at work; `undefined` when it has agreed to nothing.
 * `'unoffered'` when it is no answer to the offer, and the connection must fail (RFC 7692 §7.1).
 */
export function clientExtension(
  answered: readonly Extension[],
  deflate: DeflateEndpoint | undefined,
): MessageExtension | undefined | 'unoffered' {
  const [extension, another] = answered
  if (!extension || !deflate) return undefined
  const agreed = another ? undefined : clientAgreement(extension.params, deflate.settings)
  return agreed ? atWork(agreed, deflate) : 'unoffered'
}

/** permessage-deflate as it was agreed on, for one connection. */
export function atWork(
  agreed: DeflateAgreement,
  { settings, limit }: DeflateEndpoint,
): PermessageDeflate {
  return new PermessageDeflate(agreed, settings, compression, limit)
}

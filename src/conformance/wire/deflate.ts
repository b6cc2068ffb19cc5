import { constants, deflateRawSync, inflateRawSync } from 'node:zlib'
import type { Extension } from '../../core/index.ts'

/** The parameters of permessage-deflate (RFC 7692 §7.1). */
export interface DeflateParams {
  readonly serverNoContext?: boolean
  readonly clientNoContext?: boolean
  readonly serverBits?: number
  /** As an offer it may stand without a value. */
  readonly clientBits?: number | true
}

export const extensionName = 'permessage-deflate'

export function formatDeflate(params: DeflateParams): string {
  const { serverNoContext, clientNoContext, serverBits, clientBits } = params
  const parts = [extensionName]
  if (serverNoContext) parts.push('server_no_context_takeover')
  if (clientNoContext) parts.push('client_no_context_takeover')
  if (serverBits !== undefined) parts.push(`server_max_window_bits=${serverBits}`)
  if (clientBits === true) parts.push('client_max_window_bits')
  else if (clientBits !== undefined) parts.push(`client_max_window_bits=${clientBits}`)
  return parts.join('; ')
}

/** The parameters of an agreement, or what is wrong with it (RFC 7692 §7.1). */
export function readDeflate({ params }: Extension): DeflateParams | string {
  const read: { -readonly [Name in keyof DeflateParams]: DeflateParams[Name] } = {}
  const seen = new Set<string>()
  for (const [name, value] of params) {
    if (seen.has(name)) return `${name} twice`
    seen.add(name)
    if (name.endsWith('_no_context_takeover') && value !== true) return `${name} has a value`
    const bits = typeof value === 'string' && /^(8|9|1[0-5])$/.test(value) ? Number(value) : 0
    if (name === 'server_no_context_takeover') read.serverNoContext = true
    else if (name === 'client_no_context_takeover') read.clientNoContext = true
    else if (name === 'server_max_window_bits' && bits) read.serverBits = bits
    else if (name === 'client_max_window_bits' && (bits || value === true)) {
      read.clientBits = bits || true
    } else return `${name}=${String(value)}`
  }
  return read
}

/** What is wrong with an agreement as the answer to an offer (RFC 7692 §7.1). */
export function agreementFault(agreed: DeflateParams, offers: readonly DeflateParams[]): string {
  if (agreed.clientBits === true) return 'client_max_window_bits without a value in a response'
  const faults = offers.map((offer) => {
    if (agreed.clientBits !== undefined && offer.clientBits === undefined) {
      return 'client_max_window_bits that was not offered'
    }
    if (offer.serverNoContext && !agreed.serverNoContext) {
      return 'no server_no_context_takeover, which was asked for'
    }
    if (offer.serverBits !== undefined && (agreed.serverBits ?? 15) > offer.serverBits) {
      return `no server_max_window_bits of at most ${offer.serverBits}, which was asked for`
    }
    return ''
  })
  return faults.includes('') ? '' : (faults[0] ?? 'it was not offered')
}

/**
 * What we as a server answer to an offer: as we would have it, with what the client asks for, which we
 * can accept only by saying so (RFC 7692 §7.1.1.1, §7.1.2.1).
 * @returns `undefined` for a limit of a client that did not say that it can be limited (§7.1.2.2).
 */
export function agreementFor(
  wanted: DeflateParams,
  offer: DeflateParams,
): DeflateParams | undefined {
  if (wanted.clientBits !== undefined && offer.clientBits === undefined) return undefined
  const { serverBits, serverNoContext } = offer
  return {
    ...wanted,
    ...(serverNoContext ? { serverNoContext } : {}),
    ...(serverBits ? { serverBits: Math.min(serverBits, wanted.serverBits ?? 15) } : {}),
  }
}

const tail = Uint8Array.of(0, 0, 0xff, 0xff)

/**
 * Compresses and decompresses messages. zlib keeps no state between calls here: the window goes in as a
 * preset dictionary, which is the same to DEFLATE and needs no streams.
 */
export class DeflateCodec {
  readonly #ours: Side
  readonly #theirs: Side

  constructor(agreed: DeflateParams, role: 'client' | 'server') {
    const client = side(agreed.clientNoContext, agreed.clientBits === true ? 15 : agreed.clientBits)
    const server = side(agreed.serverNoContext, agreed.serverBits)
    this.#ours = role === 'client' ? client : server
    this.#theirs = role === 'client' ? server : client
  }

  compress(message: Uint8Array): Uint8Array {
    const { window } = this.#ours
    const compressed = deflateRawSync(message, {
      // A quarter of the time of zlib's default, for the same kinds of blocks.
      level: 3,
      // zlib has no raw windows of 256 bytes: it would silently use more.
      windowBits: Math.max(9, this.#ours.bits),
      finishFlush: constants.Z_SYNC_FLUSH,
      ...(window.length > 0 ? { dictionary: window } : {}),
    })
    remember(this.#ours, message)
    const end = compressed.length - tail.length
    // RFC 7692 §7.2.3.6: an empty message is one empty block.
    return end <= 0 ? Uint8Array.of(0) : compressed.subarray(0, end)
  }

  /** @returns The message, or what zlib said. */
  decompress(payload: Uint8Array): Uint8Array | string {
    const { window, bits } = this.#theirs
    try {
      const message = inflateRawSync(Buffer.concat([payload, tail]), {
        windowBits: 15,
        finishFlush: constants.Z_SYNC_FLUSH,
        ...(window.length > 0 ? { dictionary: window } : {}),
        // zlib takes what it has just written for its window as well: small steps keep it honest.
        ...(bits < 15
          ? { windowBits: Math.max(9, bits), chunkSize: 1 << Math.max(8, bits - 1) }
          : {}),
      })
      remember(this.#theirs, message)
      return message
    } catch (error) {
      return (error as Error).message
    }
  }
}

interface Side {
  readonly takeover: boolean
  readonly bits: number
  window: Uint8Array
}

function side(noContext = false, bits = 15): Side {
  return { takeover: !noContext, bits, window: new Uint8Array() }
}

function remember(one: Side, message: Uint8Array): void {
  if (one.takeover) {
    one.window = Buffer.concat([one.window, message]).subarray(-(1 << Math.max(9, one.bits)))
  }
}

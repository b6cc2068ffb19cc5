import { RemoteProtocolError } from '../../errors/index.ts'
import { CloseCode } from '../close-code.ts'
import { type EncodedMessage, encodeFrame } from '../encoded-message.ts'
import type { Message } from '../message-assembler.ts'
import type { MessageExtension } from '../message-extension.ts'
import type { SharedMessage } from '../shared-message.ts'
import type { Compression } from './compression.ts'
import type { DeflateAgreement, DeflateContext } from './negotiation.ts'
import type { DeflateSettings } from './options.ts'

/** A publish is done when it returns, so beyond this (4 ms of work) it is not compressed at all. */
const sharedAtMost = 131_072

/** RSV1, the bit that marks a compressed message (RFC 7692 §6). */
const compressed = 4

/**
 * permessage-deflate on one connection (RFC 7692). Without context takeover it remembers nothing from
 * message to message; with it, the last bytes of each direction, up to its window.
 */
export class PermessageDeflate implements MessageExtension {
  readonly rsv: number = compressed
  readonly #agreed: DeflateAgreement
  readonly #settings: DeflateSettings
  readonly #compression: Compression
  readonly #limit: number
  #sent: Uint8Array | undefined
  #received: Uint8Array | undefined

  /** @param limit Bytes of a message after inflation. */
  constructor(
    agreed: DeflateAgreement,
    settings: DeflateSettings,
    compression: Compression,
    limit: number,
  ) {
    this.#agreed = agreed
    this.#settings = settings
    this.#compression = compression
    this.#limit = limit
  }

  changes(message: Message, bytes: number): boolean {
    const { threshold, filter } = this.#settings
    return bytes >= threshold && (filter?.(message) ?? true)
  }

  encode(payload: Uint8Array, done: (payload: Uint8Array, rsv: number) => void): void {
    const { level, memoryLevel } = this.#settings
    const { windowBits } = this.#agreed.send
    const job = { windowBits, level, memoryLevel, dictionary: this.#sent }
    this.#compression.deflate(payload, job, (smaller) => {
      // The peer's window has in it what was compressed, so what is sent as it is leaves no trace.
      if (smaller.length >= payload.length) return done(payload, 0)
      this.#sent = remembered(this.#sent, payload, this.#agreed.send)
      done(smaller, compressed)
    })
  }

  /**
   * What is sent from here on refers to nothing that was sent before: for after a message that was
   * compressed elsewhere, by itself.
   */
  forget(): void {
    this.#sent = undefined
  }

  /** Without context takeover the same bytes are right for everyone with the same window. */
  share(shared: SharedMessage): EncodedMessage | undefined {
    const { takeover, windowBits } = this.#agreed.send
    if (takeover) return undefined
    return shared.form(`deflate ${windowBits}`, () => {
      const { message, opcode, payload } = shared
      const { length } = payload
      if (length > sharedAtMost || !this.changes(message, length)) return shared.plain
      const { level, memoryLevel } = this.#settings
      const job = { windowBits, level, memoryLevel, dictionary: undefined }
      const smaller = this.#compression.deflateNow(payload, job)
      return smaller.length < length
        ? encodeFrame(opcode, true, compressed, smaller, undefined)
        : shared.plain
    })
  }

  decode(
    payload: Uint8Array,
    later: boolean,
    done: (payload: Uint8Array | RemoteProtocolError) => void,
  ): void {
    const { windowBits } = this.#agreed.receive
    const job = { windowBits, dictionary: this.#received, limit: this.#limit, later }
    this.#compression.inflate(payload, job, (result) => {
      if (result === 'corrupt') return done(corrupt())
      if (result === 'too-large') return done(tooLarge(this.#limit))
      this.#received = remembered(this.#received, result, this.#agreed.receive)
      done(result)
    })
  }
}

/** The end of what has gone through a direction, as much as its window reaches back. */
function remembered(
  before: Uint8Array | undefined,
  payload: Uint8Array,
  { takeover, windowBits }: DeflateContext,
): Uint8Array | undefined {
  if (!takeover) return undefined
  const window = 2 ** windowBits
  // A copy: the payload belongs to the program.
  if (payload.length >= window || !before) return new Uint8Array(payload.subarray(-window))
  const kept = before.subarray(Math.max(0, before.length + payload.length - window))
  const bytes = new Uint8Array(kept.length + payload.length)
  bytes.set(kept)
  bytes.set(payload, kept.length)
  return bytes
}

/** limits.md: what cannot be inflated is 1007, as no payload of its type. */
function corrupt(): RemoteProtocolError {
  const message = 'a compressed message that cannot be inflated'
  return new RemoteProtocolError('ERR_DEFLATE_DATA', CloseCode.invalidPayload, message)
}

function tooLarge(limit: number): RemoteProtocolError {
  const message = `a compressed message over the limit of ${limit} bytes`
  return new RemoteProtocolError('ERR_LIMIT_MESSAGE', CloseCode.messageTooBig, message)
}

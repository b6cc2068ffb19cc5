import { RemoteProtocolError } from '../errors/index.ts'
import { CloseCode } from './close-code.ts'
import { type Conduct, usualConduct } from './conduct.ts'
import type { FrameHeader } from './frame-header.ts'
import type { Limits } from './limits.ts'
import { Opcode } from './opcode.ts'
import { PayloadBuffer } from './payload-buffer.ts'
import { copyOf, type Ports } from './ports.ts'
import { Utf8Validator } from './utf8-validator.ts'

/** What a data message carries: text as a string, binary as bytes (RFC 6455 §5.6). */
export type Message = string | Uint8Array

/** The payload of a whole message. */
export interface Assembled {
  readonly text: boolean
  /** Whether an extension has changed the payload. */
  readonly extended: boolean
  readonly payload: Uint8Array
  /** Where fragments ended, but for the last, when they are marked. */
  readonly ends: readonly number[] | undefined
}

const empty = new Uint8Array(0)

/**
 * Makes messages of data frames (RFC 6455 §5.4). A message that lies in one chunk is handed on as a
 * view of it, or a copy where the chunk is lent; anything else is gathered. Text is checked byte by byte as it arrives.
 */
export class MessageAssembler {
  readonly #limits: Limits
  readonly #ports: Ports
  readonly #conduct: Conduct

  /** The opcode of the message that has begun; 0 between messages. */
  #opcode: number = Opcode.continuation
  /** Whether an extension has changed the message: what is gathered is not the text yet. */
  #extended = false
  #fragments = 0
  /** Payload bytes announced for the message so far. */
  #announced = 0
  #fin = false
  /** The payload when one chunk holds all of it, `#gathered` otherwise. */
  #whole: Uint8Array = empty
  #gathered: PayloadBuffer | undefined
  #utf8: Utf8Validator | undefined
  #ends: number[] | undefined

  constructor(limits: Limits, ports: Ports, conduct: Conduct = usualConduct) {
    this.#limits = limits
    this.#ports = ports
    this.#conduct = conduct
  }

  /** Whether a message has begun and is not whole yet. */
  get midMessage(): boolean {
    return this.#opcode !== Opcode.continuation
  }

  /** A data frame begins. Both limits are checked here, before a byte of payload is stored. */
  start(header: FrameHeader): RemoteProtocolError | undefined {
    const continues = header.opcode === Opcode.continuation
    // RFC 6455 §5.4: the fragments of one message must not be interleaved with those of another.
    if (continues !== this.midMessage) return misplaced(continues)
    if (!continues) {
      this.#opcode = header.opcode
      this.#extended = header.rsv !== 0
    }
    this.#fin = header.fin
    this.#announced += header.length
    this.#fragments++
    const { message, fragments } = this.#limits
    if (this.#announced > this.#most) {
      return new RemoteProtocolError(
        'ERR_LIMIT_MESSAGE',
        CloseCode.messageTooBig,
        `message over the limit of ${message} bytes`,
      )
    }
    if (this.#fragments > fragments) {
      return new RemoteProtocolError(
        'ERR_LIMIT_FRAGMENTS',
        CloseCode.policyViolation,
        `message of more than ${fragments} fragments`,
      )
    }
    return undefined
  }

  /** How many bytes of payload there may be. */
  get #most(): number {
    const { message } = this.#limits
    return this.#extended ? message + worstGrowth(message) : message
  }

  /** @param lent Whether the bytes are not ours: those that become a message are copied. */
  payload(bytes: Uint8Array, lent: boolean): RemoteProtocolError | undefined {
    const isString = this.#conduct.text === 'string'
    const plainText = this.#opcode === Opcode.text && !this.#extended && isString
    if (this.#fin && this.#fragments === 1 && bytes.length === this.#announced) {
      // Text is a string before anyone sees it.
      this.#whole = lent && !plainText ? copyOf(bytes, this.#ports) : bytes
      return undefined
    }
    if (plainText) {
      this.#utf8 ??= new Utf8Validator()
      if (!this.#utf8.push(bytes)) return invalidText()
    }
    this.#gathered ??= new PayloadBuffer(this.#ports)
    // Before the last frame nobody knows how much more there will be.
    this.#gathered.append(bytes, this.#fin ? this.#announced : this.#most)
    return undefined
  }

  /** The frame is whole: gives the payload when it was the last one. */
  end(): Assembled | undefined {
    if (!this.#fin) {
      if (this.#conduct.marksFragments) (this.#ends ??= []).push(this.#announced)
      return undefined
    }
    const payload = this.#gathered?.take() ?? this.#whole
    // What an extension has changed has no longer the lengths of its frames.
    const ends = this.#extended ? undefined : this.#ends
    const text = this.#opcode === Opcode.text
    const assembled = { text, extended: this.#extended, payload, ends }
    this.#opcode = Opcode.continuation
    this.#fragments = 0
    this.#announced = 0
    this.#whole = empty
    this.#gathered = undefined
    this.#utf8 = undefined
    this.#ends = undefined
    return assembled
  }
}

/**
 * A message that cannot be compressed grows when it is, and it is its own size that counts: by an eighth
 * and a 64th at the worst (zlib's deflateBound), and by an empty block for each flush.
 */
function worstGrowth(message: number): number {
  return (message >> 3) + (message >> 6) + 1024
}

/** Text is UTF-8 (RFC 6455 §5.6). */
export function messageOf(
  text: boolean,
  payload: Uint8Array,
  ports: Ports,
  { text: form }: Conduct,
): Message | RemoteProtocolError {
  if (!text || form === 'unchecked') return payload
  if (form === 'string') return ports.decodeUtf8(payload) ?? invalidText()
  const sound = ports.isUtf8?.(payload) ?? ports.decodeUtf8(payload) !== undefined
  return sound ? payload : invalidText()
}

function misplaced(continues: boolean): RemoteProtocolError {
  return continues
    ? new RemoteProtocolError(
        'ERR_CONTINUATION_UNEXPECTED',
        CloseCode.protocolError,
        'a continuation frame without a message to continue',
      )
    : new RemoteProtocolError(
        'ERR_CONTINUATION_EXPECTED',
        CloseCode.protocolError,
        'a new message before the last one was finished',
      )
}

/** RFC 6455 §8.1. */
function invalidText(): RemoteProtocolError {
  return new RemoteProtocolError(
    'ERR_INVALID_UTF8',
    CloseCode.invalidPayload,
    'text that is not UTF-8',
  )
}

import type { ZlibOptions } from 'node:zlib'
import type { DeflateAgreement, DeflateSettings, MessageExtension } from '../core/index.ts'
import { atWork } from '../node/transport.ts'
import { asBuffer, toBytes } from './bytes.ts'
import { DeflateStream } from './deflate-stream.ts'
import type { ExtensionParameters } from './extension.ts'

/** How messages are compressed. What zlib is told besides its level and memory level has no effect here. */
export interface PerMessageDeflateOptions {
  serverNoContextTakeover?: boolean | undefined
  clientNoContextTakeover?: boolean | undefined
  serverMaxWindowBits?: number | boolean | undefined
  clientMaxWindowBits?: number | boolean | undefined
  zlibDeflateOptions?: ZlibOptions | undefined
  zlibInflateOptions?: ZlibOptions | undefined
  /** Bytes below which nothing is compressed where there is no context takeover. Default 1,024. */
  threshold?: number | undefined
  /** Has no effect: Tidewire bounds the memory that zlib takes at a time, not the calls. */
  concurrencyLimit?: number | undefined
}

interface Side {
  isServer?: boolean | undefined
  maxPayload?: number | undefined
}

/** The parameters of an offer or an answer (RFC 7692 §7.1). */
export interface DeflateParams {
  server_no_context_takeover?: true
  client_no_context_takeover?: true
  server_max_window_bits?: number
  client_max_window_bits?: number | true
}

type Callback = (error: Error | null, data?: Buffer) => void

/** No message is longer than a Buffer can be. */
const unlimited = 2 ** 31 - 1

/** The negotiation of permessage-deflate as ws has it, and one connection's compression. */
export class PerMessageDeflate {
  readonly #options: PerMessageDeflateOptions & Side
  #deflating: DeflateStream | undefined
  params: DeflateParams | null = null

  constructor(options: PerMessageDeflateOptions & Side = {}) {
    this.#options = options
  }

  static get extensionName(): string {
    return 'permessage-deflate'
  }

  /** What a client offers. */
  offer(): DeflateParams {
    const { serverNoContextTakeover, clientNoContextTakeover } = this.#options
    const { serverMaxWindowBits, clientMaxWindowBits } = this.#options
    return {
      ...(serverNoContextTakeover && { server_no_context_takeover: true }),
      ...(clientNoContextTakeover && { client_no_context_takeover: true }),
      ...(serverMaxWindowBits && { server_max_window_bits: Number(serverMaxWindowBits) }),
      ...(clientMaxWindowBits && { client_max_window_bits: clientMaxWindowBits }),
      ...(clientMaxWindowBits == null && { client_max_window_bits: true }),
    }
  }

  /**
   * Settles on an offer, or on what the server has answered.
   * @throws {Error} when none will do, or one is malformed.
   */
  accept(configurations: ExtensionParameters[]): DeflateParams {
    const read = configurations.map((parameters) => this.#read(parameters))
    this.params = this.#options.isServer ? this.#acceptOffer(read) : this.#acceptAnswer(read[0]!)
    return this.params
  }

  #acceptOffer(offers: readonly DeflateParams[]): DeflateParams {
    const { serverNoContextTakeover, clientNoContextTakeover } = this.#options
    const { serverMaxWindowBits, clientMaxWindowBits } = this.#options
    const offer = offers.find((one) => this.#takes(one))
    if (!offer) throw new Error('None of the extension offers can be accepted')
    const accepted = { ...offer }
    if (serverNoContextTakeover) accepted.server_no_context_takeover = true
    if (clientNoContextTakeover) accepted.client_no_context_takeover = true
    if (typeof serverMaxWindowBits === 'number') {
      accepted.server_max_window_bits = serverMaxWindowBits
    }
    if (typeof clientMaxWindowBits === 'number') {
      accepted.client_max_window_bits = clientMaxWindowBits
    } else if (accepted.client_max_window_bits === true || clientMaxWindowBits === false) {
      delete accepted.client_max_window_bits
    }
    return accepted
  }

  /** Whether a server can keep to what a client offers. */
  #takes(offer: DeflateParams): boolean {
    const { serverNoContextTakeover, serverMaxWindowBits, clientMaxWindowBits } = this.#options
    const serverBits = offer.server_max_window_bits
    const clientBits = offer.client_max_window_bits
    if (serverNoContextTakeover === false && offer.server_no_context_takeover) return false
    if (serverBits !== undefined && serverMaxWindowBits === false) return false
    if (serverBits !== undefined && Number(serverMaxWindowBits) > serverBits) return false
    if (typeof clientMaxWindowBits !== 'number') return true
    return typeof clientBits === 'number' ? clientMaxWindowBits <= clientBits : !!clientBits
  }

  #acceptAnswer(answer: DeflateParams): DeflateParams {
    const { clientNoContextTakeover, clientMaxWindowBits } = this.#options
    if (clientNoContextTakeover === false && answer.client_no_context_takeover) {
      throw new Error('Unexpected parameter "client_no_context_takeover"')
    }
    const bits = answer.client_max_window_bits
    if (bits === undefined) {
      if (typeof clientMaxWindowBits !== 'number') return answer
      return { ...answer, client_max_window_bits: clientMaxWindowBits }
    }
    const tooWide = typeof clientMaxWindowBits === 'number' && Number(bits) > clientMaxWindowBits
    if (clientMaxWindowBits === false || tooWide) {
      throw new Error('Unexpected or invalid parameter "client_max_window_bits"')
    }
    return answer
  }

  #read(parameters: ExtensionParameters): DeflateParams {
    const read: Record<string, number | true> = {}
    for (const [key, values] of Object.entries(parameters)) {
      if (values.length > 1) throw new Error(`Parameter "${key}" must have only a single value`)
      read[key] = this.#value(key, values[0]!)
    }
    return read
  }

  #value(key: string, value: string | true): number | true {
    const isFlag = key === 'client_no_context_takeover' || key === 'server_no_context_takeover'
    const isBits = key === 'client_max_window_bits' || key === 'server_max_window_bits'
    if (!isFlag && !isBits) throw new Error(`Unknown parameter "${key}"`)
    // A client says with an empty client_max_window_bits that any will do (RFC 7692 §7.1.2.2).
    const mayBeEmpty = isFlag || (key === 'client_max_window_bits' && this.#options.isServer)
    if (value === true && mayBeEmpty) return true
    const number = value === true ? NaN : Number(value)
    if (isBits && Number.isInteger(number) && number >= 8 && number <= 15) return number
    throw new TypeError(`Invalid value for parameter "${key}": ${value}`)
  }

  /**
   * What was agreed on, at work between frames and messages.
   * @param maxPayload Bytes of a message; 0 for no limit. Default what was given with the options.
   */
  messageExtension(maxPayload?: number): MessageExtension {
    const limit = maxPayload ? maxPayload : this.#limit
    return atWork(this.#agreement(), { settings: this.#settings(), limit })
  }

  #agreement(): DeflateAgreement {
    const { params } = this
    const server = {
      takeover: !params?.server_no_context_takeover,
      windowBits: params?.server_max_window_bits ?? 15,
    }
    const bits = params?.client_max_window_bits
    const client = {
      takeover: !params?.client_no_context_takeover,
      windowBits: typeof bits === 'number' ? bits : 15,
    }
    return this.#options.isServer
      ? { send: server, receive: client }
      : { send: client, receive: server }
  }

  #settings(): DeflateSettings {
    const { threshold = 1024, zlibDeflateOptions } = this.#options
    const { level = -1, memLevel = 8 } = zlibDeflateOptions ?? {}
    const { send, receive } = this.#agreement()
    const direction = (windowBits: number, contextTakeover: boolean) => ({
      windowBits,
      contextTakeover,
    })
    return {
      send: direction(send.windowBits, send.takeover),
      receive: direction(receive.windowBits, receive.takeover),
      level: level < 0 ? 6 : level,
      memoryLevel: memLevel,
      // With context takeover a small message may compress well for those before it.
      threshold: send.takeover ? 0 : threshold,
      filter: undefined,
    }
  }

  /** Whether a message of so many bytes is compressed. */
  compresses(bytes: number): boolean {
    return bytes >= this.#settings().threshold
  }

  get #limit(): number {
    const { maxPayload = 0 } = this.#options
    return maxPayload > 0 ? maxPayload : unlimited
  }

  get #stream(): DeflateStream {
    this.#deflating ??= new DeflateStream(this.#agreement(), this.#settings(), this.#limit)
    return this.#deflating
  }

  /** Compresses the next part of a message. @param fin Whether it is the last. */
  compress(data: Buffer | string, fin: boolean, callback: Callback): void {
    this.#stream.compress(toBytes(data), fin, told(callback))
  }

  /** Inflates a message: all of it with its last part. */
  decompress(data: Buffer, fin: boolean, callback: Callback): void {
    this.#stream.decompress(data, fin, told(callback))
  }

  /** Forgets what went before; who waits is told. */
  cleanup(): void {
    this.#deflating?.close()
    this.#deflating = undefined
  }
}

function told(callback: Callback): (result: Uint8Array | Error) => void {
  return (result) => {
    if (result instanceof Error) callback(result)
    else callback(null, asBuffer(result))
  }
}

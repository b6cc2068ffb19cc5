import type { Duplex } from 'node:stream'
import { applyMask, headerSize, isWireCloseCode, Opcode, writeHeader } from '../core/index.ts'
import { ports, type Written } from '../node/transport.ts'
import { asBuffer, isBlob, toBytes } from './bytes.ts'
import { emptyBuffer } from './constants.ts'
import { PerMessageDeflate } from './permessage-deflate.ts'
import type { Extensions } from './websocket.ts'

/** How `Sender.frame` frames. */
export interface FrameOptions {
  opcode: number
  fin?: boolean | undefined
  rsv1?: boolean | undefined
  mask?: boolean | undefined
  generateMask?: ((mask: Buffer) => void) | undefined
  maskBuffer?: Buffer | undefined
  /** Whether the data must stay as it is. */
  readOnly?: boolean | undefined
}

interface DataOptions {
  binary?: boolean | undefined
  compress?: boolean | undefined
  fin?: boolean | undefined
  mask?: boolean | undefined
}

type GenerateMask = (mask: Buffer) => void

/** Frames messages onto a stream of the program's own. A `WebSocket` does not send by it. */
export class Sender {
  readonly #socket: Duplex
  readonly #deflate: PerMessageDeflate | undefined
  readonly #generateMask: GenerateMask | undefined
  #first = true
  #compressing = false
  /** What waits for a message that is being compressed, or a Blob that is being read. */
  #queue: (() => void)[] | undefined

  constructor(socket: Duplex, extensions: Extensions = {}, generateMask?: GenerateMask) {
    this.#socket = socket
    this.#deflate = extensions[PerMessageDeflate.extensionName]
    this.#generateMask = generateMask
  }

  /** One frame, in one buffer or two. Masking changes the data itself unless it is `readOnly`. */
  static frame(data: Buffer | string, options: FrameOptions): Buffer[] {
    const { fin = false, rsv1 = false, mask, readOnly } = options
    const bytes = toBytes(data)
    const key = mask ? maskingKey(options) : undefined
    const merged = key !== undefined && readOnly && typeof data !== 'string'
    const size = headerSize(bytes.length, key !== undefined)
    const target = Buffer.allocUnsafe(merged ? size + bytes.length : size)
    writeHeader(target, 0, options.opcode as Opcode, fin, rsv1 ? 4 : 0, bytes.length, key)
    if (bytes.length === 0) return [target]
    if (!merged) {
      if (key !== undefined) applyMask(bytes, key, 0)
      return [target, asBuffer(bytes)]
    }
    target.set(bytes, size)
    applyMask(target.subarray(size), key, 0)
    return [target]
  }

  /** @throws {TypeError | RangeError} for a code or reason that cannot be sent. */
  close(code?: number, data?: string | Buffer, mask?: boolean, written?: Written): void {
    this.#control(Opcode.close, closePayload(code, data), mask, written)
  }

  ping(data: unknown, mask?: boolean, written?: Written): void {
    this.#read(data, written, (bytes) =>
      this.#control(Opcode.ping, checkControl(bytes), mask, written),
    )
  }

  pong(data: unknown, mask?: boolean, written?: Written): void {
    this.#read(data, written, (bytes) =>
      this.#control(Opcode.pong, checkControl(bytes), mask, written),
    )
  }

  send(data: unknown, options: DataOptions, written?: Written): void {
    this.#read(data, written, (bytes) => this.#send(bytes, options, written))
  }

  #send(bytes: Uint8Array, options: DataOptions, written?: Written): void {
    const { binary, compress = false, fin = false, mask } = options
    const first = this.#first
    const opcode = !first ? Opcode.continuation : binary ? Opcode.binary : Opcode.text
    if (first) this.#compressing = compress && (this.#deflate?.compresses(bytes.length) ?? false)
    this.#first = fin
    const rsv1 = first && this.#compressing
    const frame = (payload: Uint8Array): void =>
      this.#frame(payload, { opcode, fin, rsv1, mask, readOnly: true }, written)
    if (this.#compressing) this.#inTurn(() => this.#compress(bytes, fin, frame, written))
    else this.#inTurn(() => frame(bytes))
  }

  sendFrame(list: readonly Buffer[], written?: Written): void {
    this.#socket.cork()
    list.forEach((part, i) => this.#socket.write(part, i === list.length - 1 ? written : undefined))
    this.#socket.uncork()
  }

  #control(opcode: Opcode, data: Uint8Array, mask?: boolean, written?: Written): void {
    this.#inTurn(() => this.#frame(data, { opcode, fin: true, mask, readOnly: true }, written))
  }

  #frame(data: Uint8Array, options: FrameOptions, written?: Written): void {
    const generateMask = this.#generateMask
    this.sendFrame(Sender.frame(data as Buffer, { ...options, generateMask }), written)
  }

  /** What is compressed takes its time; what follows waits for it. */
  #compress(
    bytes: Uint8Array,
    fin: boolean,
    frame: (payload: Uint8Array) => void,
    written?: Written,
  ): void {
    const goOn = this.#hold()
    this.#deflate!.compress(bytes as Buffer, fin, (error, payload) => {
      goOn(() => (error ? written?.(error) : frame(payload!)))
    })
  }

  /** The bytes of what is sent, in its turn. */
  #read(data: unknown, written: Written | undefined, act: (bytes: Uint8Array) => void): void {
    if (!isBlob(data)) {
      const bytes = toBytes(data || emptyBuffer)
      return this.#inTurn(() => act(bytes))
    }
    this.#inTurn(() => {
      const goOn = this.#hold()
      data.arrayBuffer().then(
        (buffer) => goOn(() => act(new Uint8Array(buffer))),
        (error: Error) => goOn(() => written?.(error)),
      )
    })
  }

  /** Keeps what follows back until the function that it gives is called. */
  #hold(): (act: () => void) => void {
    const queue: (() => void)[] = (this.#queue = [])
    return (act) => {
      this.#queue = undefined
      act()
      for (const step of queue) this.#inTurn(step)
    }
  }

  #inTurn(act: () => void): void {
    if (this.#queue) this.#queue.push(act)
    else act()
  }
}

function maskingKey({ generateMask, maskBuffer }: FrameOptions): number {
  const mask = maskBuffer ?? Buffer.alloc(4)
  if (generateMask) generateMask(mask)
  else mask.set(ports.random(4))
  return mask.readUInt32BE(0)
}

function checkControl(payload: Uint8Array): Uint8Array {
  if (payload.length <= 125) return payload
  throw new RangeError('The data size must not be greater than 125 bytes')
}

/** The payload of a close frame, in ws's words where it cannot be one. */
export function closePayload(code?: number, data?: string | Uint8Array): Uint8Array {
  if (code === undefined) return emptyBuffer
  if (typeof code !== 'number' || !Number.isInteger(code) || !isWireCloseCode(code)) {
    throw new TypeError('First argument must be a valid error code number')
  }
  const length = data?.length ? Buffer.byteLength(data) : 0
  if (length > 123) throw new RangeError('The message must not be greater than 123 bytes')
  if (length > 0 && typeof data !== 'string' && !(data instanceof Uint8Array)) {
    throw new TypeError('Second argument must be a string or a Uint8Array')
  }
  const reason = length > 0 ? toBytes(data) : emptyBuffer
  return Buffer.concat([Uint8Array.of(code >> 8, code), reason])
}

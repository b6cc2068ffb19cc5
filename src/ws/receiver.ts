import { Writable } from 'node:stream'
import { Connection, type ConnectionHandler } from '../core/index.ts'
import { asBuffer } from './bytes.ts'
import type { BinaryType } from './constants.ts'
import { type FrameError, frameError } from './frame-error.ts'
import { messageData } from './message-data.ts'
import { connectionSettings } from './pump-settings.ts'
import type { Extensions } from './websocket.ts'

/** How a receiver reads. */
export interface ReceiverOptions {
  allowSynchronousEvents?: boolean | undefined
  binaryType?: BinaryType | undefined
  extensions?: Extensions | undefined
  isServer?: boolean | undefined
  maxBufferedChunks?: number | undefined
  maxFragments?: number | undefined
  maxPayload?: number | undefined
  skipUTF8Validation?: boolean | undefined
}

type Callback = (error?: Error | null) => void

/**
 * Reads frames that a program writes to it: an emitter of `message`, `ping`, `pong` and `conclude`. A
 * `WebSocket` does not read by it.
 */
export class Receiver extends Writable {
  readonly #connection: Connection
  readonly #synchronous: boolean
  readonly #binaryType: BinaryType
  /** Told when all that was written is read. */
  #callback: Callback | undefined
  #error: FrameError | undefined

  constructor(options: ReceiverOptions = {}) {
    super()
    const { allowSynchronousEvents = true, binaryType = 'nodebuffer', isServer = false } = options
    this.#synchronous = allowSynchronousEvents
    this.#binaryType = binaryType
    this.#connection = new Connection(connectionSettings(options, isServer), this.#handler())
    const [extension] = Object.values(options.extensions ?? {})
    this.#connection.open(extension?.messageExtension(options.maxPayload))
  }

  override _write(chunk: Buffer, _encoding: string, callback: Callback): void {
    this.#callback = callback
    this.#connection.receive(new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.length))
    this.#settle()
  }

  /** Whether what was written is read by now, or never will be. */
  #settle(): void {
    const { paused, decoding } = this.#connection
    if (!this.#error && (paused || decoding)) return
    const callback = this.#callback
    this.#callback = undefined
    callback?.(this.#error)
  }

  #tell(event: string, ...args: unknown[]): void {
    if (this.#synchronous) return void this.emit(event, ...args)
    this.#connection.pause()
    setImmediate(() => {
      this.emit(event, ...args)
      this.#connection.resume()
      this.#settle()
    })
  }

  #handler(): ConnectionHandler {
    return {
      onMessage: (message, text, ends) => {
        const bytes = message as Uint8Array
        const data = text ? asBuffer(bytes) : messageData(bytes, this.#binaryType, ends)
        this.#tell('message', data, !text)
      },
      onPing: (payload) => this.#tell('ping', asBuffer(payload)),
      onPong: (payload) => this.#tell('pong', asBuffer(payload)),
      onFailed: (fault, opcode) => {
        this.#error = frameError(fault, opcode)
      },
      // Both close frames are through: there is no transport to wait for.
      onFinish: () => this.#connection.lose(),
      onClosed: ({ cause: { received } }) => {
        if (!received || this.#error) return
        this.emit('conclude', received.code, asBuffer(Buffer.from(received.reason)))
        this.end()
      },
      onReading: () => this.#settle(),
      onAbort() {},
      onOutput() {},
      isTired: () => false,
    }
  }
}

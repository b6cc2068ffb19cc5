import type { Message, SendAs } from '../core/index.ts'
import type { Pump, Written } from '../node/transport.ts'
import { isBlob, toBytes } from './bytes.ts'

/** How a message is sent. */
export interface SendOptions {
  /** Whether it is binary. Default: unless it is a string. */
  binary?: boolean | undefined
  /** Whether it may be compressed. Default `true`. */
  compress?: boolean | undefined
  /** Whether it ends the message; `false` for a fragment that others follow. Default `true`. */
  fin?: boolean | undefined
  /** Has no effect: clients mask and servers do not (RFC 6455 §5.1). */
  mask?: boolean | undefined
}

/** What is asked of a pump here, whoever owns it. */
type Sends = Pick<
  Pump<never>,
  | 'close'
  | 'connection'
  | 'flushTurn'
  | 'pingBlindly'
  | 'pong'
  | 'sendDirect'
  | 'sendFragment'
  | 'sendFramed'
>

interface Step {
  readonly bytes: number
  readonly written: Written | undefined
  /** @returns What to do when its bytes have been read. */
  run(): void | Promise<() => void>
}

/** A payload that is not copied on its way; later than this call it may no longer be what it was. */
const notCopied = 16_384

const lostReading = 'The socket was closed while the blob was being read'
const lostCompressing = 'The socket was closed while data was being compressed'

type Settings = Required<SendAs> & { readonly fin: boolean }

const asText: Settings = { text: true, compress: true, fin: true }
const asBinary: Settings = { text: false, compress: true, fin: true }

/**
 * What a WebSocket sends, in order: what comes behind a Blob that is being read, or a message that is
 * being compressed, waits for it.
 */
export class Outgoing {
  readonly #pump: Sends
  readonly #failed: (error: Error) => void
  #steps: Step[] = []
  #bytes = 0
  #reading = false
  #fragmenting = false

  /** @param failed Told when a Blob cannot be read. */
  constructor(pump: Sends, failed: (error: Error) => void) {
    this.#pump = pump
    this.#failed = failed
  }

  /** Bytes that wait here. */
  get bytes(): number {
    return this.#bytes
  }

  send(data: unknown, options: SendOptions | undefined, written: Written | undefined): void {
    const settings = options
      ? settingsOf(data, options)
      : typeof data === 'string'
        ? asText
        : asBinary
    if (typeof data !== 'string' && isBlob(data)) {
      const run = async (): Promise<() => void> => {
        const read = await bytesOf(data)
        return () => this.#send(read, settings, written)
      }
      return this.#inTurn({ bytes: data.size, written, run })
    }
    const message = typeof data === 'string' ? data : toBytes(data)
    if (!this.#waits) return this.#send(message, settings, written)
    const run = (): void => this.#send(message, settings, written)
    this.#inTurn({ bytes: lengthOf(message), written, run })
  }

  #send(message: Message, settings: Settings, written?: Written): void {
    const { fin } = settings
    if (this.#fragmenting || !fin) this.#pump.sendFragment(message, fin, settings, written)
    else this.#pump.sendDirect(message, settings, written)
    this.#fragmenting = !fin
    if (message.length > notCopied && typeof message !== 'string') this.#pump.flushTurn()
  }

  /** @throws {RangeError} over 125 bytes. */
  ping(data: unknown, written: Written | undefined): void {
    this.#control(data, written, (payload) => this.#pump.pingBlindly(payload, written))
  }

  /** @throws {RangeError} over 125 bytes. */
  pong(data: unknown, written: Written | undefined): void {
    this.#control(data, written, (payload) => this.#pump.pong(payload, written))
  }

  #control(data: unknown, written: Written | undefined, act: (payload: Uint8Array) => void): void {
    if (isBlob(data)) {
      checkControl(data.size)
      const read = async (): Promise<() => void> => {
        const bytes = await bytesOf(data)
        return () => act(bytes)
      }
      return this.#inTurn({ bytes: data.size, written, run: read })
    }
    const payload = toBytes(data)
    checkControl(payload.length)
    if (!this.#waits) return act(payload)
    this.#inTurn({ bytes: payload.length, written, run: () => act(payload) })
  }

  /** Sends frames that the program has made, as `Sender.frame` gives them. */
  sendFrame(list: readonly (Uint8Array | string)[], written?: Written): void {
    const frame = Buffer.concat(list.map((part) => toBytes(part)))
    if (!this.#waits) return this.#pump.sendFramed(frame, written)
    const run = (): void => this.#pump.sendFramed(frame, written)
    this.#inTurn({ bytes: frame.length, written, run })
  }

  /** Sends a close frame behind all that waits. */
  close(code: number | undefined, reason: string): void {
    const run = (): void => this.#pump.close(code, reason)
    if (this.#waits) this.#inTurn({ bytes: 0, written: undefined, run })
    else run()
  }

  /** What waits may go on. */
  proceed(): void {
    while (this.#steps.length > 0 && !this.#reading && !this.#pump.connection.encoding) {
      // It has been closed, by the peer perhaps, while they waited.
      if (!this.#open) return process.nextTick(() => this.abandon())
      const step = this.#steps.shift()!
      const reading = step.run()
      if (reading) void this.#read(reading, step)
      else this.#bytes -= step.bytes
    }
  }

  /** Nothing is sent any more: who waits is told. */
  abandon(reason?: Error): void {
    if (this.#steps.length === 0) return
    const error = reason ?? new Error(this.#reading ? lostReading : lostCompressing)
    for (const { written } of this.#steps.splice(0)) written?.(error)
  }

  get #open(): boolean {
    return this.#pump.connection.state === 'open'
  }

  get #waits(): boolean {
    return this.#reading || this.#pump.connection.encoding || this.#steps.length > 0
  }

  #inTurn(step: Step): void {
    this.#steps.push(step)
    this.#bytes += step.bytes
    this.proceed()
  }

  async #read(reading: Promise<() => void>, { bytes, written }: Step): Promise<void> {
    this.#reading = true
    try {
      const act = await reading
      if (!this.#open) throw new Error(lostReading)
      this.#bytes -= bytes
      act()
    } catch (error) {
      // What a callback throws is to be as if thrown outside of the promise.
      process.nextTick(() => {
        written?.(error as Error)
        this.abandon(error as Error)
        if (this.#open) this.#failed(error as Error)
      })
    }
    this.#reading = false
    this.proceed()
  }
}

/** What is in the options counts even when it is `undefined`, as in ws. */
function settingsOf(data: unknown, options: SendOptions): Settings {
  return {
    text: 'binary' in options ? !options.binary : typeof data === 'string',
    compress: 'compress' in options ? !!options.compress : true,
    fin: 'fin' in options ? !!options.fin : true,
  }
}

async function bytesOf(blob: Blob): Promise<Uint8Array> {
  return new Uint8Array(await blob.arrayBuffer())
}

function checkControl(bytes: number): void {
  if (bytes > 125) throw new RangeError('The data size must not be greater than 125 bytes')
}

function lengthOf(message: Message): number {
  return typeof message === 'string' ? Buffer.byteLength(message) : message.length
}

import type { RemoteProtocolError } from '../errors/index.ts'
import type { Conduct } from './conduct.ts'
import type { ConnectionState } from './connection-state.ts'
import { FrameReceiver, type Reception } from './frame-receiver.ts'
import type { FrameReader, Framing } from './framing.ts'
import type { Limits } from './limits.ts'
import type { MessageExtension } from './message-extension.ts'
import type { Ports } from './ports.ts'

/** Who reads frames from an intake. */
export interface Reader extends Reception {
  readonly state: ConnectionState
  /** Whether frames still mean anything. */
  readonly readable: boolean
  /** Whether what is left is to be read later. */
  isTired(): boolean
  fail(error: RemoteProtocolError): void
}

const noBytes = new Uint8Array(0)

/** Frames that are read before the reader is asked: it looks at the clock, which takes as long as a frame. */
const stretch = 16

/** What the transport has brought: read frame by frame, and kept while the reader does not want more. */
export class Intake {
  readonly #reader: Reader
  readonly #receiver: FrameReceiver
  readonly #parser: FrameReader
  #unread: Uint8Array = noBytes
  /** Whether that is ours until `read` returns, and no longer. */
  #lent = false
  #reading = false
  paused = false
  /** Whether the reader was tired: the rest is read in a later turn. */
  resting = false

  /** @param masked Whether the peer masks its frames, as clients do (RFC 6455 §5.1). */
  constructor(
    reader: Reader,
    framing: Framing,
    masked: boolean,
    limits: Limits,
    ports: Ports,
    conduct: Conduct,
  ) {
    this.#reader = reader
    this.#receiver = new FrameReceiver(limits, ports, conduct, reader)
    this.#parser = framing.reader(this.#receiver, masked, limits, ports)
  }

  /** Whether a frame has begun and is not whole yet. */
  get midFrame(): boolean {
    return this.#parser.midFrame
  }

  /** The last frame that began; its opcode is -1 before the first. */
  get lastFrame(): { readonly opcode: number; readonly length: number } {
    return this.#receiver
  }

  /** Whether an extension is at work on a message, and nothing is read meanwhile. */
  get decoding(): boolean {
    return this.#receiver.decoding
  }

  set extension(extension: MessageExtension) {
    this.#receiver.extension = extension
    this.#parser.knownRsv = extension.rsv
  }

  add(chunk: Uint8Array, lent: boolean): void {
    const first = this.#unread.length === 0
    this.#unread = first ? chunk : joined(this.#unread, chunk)
    this.#lent = this.#receiver.lent = first && lent
  }

  /**
   * Reads frames until there are no more bytes, the reader pauses or is tired, or frames mean nothing any more.
   * @returns Whether nothing is left to read.
   */
  read(): boolean {
    if (this.#reader.state === 'connecting') {
      this.#keep(0)
      return false
    }
    // A handler may pause, resume, close or feed us from inside a message: the outer call goes on.
    if (this.#reading) return false
    this.#reading = true
    this.#receiver.begin()
    let at = 0
    let frames = 0
    while (!this.paused && !this.resting && !this.decoding && this.#reader.readable) {
      let error: RemoteProtocolError | undefined
      if (this.#receiver.holds) {
        error = this.#receiver.release()
      } else {
        if (at === this.#unread.length) break
        at = this.#parser.next(this.#unread, at)
        error = this.#parser.error
      }
      if (error) this.#reader.fail(error)
      if (++frames % stretch === 0) this.resting = this.#reader.isTired()
    }
    const waits = at < this.#unread.length || this.decoding || this.#receiver.holds
    const done = !this.#reader.readable || !waits
    this.#keep(done ? this.#unread.length : at)
    this.#reading = false
    return done
  }

  /** What is not read yet from `at` on is ours from here on. */
  #keep(at: number): void {
    if (at === this.#unread.length) this.#unread = noBytes
    else if (this.#lent) this.#unread = this.#unread.slice(at)
    else if (at > 0) this.#unread = this.#unread.subarray(at)
    this.#lent = this.#receiver.lent = false
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(a.length + b.length)
  bytes.set(a)
  bytes.set(b, a.length)
  return bytes
}

import type { RemoteProtocolError } from '../errors/index.ts'
import { usualConduct } from './conduct.ts'
import type { ConnectionSettings } from './connection-settings.ts'
import type { ConnectionState } from './connection-state.ts'
import { FrameReceiver, type Reception } from './frame-receiver.ts'
import { type FrameReader, rfc6455 } from './framing.ts'
import type { MessageExtension } from './message-extension.ts'

/** Who reads frames from an intake. */
export interface Reader extends Reception {
  readonly state: ConnectionState
  /** Whether frames still mean anything. */
  readonly readable: boolean
  /** Whether what is left is to be read later. */
  isTired(): boolean
  fail(error: RemoteProtocolError): void
}

type LastFrame = Pick<FrameReceiver, 'opcode' | 'length'>

const noBytes = new Uint8Array(0)

/** Frames that are read before the reader is asked: it looks at the clock, which takes as long as a frame. */
const stretch = 16

/** What the transport has brought: read frame by frame, and kept while the reader does not want more. */
export class Intake {
  readonly #reader: Reader
  readonly #settings: ConnectionSettings
  #extension: MessageExtension | undefined
  /** Made when bytes come and let go between messages: most of a fleet's connections are idle. */
  #receiver: FrameReceiver | undefined
  #parser: FrameReader | undefined
  /** What of the last frame outlasts them. */
  #opcode = -1
  #length = 0
  #unread: Uint8Array = noBytes
  /** Whether that is ours until `read` returns, and no longer. */
  #lent = false
  #reading = false
  paused = false
  /** Whether the reader was tired: the rest is read in a later turn. */
  resting = false

  constructor(reader: Reader, settings: ConnectionSettings) {
    this.#reader = reader
    this.#settings = settings
  }

  /** Whether a frame has begun and is not whole yet. */
  get midFrame(): boolean {
    return this.#parser?.midFrame ?? false
  }

  /** The last frame that began; its opcode is -1 before the first. */
  get lastFrame(): LastFrame {
    return this.#receiver ?? { opcode: this.#opcode, length: this.#length }
  }

  /** Whether an extension is at work on a message, and nothing is read meanwhile. */
  get decoding(): boolean {
    return this.#receiver?.decoding ?? false
  }

  set extension(extension: MessageExtension) {
    this.#extension = extension
  }

  add(chunk: Uint8Array, lent: boolean): void {
    const first = this.#unread.length === 0
    this.#unread = first ? chunk : joined(this.#unread, chunk)
    this.#lent = first && lent
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
    const receiver = (this.#receiver ??= this.#makeReceiver())
    const parser = (this.#parser ??= this.#makeParser(receiver))
    receiver.begin()
    let at = 0
    let frames = 0
    while (!this.paused && !this.resting && !this.decoding && this.#reader.readable) {
      let error: RemoteProtocolError | undefined
      if (receiver.holds) {
        error = receiver.release()
      } else {
        if (at === this.#unread.length) break
        receiver.lent = this.#lent
        at = parser.next(this.#unread, at)
        error = parser.error
      }
      if (error) this.#reader.fail(error)
      if (++frames % stretch === 0) this.resting = this.#reader.isTired()
    }
    const waits = at < this.#unread.length || receiver.decoding || receiver.holds
    const done = !this.#reader.readable || !waits
    this.#keep(done ? this.#unread.length : at)
    if (!parser.midFrame && !receiver.midMessage) this.#letGo(receiver)
    this.#reading = false
    return done
  }

  #makeReceiver(): FrameReceiver {
    const { limits, ports, conduct = usualConduct } = this.#settings
    const receiver = new FrameReceiver(limits, ports, conduct, this.#reader)
    receiver.extension = this.#extension
    receiver.opcode = this.#opcode
    receiver.length = this.#length
    return receiver
  }

  #makeParser(receiver: FrameReceiver): FrameReader {
    const { role, limits, ports, framing = rfc6455 } = this.#settings
    const parser = framing.reader(receiver, role === 'server', limits, ports)
    if (this.#extension) parser.knownRsv = this.#extension.rsv
    return parser
  }

  #letGo({ opcode, length }: FrameReceiver): void {
    this.#opcode = opcode
    this.#length = length
    this.#receiver = this.#parser = undefined
  }

  /** What is not read yet from `at` on is ours from here on. */
  #keep(at: number): void {
    if (at === this.#unread.length) this.#unread = noBytes
    else if (this.#lent) this.#unread = this.#unread.slice(at)
    else if (at > 0) this.#unread = this.#unread.subarray(at)
    this.#lent = false
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(a.length + b.length)
  bytes.set(a)
  bytes.set(b, a.length)
  return bytes
}

import type { Socket } from 'node:net'
import { applyMask, FrameParser, Opcode, writeHeader } from '../core/index.ts'
import type { FramesStep, SeenFrame } from '../inspect/index.ts'
import type { Incoming } from './incoming.ts'
import { ports } from './ports.ts'

/** How waiting for a frame ended. */
type Watched = 'seen' | 'ended' | 'malformed' | 'timeout'

/** No control frame has more payload (RFC 6455 §5.5). */
const mostKept = 125
/** Bytes of what is no frame that are shown. */
const mostShown = 32

/** Reads what a server sends behind the handshake, and answers its pings. */
export class FrameWatch {
  /** The frames that have come and were not taken. */
  frames: SeenFrame[] = []
  malformed: FramesStep['malformed']
  readonly #socket: Socket
  readonly #incoming: Incoming
  readonly #parser: FrameParser
  #frame = { opcode: 0, length: 0, fin: false }
  #payload: number[] = []
  #pong: Buffer | undefined

  /** @param compressed Whether RSV1 means something here (RFC 7692 §6). */
  constructor(socket: Socket, incoming: Incoming, compressed: boolean) {
    this.#socket = socket
    this.#incoming = incoming
    this.#parser = new FrameParser(
      {
        frameStart: ({ opcode, length, fin }) => {
          this.#frame = { opcode, length, fin }
          this.#payload = []
          return undefined
        },
        framePayload: (bytes) => {
          if (this.#payload.length < mostKept) this.#payload.push(...bytes.subarray(0, mostKept))
          return undefined
        },
        frameEnd: () => this.#ended(),
      },
      false,
    )
    this.#parser.knownRsv = compressed ? 4 : 0
  }

  take(): SeenFrame[] {
    const taken = this.frames
    this.frames = []
    return taken
  }

  /** Waits for a frame of a kind, for at most so many milliseconds. */
  async until(seen: (frame: SeenFrame) => boolean, milliseconds: number): Promise<Watched> {
    const end = performance.now() + milliseconds
    for (;;) {
      this.#read()
      if (this.frames.some(seen)) return 'seen'
      if (this.malformed) return 'malformed'
      const left = end - performance.now()
      if (left <= 0) return 'timeout'
      const more = await this.#incoming.until((bytes) => bytes.length > 0, left)
      if (more === 'ended') return 'ended'
    }
  }

  /** Pings, and waits until that very ping is answered or the server has closed. */
  async ping(milliseconds: number): Promise<Watched> {
    const payload = Buffer.from(ports.random(4)).toString('hex')
    this.#pong = undefined
    this.send(Opcode.ping, Buffer.from(payload))
    return this.until(
      ({ opcode }) => opcode === Opcode.close || this.#pong?.toString() === payload,
      milliseconds,
    )
  }

  get closed(): boolean {
    return this.frames.some(({ opcode }) => opcode === Opcode.close)
  }

  send(opcode: Opcode, payload: Uint8Array): void {
    const frame = new Uint8Array(6 + payload.length)
    const key = Buffer.from(ports.random(4)).readUInt32BE()
    const at = writeHeader(frame, 0, opcode, true, 0, payload.length, key)
    frame.set(payload, at)
    applyMask(frame.subarray(at), key, 0)
    if (this.#socket.writable) this.#socket.write(frame)
  }

  #read(): void {
    const chunk = new Uint8Array(this.#incoming.take())
    for (let at = 0; at < chunk.length && !this.malformed;) {
      const from = at
      at = this.#parser.next(chunk, at)
      const { error } = this.#parser
      if (error) {
        this.malformed = { message: error.message, start: chunk.slice(from, from + mostShown) }
      }
    }
  }

  #ended(): undefined {
    const { opcode } = this.#frame
    const payload = Buffer.from(this.#payload)
    if (opcode === Opcode.ping) this.send(Opcode.pong, payload)
    if (opcode === Opcode.pong) this.#pong = payload
    const coded = opcode === Opcode.close && payload.length >= 2
    this.frames.push({
      ...this.#frame,
      ...(coded && { code: payload.readUInt16BE(), reason: payload.toString('utf8', 2) }),
    })
    return undefined
  }
}

import type { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { Opcode } from '../../core/index.ts'
import type { Role } from '../case.ts'
import type { DeflateCodec } from './deflate.ts'
import { bytesOf, encodeFrame, type Frame } from './frame.ts'
import { FrameReader } from './frame-reader.ts'
import { Heard } from './heard.ts'
import { cutBytes, cutFrames, piecesOf, type Split } from './split.ts'
import { describeFrame, Transcript } from './transcript.ts'

/** A head longer than this is not one. */
const longestHead = 1 << 20

/** One connection with the endpoint under test: it sends any bytes, and writes down all that comes. */
export class Session {
  readonly transcript: Transcript = new Transcript()
  heard: Heard = new Heard()
  deflate: DeflateCodec | undefined
  /** How the endpoint ended its side of the transport. */
  ended: 'end' | 'reset' | undefined
  closeSent = false
  /** How what is sent is cut, where the case does not say. */
  split: Split | undefined
  readonly #socket: Socket
  /** The role that we play. */
  readonly #role: Role
  readonly #waiting = new Set<() => void>()
  #reader: FrameReader | undefined
  #head: Buffer = Buffer.alloc(0)
  /** Some of the pieces of a frame have been written: nothing else may come between. */
  #cutting = false

  constructor(socket: Socket, role: Role) {
    this.#socket = socket
    this.#role = role
    socket.setNoDelay(true)
    socket.on('data', (chunk) => this.#receive(chunk))
    socket.on('end', () => this.#end('end'))
    socket.on('error', () => this.#end('reset'))
    socket.on('close', () => this.#end('end'))
  }

  /** Whether there is no point in sending more. */
  get over(): boolean {
    return this.ended !== undefined || this.heard.close !== undefined
  }

  // ---- receiving

  /** The next head, or what there is when time is up or the transport has ended. */
  async readHead(milliseconds: number): Promise<string | undefined> {
    const end = (): number => this.#head.indexOf('\r\n\r\n')
    const there = (): boolean => end() >= 0 || this.#head.length > longestHead
    await this.wait(() => there() || this.ended !== undefined, milliseconds)
    if (end() < 0) return undefined
    const head = this.#head.subarray(0, end() + 4)
    this.#head = this.#head.subarray(head.length)
    this.transcript.add('endpoint', head.toString('latin1'), head)
    return head.toString('latin1').slice(0, -4)
  }

  /** From here on what comes is frames. */
  startFrames(deflate?: DeflateCodec): void {
    this.deflate = deflate
    this.heard = new Heard(deflate)
    this.#reader = new FrameReader(this.#role === 'server')
    const rest = this.#head
    this.#head = Buffer.alloc(0)
    this.#read(rest)
  }

  /** Whether bytes have come that belong to no head. */
  get unread(): number {
    return this.#head.length
  }

  #receive(chunk: Buffer): void {
    if (this.#reader) this.#read(chunk)
    else if (this.#head.length < longestHead) this.#head = Buffer.concat([this.#head, chunk])
    this.#wake()
  }

  #read(chunk: Buffer): void {
    for (const frame of this.#reader!.push(chunk)) {
      const length = frame.payload.length
      this.transcript.add('endpoint', describeFrame(frame), frame.raw, frame.raw.length + length)
      this.heard.take(frame)
    }
    this.#answerPings()
  }

  /** A peer with a heartbeat wants to know that we are there. */
  #answerPings(): void {
    if (this.#cutting) return
    for (const payload of this.heard.pings.splice(0)) {
      if (!this.closeSent) this.send([{ opcode: Opcode.pong, payload }])
    }
  }

  #end(how: 'end' | 'reset'): void {
    if (this.ended === undefined) {
      this.ended = how
      const note = how === 'end' ? 'ends the transport' : 'resets the transport'
      this.transcript.add('endpoint', note, Buffer.alloc(0))
    }
    this.#wake()
  }

  // ---- waiting

  /** @returns Whether the condition came true in time. */
  async wait(condition: () => boolean, milliseconds: number): Promise<boolean> {
    const until = performance.now() + milliseconds
    while (!condition()) {
      const left = until - performance.now()
      if (left <= 0) return false
      let timer: NodeJS.Timeout | undefined
      await new Promise<void>((resolve) => {
        this.#waiting.add(resolve)
        timer = setTimeout(resolve, left)
      })
      clearTimeout(timer)
    }
    return true
  }

  #wake(): void {
    for (const resolve of this.#waiting) resolve()
    this.#waiting.clear()
  }

  // ---- sending

  /** Frames in one write. */
  send(frames: readonly Frame[]): void {
    this.#write(Buffer.concat(frames.map((frame) => this.encode(frame))))
  }

  /** Frames in one write, unless `--split` asks for more. */
  async sendCut(frames: readonly Frame[]): Promise<void> {
    await this.#writeEach(
      cutFrames(
        frames.map((frame) => this.encode(frame)),
        this.split,
      ),
    )
  }

  /** The bytes of a frame, written down. */
  encode(frame: Frame): Uint8Array {
    const masks = this.#role === 'client'
    const bytes = encodeFrame(frame, masks)
    const { fin = true, rsv = 0, opcode, wrongMask = false } = frame
    const payload = bytesOf(frame.payload)
    const key = masks === wrongMask ? undefined : 0
    const length = frame.lengthBits ? `, length in ${frame.lengthBits} bits` : ''
    const announced = frame.announced === undefined ? '' : `, announces ${frame.announced} bytes`
    const note = describeFrame({ fin, rsv, opcode, payload, key }) + length + announced
    this.transcript.add('suite', note, bytes)
    if (opcode === Opcode.close) this.closeSent = true
    return bytes
  }

  note(text: string, bytes: Uint8Array = Buffer.alloc(0)): void {
    this.transcript.add('suite', text, bytes)
  }

  /** Bytes in several writes, each of which leaves before the next. */
  writePieces(bytes: Uint8Array, size: number, drip = 0): Promise<void> {
    return this.#writeEach(piecesOf(bytes, size), drip)
  }

  /** Bytes in one write, unless `--split` asks for more. */
  writeAll(bytes: Uint8Array): Promise<void> {
    return this.#writeEach(cutBytes(bytes, this.split))
  }

  async #writeEach([first, ...more]: readonly Uint8Array[], drip = 0): Promise<void> {
    if (first) this.#write(first)
    this.#cutting = true
    for (const piece of more) {
      await (drip > 0 ? sleep(drip) : new Promise((resolve) => setImmediate(resolve)))
      if (this.ended !== undefined) break
      this.#write(piece)
    }
    this.#cutting = false
    this.#answerPings()
  }

  #write(bytes: Uint8Array): void {
    if (this.#socket.writable && bytes.length > 0) this.#socket.write(bytes)
  }

  end(): void {
    this.#socket.end()
  }

  reset(): void {
    this.transcript.add('suite', 'resets the transport', Buffer.alloc(0))
    this.#socket.resetAndDestroy()
  }

  destroy(): void {
    this.#socket.destroy()
  }
}

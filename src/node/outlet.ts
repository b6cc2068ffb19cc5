import type { Socket as NetSocket } from 'node:net'
import {
  CloseCode,
  type Connection,
  type EncodedMessage,
  type HeldMessage,
  type Message,
  type PingReply,
  type SendAs,
  type SharedMessage,
} from '../core/index.ts'
import { RemoteProtocolError, TidewireError } from '../errors/index.ts'
import { Backlog, type SendResult, type Subscriber } from '../hub/index.ts'
import { channels, type Direction } from './channels.ts'
import type { Timed } from './deadlines.ts'
import { flushAtEndOfTurn, type Flushable } from './end-of-turn.ts'
import { OutputDeadline } from './output-deadline.ts'
import type { PumpSettings } from './pump-settings.ts'
import type { Taps } from './taps.ts'
import { writeChunks, type Written } from './write-chunks.ts'

/** Output is written out at this size even in the middle of a turn, so that a burst shows up as congestion. */
const flushAt = 65_536

/** The half of a pump that writes: what is sent, what waits because the transport takes no more, and for how long. */
export abstract class Outlet<Owner> implements Flushable, Subscriber, Timed {
  abstract readonly connection: Connection
  readonly socket: NetSocket
  protected readonly settings: PumpSettings<Owner>
  protected owner: Owner | undefined
  protected tap: Taps | undefined
  /** While bytes are read: what a handler sends is written when that is over. */
  protected reading = false
  /** Whether the transport takes nothing more for now. */
  protected full = false
  /** Messages that wait because of that. */
  #backlog: Backlog | undefined
  /** While output waits in the socket. */
  protected outputDeadline: OutputDeadline | undefined
  /** Whether it is flushed at the end of the turn. */
  #scheduled = false
  /** Who waits for what is in the output to be written, and for a message that is being encoded. */
  #written: Written[] | undefined
  #encoded: Written[] | undefined
  slot: number | undefined

  constructor(socket: NetSocket, settings: PumpSettings<Owner>) {
    this.socket = socket
    this.settings = settings
  }

  abstract due(): number
  abstract tick(now: number): void
  abstract fail(error: RemoteProtocolError): void

  // ---- to the transport

  drained(): void {
    // 'drain' also comes when the kernel has taken a large write at once, and nothing waited for it.
    if (!this.full) return
    this.full = false
    this.connection.congested = false
    this.tap?.flow('drained', this.bufferedAmount)
    this.catchUp()
  }

  /** Whether the transport takes nothing more for now. */
  get blocked(): boolean {
    return this.full
  }

  /** Whether messages have to wait: for the transport, or for one that has begun to be finished. */
  get congested(): boolean {
    const { fragmenting, encoding } = this.connection
    return this.full || fragmenting || encoding || this.#backlog?.empty === false
  }

  /** Bytes given to `send` that the transport has not taken yet, with their frame headers. */
  get bufferedAmount(): number {
    const written = this.socket.destroyed ? 0 : this.socket.writableLength
    const { connection } = this
    return connection.unsent + connection.pending + written + (this.#backlog?.bytes ?? 0)
  }

  send(message: Message, key?: string): SendResult {
    if (this.connection.state !== 'open') return 'dropped'
    if (channels.message.hasSubscribers) this.told('transmit', message)
    if (this.congested) return this.#wait(this.connection.encode(message), key)
    this.connection.send(message)
    this.settings.counters.messagesSent++
    return this.#sent()
  }

  /** As a member of topics. @param key With the `keep-latest` policy, what a newer message replaces. */
  deliver(message: SharedMessage, key?: string): SendResult {
    if (this.connection.state !== 'open') return 'dropped'
    const frame = this.connection.share(message)
    if (!frame) return 'dropped'
    if (key !== undefined) this.tap?.publishes(frame, key)
    if (channels.message.hasSubscribers) this.told('transmit', message.message)
    if (this.congested) return this.#wait(frame, key)
    this.#sendEncoded(frame)
    this.settings.counters.messagesSent++
    return this.#sent()
  }

  sendFragment(part: Message, fin: boolean, as?: SendAs, written?: Written): void {
    this.connection.sendFragment(part, fin, as)
    this.#notify(written)
    if (fin) this.settings.counters.messagesSent++
    this.#sent()
    if (fin && !this.full) this.catchUp()
  }

  /**
   * Sends past the slow-consumer policy. @param written Told when the system has the message.
   * @throws {LocalProtocolError} as `Connection.send` does.
   */
  sendDirect(message: Message, as?: SendAs, written?: Written): void {
    if (channels.message.hasSubscribers) this.told('transmit', message)
    this.connection.send(message, as)
    this.#notify(written)
    this.settings.counters.messagesSent++
    this.#sent()
  }

  /** Sends a message that is framed already, as `sendDirect` sends others. */
  sendFramed(frame: EncodedMessage, written?: Written): void {
    this.connection.sendEncoded(frame)
    this.#notify(written)
    this.settings.counters.messagesSent++
    this.#sent()
  }

  pingBlindly(payload: Uint8Array, written?: Written): void {
    this.connection.pingBlindly(payload)
    this.#notify(written)
    this.#sent()
  }

  ping(payload?: Uint8Array, reply?: PingReply): void {
    this.connection.ping(payload, reply)
    this.#sent()
    this.settings.deadlines.watch(this)
  }

  pong(payload?: Uint8Array, written?: Written): void {
    this.connection.pong(payload)
    this.#notify(written)
    this.#sent()
  }

  /** A peer that takes nothing would not get a close frame either: the transport is destroyed. */
  protected judgeOutput(now: number): void {
    if (this.socket.writableLength === 0) this.outputDeadline = undefined
    else if (this.outputDeadline!.isOver(now)) {
      const { outputTimeout } = this.settings.connection.limits
      const message = `nothing of what waited for the peer was taken for ${outputTimeout} ms`
      const code = CloseCode.abnormal
      this.connection.fail(new RemoteProtocolError('ERR_LIMIT_OUTPUT_TIMEOUT', code, message))
      this.socket.destroy()
    }
  }

  // ---- output

  /** After anything that may have made output or moved a deadline nearer. */
  protected settle(): void {
    this.flush()
    this.settings.deadlines.watch(this)
  }

  /** Output has been made by the program. */
  #sent(): SendResult {
    if (this.connection.unsent >= flushAt) this.flush()
    else if (!this.reading && !this.#scheduled) {
      this.#scheduled = true
      flushAtEndOfTurn(this)
    }
    return this.full ? 'buffered' : 'sent'
  }

  flushTurn(): void {
    this.#scheduled = false
    this.flush()
  }

  protected flush(): void {
    if (this.full || this.connection.unsent === 0) return
    this.write()
    if (this.settings.unlimited) return
    this.full = this.socket.writableNeedDrain && this.socket.writableLength > 0
    this.connection.congested = this.full
    if (this.full) this.tap?.flow('full', this.bufferedAmount)
  }

  protected write(): void {
    const { connection, socket } = this
    const length = connection.unsent
    const chunks = connection.takeOutput()
    if (socket.destroyed || socket.writableEnded) return this.tellLost()
    this.settings.counters.bytesSent += length
    if (this.tap) for (const chunk of chunks) this.tap.read('transmit', chunk)
    const written = this.#written
    this.#written = undefined
    // Node has no error for a write that its socket's end has cut off.
    const done =
      written &&
      ((error?: Error | null) => tell(written, error ?? (socket.destroyed ? unsent() : undefined)))
    writeChunks(socket, chunks, length, flushAt, done)
    if (socket.writableLength > 0 && !this.outputDeadline) this.#watchOutput()
  }

  #watchOutput(): void {
    const { connection, deadlines } = this.settings
    const { outputTimeout } = connection.limits
    this.outputDeadline = new OutputDeadline(this.socket, outputTimeout, this.now())
    deadlines.watch(this)
  }

  /** Notes who is to be told when what has just been sent is written. */
  #notify(written: Written | undefined): void {
    if (!written) return
    if (this.connection.encoding) (this.#encoded ??= []).push(written)
    else (this.#written ??= []).push(written)
  }

  /** A message is in the output that was being encoded: what waited for it goes on. */
  protected encoded(): void {
    if (this.#encoded) (this.#written ??= []).push(...this.#encoded.splice(0))
    if (!this.full) this.catchUp()
  }

  /** What waits is not sent any more. */
  protected discard(): void {
    this.#backlog = undefined
  }

  /** Nothing more is written. */
  protected tellLost(): void {
    const waiting = [...(this.#written ?? []), ...(this.#encoded ?? [])]
    this.#written = this.#encoded = undefined
    if (waiting.length === 0) return
    tell(waiting, unsent())
  }

  #sendEncoded(frame: EncodedMessage | HeldMessage): void {
    const length = this.connection.unsent
    this.connection.sendEncoded(frame)
    // One that is being compressed comes later, and where is not known.
    if (this.connection.unsent > length) this.tap?.sends(frame, length)
  }

  #wait(frame: EncodedMessage | HeldMessage, key: string | undefined): SendResult {
    const { slowConsumer, connection } = this.settings
    const { buffered } = connection.limits
    this.#backlog ??= new Backlog(slowConsumer, buffered, () => this.#dropped())
    const result = this.#backlog.push(frame, key)
    if (result === 'buffered') this.tap?.packs(frame, this.#backlog.pack)
    if (result === 'dropped') this.#dropped()
    if (result !== 'overflow') return result
    const message = `more than ${buffered} bytes waited for a slow receiver`
    this.fail(new RemoteProtocolError('ERR_LIMIT_BUFFERED', 1013, message))
    return 'dropped'
  }

  #dropped(): void {
    this.settings.counters.dropped('ERR_LIMIT_BUFFERED', this.owner)
  }

  protected told(direction: Direction, message: Message): void {
    channels.message.publish({ socket: this.owner, direction, message })
  }

  /** Sends what has waited, until the transport takes no more again. */
  protected catchUp(): void {
    this.flush()
    while (!this.full && !this.connection.encoding && this.release(flushAt)) this.flush()
    if (!this.full && !this.connection.encoding) this.settings.events.drain(this.owner!)
  }

  /** Moves waiting messages into the output until it holds `bytes`. @returns Whether there were any. */
  protected release(bytes: number): boolean {
    const backlog = this.#backlog
    if (!backlog || backlog.empty) return false
    if (this.connection.state !== 'open' || this.connection.fragmenting) return false
    const { connection } = this
    do {
      const { message, count } = backlog.shift()!
      this.#sendEncoded(message)
      this.settings.counters.messagesSent += count
    } while (!backlog.empty && connection.unsent < bytes && !connection.encoding)
    return true
  }

  protected now(): number {
    return this.settings.connection.ports.now()
  }
}

function tell(written: readonly Written[], error?: Error | null): void {
  for (const one of written) one(error)
}

function unsent(): TidewireError {
  return new TidewireError('ERR_CLOSED', 'the connection was closed before this was sent')
}

import type { Socket as NetSocket } from 'node:net'
import {
  CloseCode,
  type CloseOutcome,
  Connection,
  type ConnectionHandler,
  type ConnectionSettings,
  type EncodedMessage,
  type HeldMessage,
  type Message,
  type MessageExtension,
  type PingReply,
  type SendAs,
  type SharedMessage,
} from '../core/index.ts'
import { RemoteProtocolError, TidewireError } from '../errors/index.ts'
import { Backlog, type SendResult, type SlowConsumerPolicy, type Subscriber } from '../hub/index.ts'
import { channels, type Direction } from './channels.ts'
import type { Counters } from './counters.ts'
import type { Deadlines, Timed } from './deadlines.ts'
import { flushAfterReads, flushAtEndOfTurn, type Flushable } from './end-of-turn.ts'
import type { DeflateEndpoint } from './message-extensions.ts'
import { OutputDeadline } from './output-deadline.ts'
import { type RateLimit, RateMeter } from './rate-limit.ts'
import { Taps } from './taps.ts'
import { listen, listenForBytes, type TransportListener } from './transport-listeners.ts'
import { beginTurn, endTurn, type TakesTurns, turnIsOver } from './turns.ts'
import { writeChunks, type Written } from './write-chunks.ts'

/** What a pump tells the owner of its connection. None of these may throw. */
export interface PumpEvents<Owner> {
  /** @param text Whether it was sent as text. @param ends Where its fragments ended, if the conduct marks them. */
  message(owner: Owner, message: Message, text: boolean, ends?: readonly number[]): void
  ping(owner: Owner, payload: Uint8Array): void
  pong(owner: Owner, payload: Uint8Array): void
  /** The transport takes more again. */
  drain(owner: Owner): void
  /** The connection fails, for what came in a frame of this opcode; `closed` follows. */
  failed?(owner: Owner, error: RemoteProtocolError, opcode: number): void
  closed(owner: Owner, outcome: CloseOutcome, pump: Pump<Owner>): void
}

/** What all pumps of a server, or of a client, share: so that a connection has no closures of its own. */
export interface PumpSettings<Owner> {
  readonly connection: ConnectionSettings
  readonly events: PumpEvents<Owner>
  readonly counters: Counters
  readonly deadlines: Deadlines
  readonly slowConsumer: SlowConsumerPolicy
  /** All goes to the transport at once and waits in its queue, without a limit, if it takes no more. */
  readonly unlimited?: true
  /** `undefined` when messages are never compressed. */
  readonly deflate: DeflateEndpoint | undefined
  /** What each connection may send in a second; `undefined` for no limit. */
  readonly rate?: RateLimit | undefined
}

/** Output is written out at this size even in the middle of a turn, so that a burst shows up as congestion. */
const flushAt = 65_536

const noBytes = new Uint8Array(0)

/**
 * The one place where bytes move between a socket and the protocol core, for server and client alike:
 * reads, writes, backpressure both ways, deadlines, and the end of the transport.
 */
export class Pump<Owner>
  implements ConnectionHandler, Flushable, Subscriber, TakesTurns, Timed, TransportListener
{
  readonly connection: Connection
  readonly socket: NetSocket
  readonly #settings: PumpSettings<Owner>
  #owner: Owner | undefined
  /** Messages that wait because the transport takes no more. */
  #backlog: Backlog | undefined
  readonly #meter: RateMeter | undefined
  #congested = false
  #reading = false
  /** The program has asked for a pause. */
  #held = false
  /** Until when nothing is read, because the peer was faster than it may be. */
  #delayedUntil: number | undefined
  /** When to ask next whether the peer is still there, while nothing is read. */
  #probeAt: number | undefined
  /** While output waits in the socket. */
  #outputDeadline: OutputDeadline | undefined
  /** Whether it is flushed at the end of the turn. */
  #scheduled = false
  #error: Error | undefined
  #tap: Taps | undefined
  /** Who waits for what is in the output to be written, and for a message that is being encoded. */
  #written: Written[] | undefined
  #encoded: Written[] | undefined
  slot: number = Infinity

  constructor(socket: NetSocket, settings: PumpSettings<Owner>) {
    this.socket = socket
    this.#settings = settings
    this.connection = new Connection(settings.connection, this)
    if (settings.rate) this.#meter = new RateMeter(settings.rate, this.#now())
  }

  /**
   * Listens to the socket and opens the connection. Nothing is read before `start`.
   * @param extension What was agreed on for its messages.
   * @param request What a server's connection began with.
   */
  open(owner: Owner, extension?: MessageExtension, request?: unknown): void {
    this.#owner = owner
    const { socket } = this
    // An HTTP server can be given any stream for a connection, which need not have these.
    socket.setTimeout?.(0)
    socket.setNoDelay?.(true)
    listen(socket, this)
    const { counters, connection } = this.#settings
    counters.opened++
    if (!connection.framing) this.#tap = Taps.on(owner, socket, connection.role)
    this.connection.open(extension)
    if (channels.connection.hasSubscribers) channels.connection.publish({ socket: owner, request })
  }

  /** Begins to read. @param head Bytes that came with the handshake. */
  start(head: Uint8Array): void {
    const { socket } = this
    if (head.length > 0) this.receive(head, false)
    listenForBytes(socket)
    this.#resumeSocket()
    this.#settle()
  }

  // ---- from the transport

  receive(bytes: Uint8Array, lent: boolean): void {
    this.#settings.counters.bytesReceived += bytes.length
    this.#tap?.read('receive', bytes)
    this.#meter?.received(bytes.length, this.#now())
    beginTurn(this)
    this.#reading = true
    this.connection.receive(bytes, lent)
    this.#reading = false
    endTurn(bytes.length)
    if (this.#meter?.policy === 'delay') this.#delay(this.#meter)
    if (this.connection.decoding) this.socket.pause()
    if (!this.#scheduled && !this.#congested && this.connection.output.length > 0) {
      this.#scheduled = true
      flushAfterReads(this)
    }
    this.#settings.deadlines.watch(this)
  }

  /** Reads on when the others have had their turn. */
  proceed(): void {
    this.#reading = true
    this.connection.proceed()
    this.#reading = false
    this.#resumeSocket()
    this.#settle()
  }

  end(): void {
    this.connection.end()
    this.#settle()
  }

  failed(error: Error): void {
    this.#error = error
  }

  lost(): void {
    this.#settings.deadlines.forget(this)
    this.connection.lose(this.#error)
    this.#tellLost()
  }

  drained(): void {
    // 'drain' also comes when the kernel has taken a large write at once, and nothing waited for it.
    if (!this.#congested) return
    this.#congested = false
    this.connection.congested = false
    this.#catchUp()
  }

  // ---- to the transport

  /** Whether the transport takes nothing more for now. */
  get blocked(): boolean {
    return this.#congested
  }

  /** Whether messages have to wait: for the transport, or for one that has begun to be finished. */
  get congested(): boolean {
    const { fragmenting, encoding } = this.connection
    return this.#congested || fragmenting || encoding || this.#backlog?.empty === false
  }

  /** Bytes given to `send` that the transport has not taken yet, with their frame headers. */
  get bufferedAmount(): number {
    const written = this.socket.destroyed ? 0 : this.socket.writableLength
    const { output, pending } = this.connection
    return output.length + pending + written + (this.#backlog?.bytes ?? 0)
  }

  send(message: Message, key?: string): SendResult {
    if (this.connection.state !== 'open') return 'dropped'
    if (channels.message.hasSubscribers) this.#told('transmit', message)
    if (this.congested) return this.#wait(this.connection.encode(message), key)
    this.connection.send(message)
    this.#settings.counters.messagesSent++
    return this.#sent()
  }

  /** As a member of topics. @param key With the `keep-latest` policy, what a newer message replaces. */
  deliver(message: SharedMessage, key?: string): SendResult {
    if (this.connection.state !== 'open') return 'dropped'
    const frame = this.connection.share(message)
    if (!frame) return 'dropped'
    if (channels.message.hasSubscribers) this.#told('transmit', message.message)
    if (this.congested) return this.#wait(frame, key)
    this.connection.sendEncoded(frame)
    this.#settings.counters.messagesSent++
    return this.#sent()
  }

  sendFragment(part: Message, fin: boolean, as?: SendAs, written?: Written): void {
    this.connection.sendFragment(part, fin, as)
    this.#notify(written)
    if (fin) this.#settings.counters.messagesSent++
    this.#sent()
    if (fin && !this.#congested) this.#catchUp()
  }

  /**
   * Sends past the slow-consumer policy. @param written Told when the system has the message.
   * @throws {LocalProtocolError} as `Connection.send` does.
   */
  sendDirect(message: Message, as?: SendAs, written?: Written): void {
    if (channels.message.hasSubscribers) this.#told('transmit', message)
    this.connection.send(message, as)
    this.#notify(written)
    this.#settings.counters.messagesSent++
    this.#sent()
  }

  /** Sends a message that is framed already, as `sendDirect` sends others. */
  sendFramed(frame: EncodedMessage, written?: Written): void {
    this.connection.sendEncoded(frame)
    this.#notify(written)
    this.#settings.counters.messagesSent++
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
    this.#settings.deadlines.watch(this)
  }

  pong(payload?: Uint8Array, written?: Written): void {
    this.connection.pong(payload)
    this.#notify(written)
    this.#sent()
  }

  pause(): void {
    this.#held = true
    this.#pause()
  }

  resume(): void {
    this.#held = false
    if (this.#delayedUntil === undefined) this.#resume()
  }

  /** What waits is sent before the close frame, as the WebSocket standard asks. */
  close(code?: number, reason?: string): void {
    if (this.connection.state === 'open') while (this.#release(Infinity));
    this.connection.close(code, reason)
    this.#resumeSocket()
    this.#settle()
  }

  fail(error: RemoteProtocolError): void {
    this.connection.fail(error)
    this.#settle()
  }

  terminate(): void {
    this.connection.terminate()
  }

  // ---- from the core

  onMessage(message: Message, text: boolean, ends?: readonly number[]): void {
    if (!this.#admits(true)) return
    if (channels.message.hasSubscribers) this.#told('receive', message)
    this.#settings.counters.messagesReceived++
    this.#settings.events.message(this.#owner!, message, text, ends)
  }

  onPing(payload: Uint8Array): void {
    if (!this.#admits(false)) return
    this.#settings.events.ping(this.#owner!, payload)
  }

  onPong(payload: Uint8Array): void {
    if (!this.#admits(false)) return
    this.#settings.events.pong(this.#owner!, payload)
  }

  /** Half-closes, so that the peer still reads our close frame: what it goes on sending is discarded. */
  onFinish(): void {
    this.#backlog = undefined
    this.#write()
    this.socket.end()
    this.socket.resume()
  }

  /** What waited for the message goes on. */
  onOutput(): void {
    if (this.#encoded) (this.#written ??= []).push(...this.#encoded.splice(0))
    if (!this.#congested) this.#catchUp()
    this.#settings.deadlines.watch(this)
  }

  onReading(): void {
    this.#resumeSocket()
    this.#settle()
  }

  isTired(): boolean {
    if (!turnIsOver(this, this.#now())) return false
    this.socket.pause()
    return true
  }

  onFailed(error: RemoteProtocolError, opcode: number): void {
    this.#settings.events.failed?.(this.#owner!, error, opcode)
  }

  onAbort(): void {
    this.socket.destroy()
  }

  onClosed(outcome: CloseOutcome): void {
    this.#backlog = undefined
    this.#settings.counters.closed(outcome, this.#owner)
    this.#tap?.closed(outcome)
    if (channels.close.hasSubscribers) channels.close.publish({ socket: this.#owner, outcome })
    this.#settings.events.closed(this.#owner!, outcome, this)
  }

  #pause(): void {
    this.connection.pause()
    if (!this.connection.paused) return
    this.socket.pause()
    const { heartbeat } = this.#settings.connection
    if (heartbeat) this.#probeAt ??= this.#now() + heartbeat.interval
  }

  #resume(): void {
    this.#probeAt = undefined
    this.connection.resume()
    this.#resumeSocket()
    this.#settle()
  }

  #resumeSocket(): void {
    const { paused, decoding, resting } = this.connection
    if (!paused && !decoding && !resting) this.socket.resume()
  }

  // ---- time

  due(): number {
    // Nothing more can be done about a destroyed socket but wait for its 'close'.
    if (this.socket.destroyed) return Infinity
    const probeAt = this.connection.paused ? this.#probeAt : undefined
    const outputDue = this.#outputDeadline?.due
    return Math.min(
      this.connection.due(),
      this.#delayedUntil ?? Infinity,
      probeAt ?? Infinity,
      outputDue ?? Infinity,
    )
  }

  tick(now: number): void {
    if (this.#delayedUntil !== undefined && now >= this.#delayedUntil) {
      this.#delayedUntil = undefined
      if (!this.#held) this.#resume()
    }
    if (this.connection.paused && now >= (this.#probeAt ?? Infinity)) this.#probe(now)
    if (now >= (this.#outputDeadline?.due ?? Infinity)) this.#judgeOutput(now)
    this.connection.tick(now)
    this.#flush()
  }

  /**
   * While nothing is read no answer to a ping is found, and neither is the end of the transport. So TCP
   * asks the peer, and a write of nothing shows what it has found out.
   */
  #probe(now: number): void {
    const { socket } = this
    const { interval } = this.#settings.connection.heartbeat!
    this.#probeAt = now + interval
    // Node counts this in whole seconds.
    socket.setKeepAlive?.(true, Math.max(1000, interval))
    if (socket.writableLength === 0 && !socket.writableEnded) socket.write(noBytes)
  }

  /** A peer that takes nothing would not get a close frame either: the transport is destroyed. */
  #judgeOutput(now: number): void {
    if (this.socket.writableLength === 0) this.#outputDeadline = undefined
    else if (this.#outputDeadline!.isOver(now)) {
      const { outputTimeout } = this.#settings.connection.limits
      const message = `nothing of what waited for the peer was taken for ${outputTimeout} ms`
      const code = CloseCode.abnormal
      this.connection.fail(new RemoteProtocolError('ERR_LIMIT_OUTPUT_TIMEOUT', code, message))
      this.socket.destroy()
    }
  }

  #now(): number {
    return this.#settings.connection.ports.now()
  }

  // ---- the rate of what comes

  /** Counts a message. @returns Whether the program gets it. */
  #admits(isMessage: boolean): boolean {
    const meter = this.#meter
    if (!meter || meter.message(this.#now())) return true
    if (meter.policy === 'drop') {
      if (isMessage) this.#settings.counters.dropped('ERR_LIMIT_RATE', this.#owner)
      return false
    }
    if (meter.policy === 'delay') {
      this.#delay(meter)
      return true
    }
    const message = 'more came in a second than the rate allows'
    this.fail(new RemoteProtocolError('ERR_LIMIT_RATE', CloseCode.policyViolation, message))
    return false
  }

  /** Reads nothing until the peer has paid back what it sent too fast. */
  #delay(meter: RateMeter): void {
    const now = this.#now()
    const until = meter.allowsAt(now)
    if (until <= now) return
    if (this.#delayedUntil === undefined) {
      this.#settings.counters.limited('ERR_LIMIT_RATE', { socket: this.#owner })
    }
    this.#delayedUntil = until
    this.#pause()
    this.#settings.deadlines.watch(this)
  }

  // ---- output

  /** After anything that may have made output or moved a deadline nearer. */
  #settle(): void {
    this.#flush()
    this.#settings.deadlines.watch(this)
  }

  /** Output has been made by the program. */
  #sent(): SendResult {
    if (this.connection.output.length >= flushAt) this.#flush()
    else if (!this.#reading && !this.#scheduled) {
      this.#scheduled = true
      flushAtEndOfTurn(this)
    }
    return this.#congested ? 'buffered' : 'sent'
  }

  flushTurn(): void {
    this.#scheduled = false
    this.#flush()
  }

  #flush(): void {
    if (this.#congested || this.connection.output.length === 0) return
    this.#write()
    if (this.#settings.unlimited) return
    this.#congested = this.socket.writableNeedDrain && this.socket.writableLength > 0
    this.connection.congested = this.#congested
  }

  #write(): void {
    const { output } = this.connection
    const { socket } = this
    const { length } = output
    const chunks = output.take()
    if (socket.destroyed || socket.writableEnded) return this.#tellLost()
    this.#settings.counters.bytesSent += length
    if (this.#tap) for (const chunk of chunks) this.#tap.read('transmit', chunk)
    const written = this.#written
    this.#written = undefined
    const done = written && ((error?: Error | null) => tell(written, error))
    writeChunks(socket, chunks, length, flushAt, done)
    if (socket.writableLength > 0 && !this.#outputDeadline) this.#watchOutput()
  }

  #watchOutput(): void {
    const { connection, deadlines } = this.#settings
    const { outputTimeout } = connection.limits
    this.#outputDeadline = new OutputDeadline(this.socket, outputTimeout, this.#now())
    deadlines.watch(this)
  }

  /** Notes who is to be told when what has just been sent is written. */
  #notify(written: Written | undefined): void {
    if (!written) return
    if (this.connection.encoding) (this.#encoded ??= []).push(written)
    else (this.#written ??= []).push(written)
  }

  /** Nothing more is written. */
  #tellLost(): void {
    const waiting = [...(this.#written ?? []), ...(this.#encoded ?? [])]
    this.#written = this.#encoded = undefined
    if (waiting.length === 0) return
    tell(waiting, new TidewireError('ERR_CLOSED', 'the connection was closed before this was sent'))
  }

  #wait(frame: EncodedMessage | HeldMessage, key: string | undefined): SendResult {
    const { slowConsumer, connection } = this.#settings
    const { buffered } = connection.limits
    this.#backlog ??= new Backlog(slowConsumer, buffered, () => this.#dropped())
    const result = this.#backlog.push(frame, key)
    if (result === 'dropped') this.#dropped()
    if (result !== 'overflow') return result
    const message = `more than ${buffered} bytes waited for a slow receiver`
    this.fail(new RemoteProtocolError('ERR_LIMIT_BUFFERED', 1013, message))
    return 'dropped'
  }

  #dropped(): void {
    this.#settings.counters.dropped('ERR_LIMIT_BUFFERED', this.#owner)
  }

  #told(direction: Direction, message: Message): void {
    channels.message.publish({ socket: this.#owner, direction, message })
  }

  /** Sends what has waited, until the transport takes no more again. */
  #catchUp(): void {
    this.#flush()
    while (!this.#congested && !this.connection.encoding && this.#release(flushAt)) this.#flush()
    if (!this.#congested && !this.connection.encoding) this.#settings.events.drain(this.#owner!)
  }

  /** Moves waiting messages into the output until it holds `bytes`. @returns Whether there were any. */
  #release(bytes: number): boolean {
    const backlog = this.#backlog
    if (!backlog || backlog.empty) return false
    if (this.connection.state !== 'open' || this.connection.fragmenting) return false
    const { connection } = this
    do {
      const { message, count } = backlog.shift()!
      connection.sendEncoded(message)
      this.#settings.counters.messagesSent += count
    } while (!backlog.empty && connection.output.length < bytes && !connection.encoding)
    return true
  }
}

function tell(written: readonly Written[], error?: Error | null): void {
  for (const one of written) one(error)
}

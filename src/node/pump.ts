import type { Socket as NetSocket } from 'node:net'
import {
  CloseCode,
  type CloseOutcome,
  Connection,
  type ConnectionHandler,
  type Message,
  type MessageExtension,
} from '../core/index.ts'
import { RemoteProtocolError } from '../errors/index.ts'
import { channels } from './channels.ts'
import { Outlet } from './outlet.ts'
import type { PumpSettings } from './pump-settings.ts'
import { RateMeter } from './rate-limit.ts'
import { Taps } from './taps.ts'
import { listen, listenForBytes, type TransportListener } from './transport-listeners.ts'
import { beginTurn, endTurn, type TakesTurns, turnIsOver } from './turns.ts'

const noBytes = new Uint8Array(0)

/**
 * The one place where bytes move between a socket and the protocol core, for server and client alike:
 * reads, backpressure both ways, deadlines, and the end of the transport; what it writes is in `Outlet`.
 */
export class Pump<Owner>
  extends Outlet<Owner>
  implements ConnectionHandler, TakesTurns, TransportListener
{
  readonly connection: Connection
  readonly #meter: RateMeter | undefined
  /** The program has asked for a pause. */
  #held = false
  /** Until when nothing is read, because the peer was faster than it may be. */
  #delayedUntil: number | undefined
  /** When to ask next whether the peer is still there, while nothing is read. */
  #probeAt: number | undefined
  #error: Error | undefined

  constructor(socket: NetSocket, settings: PumpSettings<Owner>) {
    super(socket, settings)
    this.connection = new Connection(settings.connection, this)
    if (settings.rate) this.#meter = new RateMeter(settings.rate, this.now())
  }

  /**
   * Listens to the socket and opens the connection. Nothing is read before `start`.
   * @param extension What was agreed on for its messages.
   * @param request What a server's connection began with.
   */
  open(owner: Owner, extension?: MessageExtension, request?: unknown): void {
    this.owner = owner
    const { socket } = this
    // An HTTP server can be given any stream for a connection, which need not have these.
    socket.setTimeout?.(0)
    socket.setNoDelay?.(true)
    listen(socket, this)
    const { counters, connection } = this.settings
    counters.opened++
    if (!connection.framing) this.tap = Taps.on(owner, socket, connection.role, counters)
    this.connection.open(extension)
    if (channels.connection.hasSubscribers) channels.connection.publish({ socket: owner, request })
  }

  /** Begins to read. @param head Bytes that came with the handshake. */
  start(head: Uint8Array): void {
    const { socket } = this
    if (head.length > 0) this.receive(head, false)
    listenForBytes(socket)
    this.#resumeSocket()
    this.settle()
  }

  protected override settle(): void {
    super.settle()
    if (this.connection.state === 'ending') this.settings.events.ending?.(this.owner!)
  }

  // ---- from the transport

  receive(bytes: Uint8Array, lent: boolean): void {
    this.settings.counters.bytesReceived += bytes.length
    this.tap?.read('receive', bytes)
    this.#meter?.received(bytes.length, this.now())
    beginTurn(this)
    this.reading = true
    this.connection.receive(bytes, lent)
    this.reading = false
    endTurn(bytes.length)
    if (this.#meter?.policy === 'delay') this.#delay(this.#meter)
    if (this.connection.decoding) this.socket.pause()
    this.settle()
  }

  /** Reads on when the others have had their turn. */
  proceed(): void {
    this.reading = true
    this.connection.proceed()
    this.reading = false
    this.#resumeSocket()
    this.settle()
  }

  end(): void {
    this.connection.end()
    this.settle()
  }

  failed(error: Error): void {
    this.#error = error
  }

  lost(): void {
    this.settings.deadlines.forget(this)
    this.connection.lose(this.#error)
    this.tellLost()
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
    if (this.connection.state === 'open') while (this.release(Infinity));
    this.connection.close(code, reason)
    this.#resumeSocket()
    this.settle()
  }

  fail(error: RemoteProtocolError): void {
    this.connection.fail(error)
    this.settle()
  }

  terminate(): void {
    this.connection.terminate()
  }

  // ---- from the core

  onMessage(message: Message, text: boolean, ends?: readonly number[]): void {
    if (!this.#admits(true)) return
    if (channels.message.hasSubscribers) this.told('receive', message)
    this.settings.counters.messagesReceived++
    this.settings.events.message(this.owner!, message, text, ends)
  }

  onPing(payload: Uint8Array): void {
    if (!this.#admits(false)) return
    this.settings.events.ping(this.owner!, payload)
  }

  onPong(payload: Uint8Array): void {
    if (!this.#admits(false)) return
    this.settings.events.pong(this.owner!, payload)
  }

  /** Half-closes, so that the peer still reads our close frame: what it goes on sending is discarded. */
  onFinish(): void {
    this.discard()
    this.write()
    this.socket.end()
    this.socket.resume()
  }

  /** What waited for the message goes on. */
  onOutput(): void {
    this.encoded()
    this.settings.deadlines.watch(this)
  }

  onReading(): void {
    this.#resumeSocket()
    this.settle()
  }

  isTired(): boolean {
    if (!turnIsOver(this, this.now())) return false
    this.socket.pause()
    return true
  }

  onFailed(error: RemoteProtocolError, opcode: number): void {
    this.settings.events.failed?.(this.owner!, error, opcode)
  }

  onAbort(): void {
    this.socket.destroy()
  }

  onClosed(outcome: CloseOutcome): void {
    this.discard()
    this.settings.counters.closed(outcome, this.owner)
    this.tap?.closed(outcome)
    if (channels.close.hasSubscribers) channels.close.publish({ socket: this.owner, outcome })
    this.settings.events.closed(this.owner!, outcome, this)
  }

  #pause(): void {
    const before = this.connection.paused
    this.connection.pause()
    if (!this.connection.paused) return
    if (!before) this.tap?.flow('paused', this.bufferedAmount)
    this.socket.pause()
    const { heartbeat } = this.settings.connection
    if (heartbeat) this.#probeAt ??= this.now() + heartbeat.interval
  }

  #resume(): void {
    this.#probeAt = undefined
    if (this.connection.paused) this.tap?.flow('resumed', this.bufferedAmount)
    this.connection.resume()
    this.#resumeSocket()
    this.settle()
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
    const outputDue = this.outputDeadline?.due
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
    if (now >= (this.outputDeadline?.due ?? Infinity)) this.judgeOutput(now)
    this.connection.tick(now)
    this.flush()
  }

  /**
   * While nothing is read no answer to a ping is found, and neither is the end of the transport. So TCP
   * asks the peer, and a write of nothing shows what it has found out.
   */
  #probe(now: number): void {
    const { socket } = this
    const { interval } = this.settings.connection.heartbeat!
    this.#probeAt = now + interval
    // Node counts this in whole seconds.
    socket.setKeepAlive?.(true, Math.max(1000, interval))
    if (socket.writableLength === 0 && !socket.writableEnded) socket.write(noBytes)
  }

  // ---- the rate of what comes

  /** Counts a message. @returns Whether the program gets it. */
  #admits(isMessage: boolean): boolean {
    const meter = this.#meter
    if (!meter || meter.message(this.now())) return true
    if (meter.policy === 'drop') {
      if (isMessage) this.settings.counters.dropped('ERR_LIMIT_RATE', this.owner)
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
    const now = this.now()
    const until = meter.allowsAt(now)
    if (until <= now) return
    if (this.#delayedUntil === undefined) {
      this.settings.counters.limited('ERR_LIMIT_RATE', { socket: this.owner })
    }
    this.#delayedUntil = until
    this.#pause()
    this.settings.deadlines.watch(this)
  }
}

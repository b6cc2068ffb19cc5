import { RemoteProtocolError } from '../errors/index.ts'
import { CloseCode, isWireCloseCode } from './close-code.ts'
import {
  type CloseFrame,
  checkClose,
  closePayload,
  encodeReason,
  fitReason,
  readClose,
} from './close-frame.ts'
import { CloseRecord, triggerOf } from './close-record.ts'
import { type Conduct, usualConduct } from './conduct.ts'
import type { ConnectionHandler, ConnectionSettings } from './connection-settings.ts'
import { nextState, type ReadyState, readyStateOf, type Transition } from './connection-state.ts'
import { Intake, type Reader } from './intake.ts'
import { keepaliveDue } from './keepalive.ts'
import type { Message } from './message-assembler.ts'
import type { MessageExtension } from './message-extension.ts'
import { Opcode } from './opcode.ts'
import { Sending } from './sending.ts'

const noBytes = new Uint8Array(0)

/**
 * One WebSocket connection without its transport: bytes go in through `receive`, messages come out
 * through the handler, and bytes to send are fetched with `output.take()` after any call.
 *
 * Nothing the peer sends makes it throw. A fault is a change of state, a close frame in the output and
 * an outcome in `onClosed`.
 */
export class Connection extends Sending implements Reader {
  readonly #handler: ConnectionHandler
  readonly #intake: Intake
  /** Made when the end begins. */
  #record: CloseRecord | undefined

  /** When the last byte came. */
  #heardAt = 0
  /** Until when the peer's silence since then was our own doing. */
  #excusedUntil: number | undefined
  /** Messages are no longer delivered: the program closed while it had paused. */
  #muted = false
  /** The peer has ended its side, and what came before that may be unread. */
  #ended = false
  /** Nothing more will be sent, apart from what an extension is still at work on. */
  #finishing = false
  /** The transport was lost while what came before was still being read. */
  #lost: { readonly error: Error | undefined } | undefined

  constructor(settings: ConnectionSettings, handler: ConnectionHandler) {
    super(settings)
    this.#handler = handler
    this.#intake = new Intake(this, settings)
    this.#heard()
  }

  get readyState(): ReadyState {
    return readyStateOf(this.state)
  }

  get paused(): boolean {
    return this.#intake.paused
  }

  /** Whether an extension is at work on a message that came: nothing more is read until it is done. */
  get decoding(): boolean {
    return this.#intake.decoding
  }

  /** Whether frames that have come wait for `proceed`. */
  get resting(): boolean {
    return this.#intake.resting
  }

  /**
   * The opening handshake is done. What was received before is read now.
   * @param extension What was negotiated for the messages of this connection.
   */
  open(extension?: MessageExtension): void {
    if (extension) {
      this.#intake.extension = extension
      this.sender.extend(extension, () => this.#encoded())
    }
    this.#move('open')
    this.#heard()
    this.#read()
  }

  // ---- receiving

  /**
   * Takes bytes from the transport; they are changed in place.
   * @param lent Whether they are the connection's during this call only: what is kept of them is copied.
   * Else they belong to it from here on, and a message may be a view of them.
   */
  receive(chunk: Uint8Array, lent = false): void {
    this.#heard()
    this.#intake.add(chunk, lent)
    this.#read()
  }

  /** The peer ended its side of the transport. */
  end(): void {
    this.#ended = true
    this.#read()
  }

  /** The transport is gone; `error` when it broke. What had arrived before is delivered first. */
  lose(error?: Error): void {
    this.finished = true
    this.sender.abandon()
    this.#intake.paused = false
    this.#read()
    if (this.#halfway && this.readable) {
      this.#lost ??= { error }
      return
    }
    const failed = this.state === 'ending'
    // It may have been lost before, by a handler just now as well.
    if (!this.#move('lose')) return
    if (!failed) this.#ending.error = error
    const pongOwed = this.#pingSentAt !== undefined
    this.pings?.abandon()
    const { opcode, length } = this.#intake.lastFrame
    const sinceLastByte = this.#now() - this.#heardAt
    this.#handler.onClosed(this.#ending.outcome({ opcode, length, sinceLastByte, pongOwed }))
  }

  /** Stops delivering messages; what `receive` is given waits. The owner stops its transport as well. */
  pause(): void {
    // While the transport is being lost there is no later for what a pause would hold back.
    const open = this.#conduct.pausesWhileClosing ? this.readable : this.state === 'open'
    if (open && !this.finished) this.#intake.paused = true
  }

  resume(): void {
    if (!this.#intake.paused) return
    this.#intake.paused = false
    // The peer's answers may have waited behind our pause.
    this.#excusedUntil = this.#now()
    this.#read()
  }

  /** Reads on after the handler was tired. */
  proceed(): void {
    if (!this.resting) return
    this.#intake.resting = false
    // The peer's answers may have waited behind what is read now.
    this.#excusedUntil = this.#now()
    this.#read()
    if (!this.#halfway) this.#loseAtLast()
  }

  get #ending(): CloseRecord {
    return (this.#record ??= new CloseRecord())
  }

  /** Whether reading goes on by itself: behind a message that is decoded, or after a rest. */
  get #halfway(): boolean {
    return this.decoding || this.resting
  }

  get #conduct(): Conduct {
    return this.settings.conduct ?? usualConduct
  }

  #heard(): void {
    this.#heardAt = this.#now()
    this.#excusedUntil = undefined
  }

  /** Since when the peer's silence counts. */
  get #silentSince(): number {
    return this.#excusedUntil ?? this.#heardAt
  }

  #read(): void {
    if (this.#intake.read() && this.#ended) this.#peerEnded()
  }

  #peerEnded(): void {
    // Without a close frame to send, this is how a peer closes.
    const { closeFrame } = this.framing
    if (!closeFrame && this.readable && !this.#intake.midFrame) this.#receiveClose(noBytes)
    if (this.state === 'open') this.#ending.begin('transport', 'remote', this.#now())
    this.#move('end')
    this.#finish()
  }

  /** @internal The intake's call. */
  get readable(): boolean {
    return this.state === 'open' || this.state === 'closing'
  }

  /** @internal The intake's call. */
  isTired(): boolean {
    return this.#handler.isTired()
  }

  /** @internal The intake's call. */
  deliver(message: Message, text: boolean, ends?: readonly number[]): void {
    if (!this.#muted) this.#handler.onMessage(message, text, ends)
  }

  /** @internal The intake's call. */
  decoded(): void {
    if (!this.readable) return
    // The peer's answers may have waited behind the message.
    this.#excusedUntil = this.#now()
    this.#read()
    if (this.#lost && !this.#halfway) this.#loseAtLast()
    else if (!this.#lost && this.state !== 'closed') this.#handler.onReading()
  }

  /** @internal The intake's call. */
  control(opcode: number, payload: Uint8Array): RemoteProtocolError | undefined {
    if (opcode === Opcode.close) return this.#receiveClose(payload)
    if (opcode === Opcode.ping) {
      if (this.state === 'open' && this.#conduct.answersPings) this.sender.answer(payload)
      this.#handler.onPing(payload)
    } else {
      this.pings?.answered(payload, this.#heardAt)
      this.#handler.onPong(payload)
    }
    return undefined
  }

  #receiveClose(payload: Uint8Array): RemoteProtocolError | undefined {
    const { text, echoesReason, endsAtOnce } = this.#conduct
    const close = readClose(payload, this.settings.ports, text !== 'unchecked')
    if (close instanceof RemoteProtocolError) return close
    this.#ending.received = close
    if (this.state === 'open') {
      this.#ending.begin('close-frame', 'remote', this.#now())
      // RFC 6455 §5.5.1: the answer echoes the code; where none came, none is sent.
      this.#ending.sent = { code: close.code, reason: echoesReason ? close.reason : '' }
      this.sender.close(echoesReason ? payload : payload.subarray(0, 2))
    }
    this.#move('receiveClose')
    // RFC 6455 §7.1.1: the server ends the transport at once, the client follows.
    if (this.settings.role === 'server' || endsAtOnce) this.#finish()
    return undefined
  }

  /** A message is in the output that an extension took its time for. */
  #encoded(): void {
    this.#handler.onOutput()
    if (this.#finishing) this.#finish()
  }

  // ---- ending

  /**
   * Starts the closing handshake (RFC 6455 §7.1.2); does nothing when the end has begun already. A
   * pause ends, and what it held back is discarded: only the peer's close frame still matters.
   * @param code Without one the close frame is empty, and the peer sees 1005.
   * @throws {LocalProtocolError} `ERR_CLOSE_CODE` or `ERR_CLOSE_REASON`.
   */
  close(code?: number, reason = ''): void {
    const bytes = encodeReason(reason, this.settings.ports)
    if (code === undefined && bytes.length > 0) code = CloseCode.normal
    if (code !== undefined) checkClose(code, bytes)
    if (this.state === 'connecting') return this.terminate()
    if (this.state !== 'open') return
    this.#ending.begin('close-frame', 'local', this.#now())
    this.#sendClose({ code: code ?? CloseCode.noStatus, reason }, bytes)
    this.#move('sendClose')
    if (!this.framing.closeFrame) this.#finish()
    if (this.#conduct.pausesWhileClosing) return
    this.#muted = this.paused
    this.resume()
  }

  /** Fails the connection (RFC 6455 §7.1.7): says why in a close frame and ends the transport. */
  fail(error: RemoteProtocolError): void {
    if (this.state === 'ending' || this.state === 'closed') return
    this.#ending.begin(triggerOf(error), 'local', this.#now())
    this.#ending.error = error
    const close = this.sender.abandon()
    if (close) this.output.append(close)
    if (this.state === 'open' && isWireCloseCode(error.closeCode)) {
      const { ports } = this.settings
      const reason = this.#conduct.explainsFailure ? fitReason(error.message, ports) : ''
      this.#sendClose({ code: error.closeCode, reason }, ports.encodeUtf8(reason))
    }
    this.#move('fail')
    this.#handler.onFailed?.(error, this.#intake.lastFrame.opcode)
    this.#finish()
    this.#loseAtLast()
  }

  /** Destroys the connection without a closing handshake. */
  terminate(): void {
    if (this.state === 'closed') return
    if (this.#move('fail')) this.#ending.begin('terminate', 'local', this.#now())
    this.finished = true
    this.sender.abandon()
    this.#handler.onAbort()
    this.#loseAtLast()
  }

  /** A transport that is gone has nothing more to wait for. */
  #loseAtLast(): void {
    if (this.#lost) this.lose(this.#lost.error)
  }

  /** Asks, once, for the end of our side of the transport, when all that was sent is in the output. */
  #finish(): void {
    this.#finishing = true
    if (this.finished || this.sender.encoding) return
    this.finished = true
    this.#handler.onFinish()
  }

  #sendClose(close: CloseFrame, reason: Uint8Array): void {
    this.#ending.sent = close
    this.sender.close(
      close.code === CloseCode.noStatus ? noBytes : closePayload(close.code, reason),
    )
  }

  // ---- time

  /** When `tick` has something to do, in milliseconds of the clock; `Infinity` when never. */
  due(): number {
    const { heartbeat, limits } = this.settings
    const beganAt = this.#record?.beganAt
    if (this.state === 'closed' || this.#lost) return Infinity
    if (beganAt !== undefined) return beganAt + limits.closeTimeout
    // While the program has paused, or reading is to go on, the peer's silence is our own doing.
    if (this.state !== 'open' || this.paused || this.#halfway) return Infinity
    const nextPing = keepaliveDue(heartbeat, this.#silentSince, this.#pingSentAt)
    return Math.min(nextPing, this.#frameDue())
  }

  /** When the oldest unanswered ping was sent. */
  get #pingSentAt(): number | undefined {
    return this.pings?.oldest
  }

  /** When a frame that has begun has stood too long. */
  #frameDue(): number {
    const { frameTimeout } = this.settings.limits
    return this.#intake.midFrame ? this.#silentSince + frameTimeout : Infinity
  }

  /** Does what is due at `now`: sends a ping, gives up a silent peer, or ends an unanswered close. */
  tick(now: number): void {
    if (now < this.due()) return
    if (this.state !== 'open') return this.#handler.onAbort()
    const { heartbeat, limits } = this.settings
    if (this.#overslept(now)) {
      // What the peer has sent meanwhile is still unread: it has the time once more.
      this.#excusedUntil = now
      return
    }
    if (now >= this.#frameDue()) {
      const message = `a frame stood unfinished for ${limits.frameTimeout} ms`
      const code = CloseCode.policyViolation
      return this.fail(new RemoteProtocolError('ERR_LIMIT_FRAME_TIMEOUT', code, message))
    }
    if (this.#pingSentAt === undefined) return this.ping()
    // Nobody is there to read a close frame: the transport is destroyed.
    const message = `no answer to a ping within ${heartbeat?.timeout} ms`
    this.fail(new RemoteProtocolError('ERR_HEARTBEAT', CloseCode.abnormal, message))
    this.#handler.onAbort()
  }

  /**
   * Whether what the peer owes us was due so long ago that nobody can have listened since: the machine was
   * suspended, or the process stopped.
   */
  #overslept(now: number): boolean {
    const { heartbeat, limits } = this.settings
    if (now >= this.#frameDue()) return now >= this.#frameDue() + limits.frameTimeout
    return this.#pingSentAt !== undefined && now >= this.due() + heartbeat!.timeout
  }

  #now(): number {
    return this.settings.ports.now()
  }

  /** @returns Whether the transition was legal, and so was made. */
  #move(transition: Transition): boolean {
    const next = nextState(this.state, transition)
    if (next) this.current = next
    return next !== undefined
  }
}

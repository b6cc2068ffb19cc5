import type { IncomingMessage } from 'node:http'
import type { Socket as NetSocket } from 'node:net'
import {
  type Agreement,
  type Challenge,
  checkServerPolicy,
  type Extension,
  type ExtensionNegotiator,
  formatRefusal,
  readUpgradeRequest,
  type Refusal,
  type RequestHead,
  type ServerHandshakePolicy,
  type UpgradeVerdict,
} from '../core/index.ts'
import { LocalProtocolError, TidewireError } from '../errors/index.ts'
import { Admission } from './admission.ts'
import { answerChallenge, type BehindHead } from './challenge.ts'
import { claimSocket } from './claim-socket.ts'
import { deadline } from './deadline.ts'
import { deferred, isThenable } from './deferred.ts'
import { HttpRequest } from './http-request.ts'
import { endSocket, formatResponse, isResponse } from './http-response.ts'
import { announcedAddress } from './proxy-protocol.ts'
import { isRecording, noteHandshake } from './recorders.ts'
import type { ServerOptions } from './server-options.ts'
import type { Server } from './server.ts'
import type { Agreed } from './socket.ts'
import { report } from './socket-events.ts'
import { keepBytes } from './transport-listeners.ts'
import { acceptance, agreedIn } from './upgrade-acceptance.ts'
import { failed, noChallenge, tooLate } from './upgrade-refusals.ts'

/** Both heads of an opening handshake. */
export interface Handshake {
  readonly request: HttpRequest
  /** The 101 answer as it was sent, down to the blank line. */
  readonly response: string
}

/** A request that has been answered with 101. */
export interface Accepted<Data> {
  readonly socket: NetSocket
  readonly data: Data
  readonly agreed: Agreed
  readonly extensions: readonly Extension[]
  readonly handshake: Handshake
  /** What has come behind the request's head: frames. */
  readonly rest: Uint8Array
}

/** Who is told what has become of a request. */
export interface GateEvents<Data, Opened> {
  /**
   * It was accepted. Called in the same turn as the 101 is written, so that a server that closes finds
   * every socket either at the gate or open.
   */
  accepted(accepted: Accepted<Data>): Opened
  /** A socket has been judged, or one that was refused has gone. */
  left(): void
}

/** A request, with the socket it came on. */
interface Entering {
  readonly head: RequestHead
  readonly request: HttpRequest
  readonly socket: NetSocket
}

/** What the gate asks of its server. */
type Judged = Pick<Server, 'counters' | 'hosts' | 'limits' | 'proxies'>

/** The opening handshake of a server: judges each request, asks the program, and answers. */
export class UpgradeGate<Data, Opened> {
  readonly #options: ServerOptions<Data>
  readonly #server: Judged
  readonly #policy: ServerHandshakePolicy
  readonly #admission: Admission | undefined
  readonly #events: GateEvents<Data, Opened>
  /** Sockets whose request is being judged, where that takes longer than a turn. */
  readonly #judged = new Map<NetSocket, HttpRequest>()
  /** Sockets with a refusal on its way out. */
  readonly #refused = new Set<NetSocket>()
  #shut: Refusal | undefined

  /** @throws {OptionError} */
  constructor(
    options: ServerOptions<Data>,
    server: Judged,
    extensions: readonly ExtensionNegotiator[],
    events: GateEvents<Data, Opened>,
  ) {
    const { origins = 'same-origin', protocols = [], legacy = false } = options
    this.#options = options
    this.#server = server
    const { limits } = server
    this.#policy = {
      origins,
      protocols,
      extensions,
      limits,
      legacy,
      // What it is depends on where the server listens, by the time a request comes.
      get hosts() {
        return server.hosts
      },
    }
    this.#admission = options.admission && new Admission(options.admission)
    this.#events = events
    checkServerPolicy({ origins, protocols, hosts: options.hosts ?? '*' })
  }

  /** Whether no request is being judged. */
  get idle(): boolean {
    return this.#judged.size === 0
  }

  /** Whether no socket is left here at all. */
  get empty(): boolean {
    return this.idle && this.#refused.size === 0
  }

  /** From here on every request is refused, those that are being judged as well. */
  shut(refusal: Refusal): void {
    this.#shut = refusal
    for (const request of this.#judged.values()) request.abort(new Error(refusal.body))
  }

  destroyRest(): void {
    for (const socket of [...this.#judged.keys(), ...this.#refused]) socket.destroy()
  }

  /**
   * Judges a request, in this turn unless there is something to wait for: a promise costs a tenth of all
   * that connecting does.
   * @param rest What came behind its head.
   * @param incoming Node's own request, where there is one.
   * @returns What `accepted` returned; `undefined` when the request was refused or the client has gone.
   * @throws {LocalProtocolError} `ERR_UPGRADED`.
   */
  enter(
    head: RequestHead,
    socket: NetSocket,
    rest: Uint8Array,
    incoming?: IncomingMessage,
  ): Opened | undefined | Promise<Opened | undefined> {
    if (!claimSocket(socket)) {
      throw new LocalProtocolError('ERR_UPGRADED', 'this socket has been upgraded before')
    }
    // Its 'close' may be over: there would be nothing to wait for.
    if (isGone(socket)) return undefined
    const request = new HttpRequest(head, socket, this.#server.proxies, incoming)
    const entering = { head, request, socket }
    try {
      const full = this.#admit(request, socket)
      if (full) return this.#turnAway(socket, request, full)
      const verdict = this.#read(head)
      if (!verdict.accepted) return this.#turnAway(socket, request, verdict.refusal)
      const numbers = verdict.hixie?.numbers
      if (numbers) {
        return this.#whileJudging(entering, () => this.#challenge(numbers, verdict, entering, rest))
      }
      const answer = this.#options.upgrade?.(request)
      const behindHead = { answer: '', rest }
      if (isThenable(answer) || isResponse(answer)) {
        return this.#whileJudging(entering, () =>
          this.#awaitAnswer(answer, verdict, entering, behindHead),
        )
      }
      return this.#accept(verdict, entering, behindHead, answer as Data)
    } catch (error) {
      return this.#failed(socket, request, error)
    }
  }

  /** Keeps the socket here while its request is being judged. */
  async #whileJudging(
    { request, socket }: Entering,
    judge: () => Promise<Opened | undefined>,
  ): Promise<Opened | undefined> {
    const end = (): void => goAway(socket, request)
    this.#judged.set(socket, request)
    keepBytes(socket)
    socket.on('end', end).on('error', ignore)
    try {
      return await judge()
    } catch (error) {
      return this.#failed(socket, request, error)
    } finally {
      socket.off('end', end).off('error', ignore)
      request.answered()
      this.#judged.delete(socket)
      this.#events.left()
    }
  }

  /** draft-hixie-thewebsocketprotocol-76 §5.2: a part of the request comes behind its head. */
  async #challenge(
    numbers: Challenge,
    agreement: Agreement,
    entering: Entering,
    rest: Uint8Array,
  ): Promise<Opened | undefined> {
    const { request, socket } = entering
    const late = new AbortController()
    const stop = deadline(this.#server.limits.handshakeTimeout, () => late.abort())
    const signal = AbortSignal.any([request.signal, late.signal])
    const behindHead = await answerChallenge(numbers, socket, rest, signal)
    stop()
    if (!behindHead) return this.#turnAway(socket, request, this.#shut ?? noChallenge)
    const answer = this.#options.upgrade?.(request)
    return this.#awaitAnswer(answer, agreement, entering, behindHead)
  }

  /** @param answer What the program's `upgrade` returned. */
  async #awaitAnswer(
    answer: unknown,
    agreement: Agreement,
    entering: Entering,
    behindHead: BehindHead,
  ): Promise<Opened | undefined> {
    const { request, socket } = entering
    const data = isThenable(answer) ? await this.#inTime(request, answer) : answer
    if (isResponse(data)) {
      const response = await this.#inTime(request, formatResponse(data))
      this.#server.counters.refused('response', request)
      return this.#refuse(socket, request, response)
    }
    return this.#accept(agreement, entering, behindHead, data as Data)
  }

  #accept(
    agreement: Agreement,
    { head, request, socket }: Entering,
    { answer, rest }: BehindHead,
    data: Data,
  ): Opened | undefined {
    // Meanwhile the client may have gone, or the program has closed the server.
    if (isGone(socket)) return undefined
    if (this.#shut) return this.#turnAway(socket, request, this.#shut)
    const response = acceptance(agreement, request)
    socket.write(response + answer, 'latin1')
    if (isRecording()) noteHandshake(socket, head, response)
    const isTold = this.#server.proxies ?? announcedAddress(socket)
    const agreed = agreedIn(agreement, isTold ? request.remoteAddress : undefined)
    const { extensions } = agreement
    const handshake = { request, response }
    const opened = this.#events.accepted({ socket, data, agreed, extensions, handshake, rest })
    request.answered()
    return opened
  }

  /** Counts a client until its connection is over, or says why it may not come in. */
  #admit(request: HttpRequest, socket: NetSocket): Refusal | undefined {
    const admission = this.#admission
    if (!admission) return undefined
    const { remoteAddress = '' } = request
    const refusal = admission.enter(remoteAddress)
    if (!refusal) socket.once('close', () => admission.leave(remoteAddress))
    return refusal
  }

  #read(head: RequestHead): UpgradeVerdict {
    if (this.#shut) return { accepted: false, refusal: this.#shut }
    return readUpgradeRequest(head, this.#policy)
  }

  /** What the program promised, while the client is there and the time for the handshake lasts. */
  async #inTime<Value>(request: HttpRequest, promised: PromiseLike<Value>): Promise<Value> {
    const timeout = this.#server.limits.handshakeTimeout
    const stop = deadline(timeout, () => {
      const message = `the upgrade handler took longer than ${timeout} ms`
      request.abort(new TidewireError('ERR_UPGRADE_TIMEOUT', message))
    })
    const gone = deferred<never>()
    const { signal } = request
    const onAbort = (): void => gone.reject(signal.reason)
    signal.addEventListener('abort', onAbort)
    if (signal.aborted) onAbort()
    try {
      return await Promise.race([promised, gone.promise])
    } finally {
      stop()
      signal.removeEventListener('abort', onAbort)
    }
  }

  #turnAway(socket: NetSocket, request: HttpRequest, refusal: Refusal): undefined {
    this.#server.counters.refused(refusal.code, request)
    return this.#refuse(socket, request, formatRefusal(refusal))
  }

  #refuse(socket: NetSocket, request: HttpRequest, answer: string | Uint8Array): undefined {
    if (isGone(socket)) return
    this.#refused.add(socket)
    socket.on('error', ignore).once('close', () => {
      this.#refused.delete(socket)
      this.#events.left()
    })
    endSocket(socket, answer, this.#server.limits.closeTimeout)
    request.answered()
  }

  /** The program failed, took too long, or the client went away meanwhile. */
  #failed(socket: NetSocket, request: HttpRequest, error: unknown): undefined {
    if (this.#shut) return this.#turnAway(socket, request, this.#shut)
    if (isGone(socket)) return
    const late = request.signal.aborted
    report(this.#options, error)
    this.#turnAway(socket, request, late ? tooLate : failed)
  }
}

/** The client has ended its side before it had an answer: Node would keep the socket half open. */
function goAway(socket: NetSocket, request: HttpRequest): void {
  if (socket.writableEnded) return
  request.abort(new Error('the client went away'))
  socket.destroy()
}

/** Whether there is nobody to answer. Who destroyed it, as a program may, may have given an error: that comes yet. */
function isGone(socket: NetSocket): boolean {
  if (socket.destroyed) socket.on('error', ignore)
  return socket.destroyed
}

/** A client that goes away during the handshake is no error: 'close' follows, and tells. */
function ignore(): void {}

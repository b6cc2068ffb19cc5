import type { IncomingMessage } from 'node:http'
import type { Socket as NetSocket } from 'node:net'
import {
  type Agreement,
  checkServerPolicy,
  type Extension,
  type ExtensionNegotiator,
  formatAcceptance,
  formatExtensions,
  formatRefusal,
  HeaderFields,
  readUpgradeRequest,
  type Refusal,
  type RequestHead,
  type ServerHandshakePolicy,
  type UpgradeVerdict,
} from '../core/index.ts'
import { LocalProtocolError, TidewireError } from '../errors/index.ts'
import { Admission } from './admission.ts'
import { answerChallenge, type BehindHead } from './challenge.ts'
import { deadline } from './deadline.ts'
import { deferred, isThenable } from './deferred.ts'
import { HttpRequest } from './http-request.ts'
import { endSocket, formatResponse, isResponse } from './http-response.ts'
import { ports } from './ports.ts'
import { announcedAddress } from './proxy-protocol.ts'
import { isRecording, noteHandshake } from './recorders.ts'
import type { ServerOptions } from './server-options.ts'
import type { Server } from './server.ts'
import type { Agreed } from './socket.ts'
import { report } from './socket-events.ts'
import { failed, noChallenge, tooLate } from './upgrade-refusals.ts'

/** Both heads of an opening handshake. */
export interface Handshake {
  readonly request: HttpRequest
  /** The 101 answer as it was sent, down to the blank line. */
  readonly response: string
}

/** A request that has been answered with 101. */
export interface Accepted<Data> {
  readonly data: Data
  readonly agreed: Agreed
  readonly extensions: readonly Extension[]
  readonly handshake: Handshake
  /** What has come behind the request's head: frames. */
  readonly rest: Uint8Array
}

/** What the request and the program agree to, before it is written down. */
interface Judgement<Data> {
  readonly agreement: Agreement
  readonly behindHead: BehindHead
  readonly data: Data
}

/** What the gate asks of its server. */
type Judged = Pick<Server, 'counters' | 'hosts' | 'limits' | 'proxies'>

/** Every socket that was ever upgraded: two protocols on one socket would tear each other's frames. */
const upgraded = new WeakSet<NetSocket>()

/** The opening handshake of a server: judges each request, asks the program, and answers. */
export class UpgradeGate<Data> {
  readonly #options: ServerOptions<Data>
  readonly #server: Judged
  readonly #policy: ServerHandshakePolicy
  readonly #admission: Admission | undefined
  readonly #onLeft: () => void
  /** Sockets whose request is being judged. */
  readonly #judged = new Map<NetSocket, HttpRequest>()
  /** Sockets with a refusal on its way out. */
  readonly #refused = new Set<NetSocket>()
  #shut: Refusal | undefined

  /**
   * @param onLeft Called when a socket has been judged, and when a refused one has gone.
   * @throws {OptionError}
   */
  constructor(
    options: ServerOptions<Data>,
    server: Judged,
    extensions: readonly ExtensionNegotiator[],
    onLeft: () => void,
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
    this.#onLeft = onLeft
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
   * @param head What came with the request, behind its head.
   * @param open Called in the same turn as the 101 is written, so that a server that closes finds every
   * socket either in here or open.
   * @returns What `open` returned; `undefined` when the request was refused or the client has gone.
   * @throws {LocalProtocolError} `ERR_UPGRADED`.
   */
  async enter<Opened>(
    incoming: IncomingMessage,
    socket: NetSocket,
    head: Uint8Array,
    open: (accepted: Accepted<Data>) => Opened,
  ): Promise<Opened | undefined> {
    if (upgraded.has(socket)) {
      throw new LocalProtocolError('ERR_UPGRADED', 'this socket has been upgraded before')
    }
    upgraded.add(socket)
    // Its 'close' may be over: there would be nothing to wait for.
    if (socket.destroyed) return undefined
    const request = new HttpRequest(incoming, this.#server.proxies)
    this.#judged.set(socket, request)
    const close = (): void => this.#leave(socket, request)
    const end = (): void => goAway(socket, request)
    socket.on('close', close).on('end', end).on('error', ignore)
    try {
      const judgement = await this.#judge(incoming, request, socket, head)
      if (!judgement || socket.destroyed) return undefined
      if (this.#shut) return this.#turnAway(socket, request, this.#shut)
      const { agreement, data, behindHead } = judgement
      const response = acceptance(agreement, request)
      socket.write(response + behindHead.answer, 'latin1')
      if (isRecording()) noteHandshake(socket, requestHead(incoming), response)
      socket.off('close', close).off('end', end).off('error', ignore)
      const isTold = this.#server.proxies ?? announcedAddress(socket)
      const behind = isTold ? request.remoteAddress : undefined
      const agreed = agreedIn(agreement, behind)
      const { extensions } = agreement
      const { rest } = behindHead
      const opened = open({ data, agreed, extensions, handshake: { request, response }, rest })
      this.#leave(socket, request)
      return opened
    } catch (error) {
      return this.#failed(socket, request, error)
    }
  }

  /** @returns `undefined` when the request has been refused. */
  async #judge(
    incoming: IncomingMessage,
    request: HttpRequest,
    socket: NetSocket,
    head: Uint8Array,
  ): Promise<Judgement<Data> | undefined> {
    const full = this.#admit(request, socket)
    if (full) return this.#turnAway(socket, request, full)
    const verdict = this.#read(incoming)
    if (!verdict.accepted) return this.#turnAway(socket, request, verdict.refusal)
    const challenge = verdict.hixie?.numbers
    let behindHead: BehindHead | undefined = { answer: '', rest: head }
    if (challenge) {
      const late = new AbortController()
      const stop = deadline(this.#server.limits.handshakeTimeout, () => late.abort())
      const signal = AbortSignal.any([request.signal, late.signal])
      behindHead = await answerChallenge(challenge, socket, head, signal)
      stop()
    }
    if (!behindHead) return this.#turnAway(socket, request, this.#shut ?? noChallenge)
    const answer = this.#options.upgrade?.(request)
    const data = isThenable(answer) ? await this.#inTime(request, answer) : answer
    if (isResponse(data)) {
      const response = await this.#inTime(request, formatResponse(data))
      this.#server.counters.refused('response', request)
      return this.#refuse(socket, response)
    }
    return { agreement: verdict, behindHead, data: data as Data }
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

  #read(incoming: IncomingMessage): UpgradeVerdict {
    if (this.#shut) return { accepted: false, refusal: this.#shut }
    return readUpgradeRequest(requestHead(incoming), this.#policy)
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
    return this.#refuse(socket, formatRefusal(refusal))
  }

  #refuse(socket: NetSocket, answer: string | Uint8Array): undefined {
    if (socket.destroyed) return
    this.#refused.add(socket)
    endSocket(socket, answer, this.#server.limits.closeTimeout)
    this.#judged.get(socket)?.answered()
    this.#judged.delete(socket)
    this.#onLeft()
  }

  /** The program failed, took too long, or the client went away meanwhile. */
  #failed(socket: NetSocket, request: HttpRequest, error: unknown): undefined {
    if (this.#shut) return this.#turnAway(socket, request, this.#shut)
    if (socket.destroyed) return
    const late = request.signal.aborted
    report(this.#options, error)
    this.#turnAway(socket, request, late ? tooLate : failed)
  }

  /** Answered with 101, or closed. */
  #leave(socket: NetSocket, request: HttpRequest): void {
    request.answered()
    this.#judged.delete(socket)
    this.#refused.delete(socket)
    this.#onLeft()
  }
}

/** The head that Node's parser has read. */
export function requestHead(incoming: IncomingMessage): RequestHead {
  const { method = '', url = '', httpVersion, rawHeaders } = incoming
  return { method, target: url, version: httpVersion, fields: new HeaderFields(rawHeaders) }
}

function acceptance(agreement: Agreement, request: HttpRequest): string {
  const fields = request.hasResponseHeaders ? request.responseHeaders : []
  const secure = agreement.hixie !== undefined && isSecure(request)
  const { version, key, protocol, extensions, hixie } = agreement
  return formatAcceptance({ version, key, protocol, extensions, hixie, fields, secure }, ports)
}

/** Whether the client wrote wss://. It only gets its own word back, so a proxy's word for it is enough. */
function isSecure(request: HttpRequest): boolean {
  return request.encrypted || request.headers.get('x-forwarded-proto') === 'https'
}

function agreedIn(
  { version, protocol = '', extensions }: Agreement,
  remoteAddress: string | undefined,
): Agreed {
  const formatted = extensions.length > 0 ? formatExtensions(extensions) : ''
  return { version, protocol, extensions: formatted, remoteAddress }
}

/** The client has ended its side before it had an answer: Node would keep the socket half open. */
function goAway(socket: NetSocket, request: HttpRequest): void {
  if (socket.writableEnded) return
  request.abort(new Error('the client went away'))
  socket.destroy()
}

/** A client that goes away during the handshake is no error: 'close' follows, and tells. */
function ignore(): void {}

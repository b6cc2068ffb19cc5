import type { Socket as NetSocket } from 'node:net'
import {
  type ClientHandshakeResult,
  HandshakeError,
  type MessageExtension,
  type ResponseHead,
} from '../core/index.ts'
import type { ConnectError, ConnectPhase } from './connect-error.ts'
import {
  answerFailure,
  earlyFailure,
  endedFailure,
  systemFailure,
  timeoutFailure,
  tlsOptionsFailure,
  tunnelFailure,
} from './connect-failure.ts'
import { type ConnectUrl, needsLookup } from './connect-url.ts'
import { ContentStart } from './content-start.ts'
import { deadline } from './deadline.ts'
import { deferred, type Deferred } from './deferred.ts'
import type { DialRequest } from './dial-request.ts'
import { type Leg, legToProxy, legToServer } from './leg.ts'
import { clientExtension } from './message-extensions.ts'
import { openSocket, resolveName, secureSocket } from './open-socket.ts'
import { isRecording, noteHandshake } from './recorders.ts'
import { listenerTo } from './transport-listeners.ts'
import { isFollowed } from './redirect.ts'
import { type Tunnel, type TunnelResult, tunnelThrough } from './tunnel.ts'

/** A socket on which the opening handshake is done: paused, and with nobody listening to it. */
export type Dialled = Omit<Extract<ClientHandshakeResult, { state: 'open' }>, 'state'> & {
  readonly socket: NetSocket
  /** Where it leads, redirects having been followed. */
  readonly url: ConnectUrl
  /** What was agreed on for messages. */
  readonly extension: MessageExtension | undefined
}

/** An answer that is a refusal, whose content is read on for what it says. */
interface Refusal {
  readonly content: ContentStart
  /** @param body What the content says. */
  readonly failure: (body: string) => ConnectError
}

/** Milliseconds that the content of a refusal may take, for it is nice to have but no more. */
const contentTimeout = 1000

/** One try, from the look-up of the name to the judgement of the response. */
export class Attempt {
  readonly #request: DialRequest
  readonly #result: Deferred<Dialled> = deferred()
  /** When the time is up, as `performance.now` counts. */
  readonly #until: number
  #stopWaiting: () => void
  #phase: ConnectPhase = 'dns'
  #leg: Leg
  /** `undefined` while a name is looked up for a proxy that does not do so. */
  #socket: NetSocket | undefined
  /** What is said to the proxy, if there is one. */
  #tunnel: Tunnel | undefined
  /** Bytes that the peer of this leg has answered so far, and the first of them. */
  #answered = 0
  #first = -1
  #refusal: Refusal | undefined
  #settled = false

  readonly #listeners = {
    lookup: (error: Error | null) => {
      if (!error) this.#phase = 'tcp'
    },
    connect: () => {
      if (this.#leg.place.secure) this.#phase = 'tls'
      else this.#connected()
    },
    secureConnect: () => this.#connected(),
    // A plain view: what comes behind the head may become the program's messages.
    data: (chunk: Buffer) =>
      this.#read(new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength)),
    end: () => this.#ended(),
    close: () => this.#ended(),
    error: (error: Error) => this.#broken(error),
  }

  /** @param timeout Milliseconds for all of it. */
  constructor(request: DialRequest, timeout: number) {
    const { url, proxy } = request
    this.#request = request
    this.#leg = legToServer(request)
    this.#until = performance.now() + timeout
    this.#stopWaiting = deadline(timeout, () => this.#timedOut())
    if (!proxy) this.#open()
    else if (proxy.resolves || !needsLookup(url)) this.#openTunnel(url.hostname)
    else this.#lookUp()
  }

  get done(): Promise<Dialled> {
    return this.#result.promise
  }

  /** Ends the attempt, unless it is over; nothing of it stays open. */
  fail(error: unknown): void {
    if (this.#settled) return
    this.#settle()
    this.#socket?.destroy()
    this.#result.reject(error)
  }

  #settle(): void {
    this.#settled = true
    this.#stopWaiting()
    if (this.#socket) this.#leave(this.#socket)
  }

  /** The name, for a proxy that does not resolve any. */
  #lookUp(): void {
    const { url, options } = this.#request
    resolveName(url.hostname, options, (error, address) => {
      if (this.#settled) return
      if (error) this.#broken(error)
      else this.#openTunnel(address)
    })
  }

  #openTunnel(hostname: string): void {
    const { url, proxy, limits } = this.#request
    this.#leg = legToProxy(this.#request, proxy!)
    try {
      this.#tunnel = tunnelThrough(proxy!, { hostname, port: url.port }, limits)
    } catch (error) {
      return this.fail(error)
    }
    this.#open()
  }

  #open(): void {
    const { proxy, options } = this.#request
    const { place } = this.#leg
    this.#phase = needsLookup(place) ? 'dns' : 'tcp'
    // What a proxy says is few bytes, and behind them the socket is another's.
    const take = proxy ? undefined : (bytes: Uint8Array) => this.#take(bytes)
    const tls = proxy ? proxy.tls : options.tls
    this.#use(() => openSocket(place, options, tls, take))
  }

  #use(begin: () => NetSocket): void {
    try {
      this.#socket = begin()
    } catch (error) {
      // A certificate or key that is not one is only noticed here.
      return this.fail(tlsOptionsFailure(this.#leg, error))
    }
    for (const [event, listener] of Object.entries(this.#listeners)) {
      this.#socket.on(event, listener)
    }
  }

  #leave(socket: NetSocket): void {
    for (const [event, listener] of Object.entries(this.#listeners)) socket.off(event, listener)
    // A socket without a listener for errors ends the process when it has one.
    socket.on('error', ignore)
  }

  #connected(): void {
    if (this.#leg.peer === 'server') return this.#ask()
    this.#phase = 'proxy'
    this.#socket!.write(this.#tunnel!.greeting)
  }

  #ask(): void {
    this.#phase = 'response'
    this.#socket!.write(this.#request.handshake.request, 'latin1')
  }

  /** Bytes that are lent: ours until the attempt is over, then the connection's. */
  #take(bytes: Uint8Array): void {
    const socket = this.#socket!
    const listener = listenerTo(socket)
    if (listener) listener.receive(bytes, true)
    else if (!this.#settled) this.#read(bytes.slice())
    // TLS brings all that it has, even where reading has been paused meanwhile.
    else if (!socket.destroyed) socket.push(bytes.slice())
  }

  #read(bytes: Uint8Array): void {
    if (this.#answered === 0) this.#first = bytes[0]!
    this.#answered += bytes.length
    if (this.#refusal) this.#readContent(bytes)
    else if (this.#leg.peer === 'proxy') this.#negotiate(this.#tunnel!.receive(bytes))
    else this.#judge(this.#request.handshake.receive(bytes))
  }

  #negotiate(result: TunnelResult): void {
    if (result.state === 'asking') {
      this.#answered = 0
      this.#socket!.write(result.send)
    } else if (result.state === 'open') this.#pass(result.rest)
    else if (result.state === 'refused') {
      const { fault, rest } = result
      const leg = this.#leg
      this.#refused(fault.response, rest, (body) => tunnelFailure(leg, fault, body))
    }
  }

  /** The way is open: from here on the server is spoken to. */
  #pass(rest: Uint8Array): void {
    const { url, options } = this.#request
    const socket = this.#socket!
    this.#leg = legToServer(this.#request)
    this.#answered = 0
    if (!url.secure) {
      this.#ask()
      if (rest.length > 0) this.#read(rest)
      return
    }
    if (rest.length > 0) return this.fail(earlyFailure(this.#leg))
    this.#phase = 'tls'
    this.#leave(socket)
    socket.pause()
    this.#use(() => secureSocket(socket, url, options.tls))
  }

  #judge(result: ClientHandshakeResult): void {
    if (result.state === 'open') {
      const { head, protocol, extensions, rest } = result
      const socket = this.#socket!
      if (isRecording()) noteHandshake(socket, this.#request.handshake.request, head)
      const extension = clientExtension(extensions, this.#request.deflate)
      if (extension === 'unoffered') return this.fail(this.#answerFailure(unoffered(head)))
      this.#settle()
      socket.pause()
      const { url } = this.#request
      this.#result.resolve({ socket, url, head, protocol, extensions, extension, rest })
    } else if (result.state === 'refused') {
      const { error, rest } = result
      this.#refused(error.response, rest, (body) => this.#answerFailure(error, body))
    }
  }

  #answerFailure(error: HandshakeError, body?: string): ConnectError {
    return answerFailure(this.#leg, error, this.#first, body)
  }

  #refused(
    response: ResponseHead | undefined,
    rest: Uint8Array,
    failure: (body?: string) => ConnectError,
  ): void {
    // What follows a 101 or a malformed head is not content; and who goes elsewhere need not read it.
    if (!response || response.status === 101) return this.fail(failure())
    const { status, fields } = response
    if (isFollowed(this.#request.options, status, fields.get('location'))) {
      return this.fail(failure())
    }
    this.#refusal = { failure, content: new ContentStart(status, fields) }
    const left = this.#until - performance.now()
    this.#stopWaiting()
    this.#stopWaiting = deadline(Math.min(left, contentTimeout), () => this.#timedOut())
    this.#readContent(rest)
  }

  #readContent(bytes: Uint8Array): void {
    const { content } = this.#refusal!
    content.push(bytes)
    if (content.whole) this.#refuse()
  }

  #refuse(): void {
    const { failure, content } = this.#refusal!
    this.fail(failure(content.text))
  }

  // Whatever ends the wait for a refusal's content, the refusal is what is reported.

  #ended(): void {
    if (this.#refusal) return this.#refuse()
    this.fail(endedFailure(this.#leg, this.#phase, this.#answered))
  }

  #broken(error: Error): void {
    if (this.#refusal) return this.#refuse()
    this.fail(systemFailure(this.#leg, this.#phase, error))
  }

  #timedOut(): void {
    if (this.#refusal) return this.#refuse()
    const { handshakeTimeout } = this.#request.limits
    this.fail(timeoutFailure(this.#leg, this.#phase, handshakeTimeout))
  }
}

/** RFC 7692 §7.1: the client fails the connection. */
function unoffered(response: ResponseHead): HandshakeError {
  const message = 'the server answered permessage-deflate with parameters that do not fit the offer'
  const received = response.fields.get('sec-websocket-extensions')
  return new HandshakeError('ERR_HANDSHAKE_EXTENSION', message, { response, received })
}

function ignore(): void {}

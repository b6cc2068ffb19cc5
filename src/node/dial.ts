import type { Socket as NetSocket } from 'node:net'
import {
  type ClientHandshakeResult,
  HandshakeError,
  type MessageExtension,
  type ResponseHead,
} from '../core/index.ts'
import type { ConnectPhase } from './connect-error.ts'
import {
  answerFailure,
  endedFailure,
  systemFailure,
  timeoutFailure,
  tlsOptionsFailure,
} from './connect-failure.ts'
import { needsLookup } from './connect-url.ts'
import { ContentStart } from './content-start.ts'
import { deadline } from './deadline.ts'
import { deferred, type Deferred } from './deferred.ts'
import type { DialRequest } from './dial-request.ts'
import { isRecording, noteHandshake } from './recorders.ts'
import { clientExtension } from './message-extensions.ts'
import { openSocket } from './open-socket.ts'
import { listenerTo } from './transport-listeners.ts'

/** A socket on which the opening handshake is done: paused, and with nobody listening to it. */
export type Dialled = Omit<Extract<ClientHandshakeResult, { state: 'open' }>, 'state'> & {
  readonly socket: NetSocket
  /** What was agreed on for messages. */
  readonly extension: MessageExtension | undefined
}

/** Milliseconds that the content of a refusal may take, for it is nice to have but no more. */
const contentTimeout = 1000

/**
 * Opens a TCP or TLS connection and does the opening handshake on it (RFC 6455 §4.1).
 * @param signal Destroys the attempt at any moment; ignored once it has succeeded.
 * @throws {ConnectError} when there is no connection; the reason of `signal` when that is aborted.
 */
export async function dial(request: DialRequest, signal?: AbortSignal): Promise<Dialled> {
  signal?.throwIfAborted()
  const attempt = new Attempt(request)
  const onAbort = (): void => attempt.fail(signal?.reason)
  signal?.addEventListener('abort', onAbort)
  try {
    return await attempt.done
  } finally {
    signal?.removeEventListener('abort', onAbort)
  }
}

/** One try, from the look-up of the name to the judgement of the response. */
class Attempt {
  readonly #request: DialRequest
  readonly #socket: NetSocket
  readonly #result: Deferred<Dialled> = deferred()
  #phase: ConnectPhase
  #stopWaiting: () => void
  /** Bytes of the response so far, and the first of them. */
  #answered = 0
  #first = -1
  /** The response was no acceptance: its content is read on for what it says. */
  #refusal: { readonly error: HandshakeError; readonly content: ContentStart } | undefined
  #settled = false
  readonly #startedAt = performance.now()

  readonly #listeners = {
    lookup: (error: Error | null) => {
      if (!error) this.#phase = 'tcp'
    },
    connect: () => {
      if (this.#request.url.secure) this.#phase = 'tls'
      else this.#ask()
    },
    secureConnect: () => this.#ask(),
    // A plain view: what comes behind the head may become the program's messages.
    data: (chunk: Buffer) =>
      this.#read(new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength)),
    end: () => this.#ended(),
    close: () => this.#ended(),
    error: (error: Error) => this.#broken(error),
  }

  constructor(request: DialRequest) {
    const socket = this.#open(request)
    this.#request = request
    this.#socket = socket
    this.#phase = needsLookup(request.url) ? 'dns' : 'tcp'
    for (const [event, listener] of Object.entries(this.#listeners)) socket.on(event, listener)
    this.#stopWaiting = deadline(request.timeout, () => this.#timedOut())
  }

  #open({ url, options }: DialRequest): NetSocket {
    try {
      return openSocket(url, options, options.tls, (bytes) => this.#take(bytes))
    } catch (error) {
      // A certificate or key that is not one is only noticed here.
      throw tlsOptionsFailure(url, error)
    }
  }

  get done(): Promise<Dialled> {
    return this.#result.promise
  }

  /** Ends the attempt, unless it is over; nothing of it stays open. */
  fail(error: unknown): void {
    if (this.#settled) return
    this.#settle()
    this.#socket.destroy()
    this.#result.reject(error)
  }

  #settle(): void {
    this.#settled = true
    this.#stopWaiting()
    for (const [event, listener] of Object.entries(this.#listeners)) {
      this.#socket.off(event, listener)
    }
    // A socket without a listener for errors ends the process when it has one.
    this.#socket.on('error', ignore)
  }

  #ask(): void {
    this.#phase = 'response'
    this.#socket.write(this.#request.handshake.request, 'latin1')
  }

  /** Bytes that are lent: ours until the attempt is over, then the connection's. */
  #take(bytes: Uint8Array): void {
    const listener = listenerTo(this.#socket)
    if (listener) listener.receive(bytes, true)
    else if (!this.#settled) this.#read(bytes.slice())
    // TLS brings all that it has, even where reading has been paused meanwhile.
    else if (!this.#socket.destroyed) this.#socket.unshift(bytes.slice())
  }

  #read(bytes: Uint8Array): void {
    if (this.#answered === 0) this.#first = bytes[0]!
    this.#answered += bytes.length
    if (this.#refusal) this.#readContent(bytes)
    else this.#judge(this.#request.handshake.receive(bytes))
  }

  #judge(result: ClientHandshakeResult): void {
    if (result.state === 'open') {
      const { head, protocol, extensions, rest } = result
      if (isRecording()) noteHandshake(this.#socket, this.#request.handshake.request, head)
      const extension = clientExtension(extensions, this.#request.deflate)
      if (extension === 'unoffered') return this.#refuse(unoffered(head))
      this.#settle()
      this.#socket.pause()
      const socket = this.#socket
      this.#result.resolve({ socket, head, protocol, extensions, extension, rest })
    } else if (result.state === 'refused') {
      this.#refused(result.error, result.rest)
    }
  }

  #refused(error: HandshakeError, rest: Uint8Array): void {
    const { response } = error
    // What follows a 101 or a malformed head is not content.
    if (!response || response.status === 101) return this.#refuse(error)
    this.#refusal = { error, content: new ContentStart(response.status, response.fields) }
    const left = this.#startedAt + this.#request.timeout - performance.now()
    this.#stopWaiting()
    this.#stopWaiting = deadline(Math.min(left, contentTimeout), () => this.#timedOut())
    this.#readContent(rest)
  }

  #readContent(bytes: Uint8Array): void {
    const { error, content } = this.#refusal!
    content.push(bytes)
    if (content.whole) this.#refuse(error)
  }

  #refuse(error: HandshakeError): void {
    const body = this.#refusal?.content.text
    this.fail(answerFailure(this.#request.url, error, this.#first, body))
  }

  // Whatever ends the wait for a refusal's content, the refusal is what is reported.

  #ended(): void {
    if (this.#refusal) return this.#refuse(this.#refusal.error)
    this.fail(endedFailure(this.#request.url, this.#phase, this.#answered))
  }

  #broken(error: Error): void {
    if (this.#refusal) return this.#refuse(this.#refusal.error)
    this.fail(systemFailure(this.#request.url, this.#phase, error))
  }

  #timedOut(): void {
    if (this.#refusal) return this.#refuse(this.#refusal.error)
    const { url, timeout } = this.#request
    this.fail(timeoutFailure(url, this.#phase, timeout))
  }
}

/** RFC 7692 §7.1: the client fails the connection. */
function unoffered(response: ResponseHead): HandshakeError {
  const message = 'the server answered permessage-deflate with parameters that do not fit the offer'
  const received = response.fields.get('sec-websocket-extensions')
  return new HandshakeError('ERR_HANDSHAKE_EXTENSION', message, { response, received })
}

function ignore(): void {}

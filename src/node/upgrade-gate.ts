import type { IncomingMessage } from 'node:http'
import type { Socket as NetSocket } from 'node:net'
import {
  type Agreement,
  checkServerPolicy,
  formatAcceptance,
  formatExtensions,
  formatRefusal,
  HeaderFields,
  type Limits,
  readUpgradeRequest,
  type Refusal,
  type RequestHead,
  type ServerHandshakePolicy,
  type UpgradeVerdict,
} from '../core/index.ts'
import { LocalProtocolError, TidewireError } from '../errors/index.ts'
import { deferred } from './deferred.ts'
import { HttpRequest } from './http-request.ts'
import { endSocket, isResponse, refuseWith } from './http-response.ts'
import { ports } from './ports.ts'
import type { ServerOptions } from './server.ts'
import type { Agreed } from './socket.ts'
import { report } from './socket-events.ts'

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
  readonly handshake: Handshake
}

/** Every socket that was ever upgraded: two protocols on one socket would tear each other's frames. */
const upgraded = new WeakSet<NetSocket>()

/** The opening handshake of a server: judges each request, asks the program, and answers. */
export class UpgradeGate<Data> {
  readonly #options: ServerOptions<Data>
  readonly #limits: Limits
  readonly #policy: ServerHandshakePolicy
  readonly #onLeft: () => void
  /** Sockets that are no WebSockets yet, or never will be, with their request while it is judged. */
  readonly #inside = new Map<NetSocket, HttpRequest>()
  #shut: Refusal | undefined

  /**
   * @param onLeft Called when a socket has left the gate, by either side.
   * @throws {OptionError}
   */
  constructor(options: ServerOptions<Data>, limits: Limits, onLeft: () => void) {
    const { origins = 'same-origin', protocols = [] } = options
    this.#options = options
    this.#limits = limits
    this.#policy = { origins, protocols, limits }
    this.#onLeft = onLeft
    checkServerPolicy(this.#policy)
  }

  get empty(): boolean {
    return this.#inside.size === 0
  }

  /** From here on every request is refused, those that are being judged as well. */
  shut(refusal: Refusal): void {
    this.#shut = refusal
    for (const request of this.#inside.values()) request.abort(new Error(refusal.body))
  }

  destroyRest(): void {
    for (const socket of this.#inside.keys()) socket.destroy()
  }

  /**
   * @returns What was agreed, or `undefined` when the request was refused or the client has gone.
   * @throws {LocalProtocolError} `ERR_UPGRADED`.
   */
  async enter(incoming: IncomingMessage, socket: NetSocket): Promise<Accepted<Data> | undefined> {
    if (upgraded.has(socket)) {
      throw new LocalProtocolError('ERR_UPGRADED', 'this socket has been upgraded before')
    }
    upgraded.add(socket)
    const request = new HttpRequest(incoming)
    this.#inside.set(socket, request)
    const left = (): void => this.#left(socket)
    socket.on('close', left)
    socket.on('error', ignore)
    const accepted = await this.#judge(incoming, request, socket)
    if (!accepted || socket.destroyed) return undefined
    socket.off('close', left)
    socket.off('error', ignore)
    this.#left(socket)
    return accepted
  }

  #left(socket: NetSocket): void {
    this.#inside.delete(socket)
    this.#onLeft()
  }

  async #judge(
    incoming: IncomingMessage,
    request: HttpRequest,
    socket: NetSocket,
  ): Promise<Accepted<Data> | undefined> {
    try {
      const verdict = this.#read(incoming)
      if (!verdict.accepted) return this.#refuse(socket, verdict.refusal)
      const data = await this.#ask(request)
      if (isResponse(data)) return await this.#refuseWith(socket, data)
      if (this.#shut) return this.#refuse(socket, this.#shut)
      const response = acceptance(verdict, request)
      if (!socket.destroyed) socket.write(response, 'latin1')
      return { data, agreed: agreedIn(verdict), handshake: { request, response } }
    } catch (error) {
      return this.#failed(socket, request, error)
    }
  }

  #read(incoming: IncomingMessage): UpgradeVerdict {
    if (this.#shut) return { accepted: false, refusal: this.#shut }
    return readUpgradeRequest(requestHead(incoming), this.#policy)
  }

  /** The program's answer, while the client is there and the time for the handshake lasts. */
  async #ask(request: HttpRequest): Promise<Data | Response> {
    const answer = this.#options.upgrade?.(request)
    if (!(answer instanceof Promise)) return answer as Data | Response
    const timeout = this.#limits.handshakeTimeout
    const timer = setTimeout(() => {
      const message = `the upgrade handler took longer than ${timeout} ms`
      request.abort(new TidewireError('ERR_UPGRADE_TIMEOUT', message))
    }, timeout)
    const gone = deferred<never>()
    const { signal } = request
    signal.addEventListener('abort', () => gone.reject(signal.reason), { once: true })
    try {
      return await Promise.race([answer, gone.promise])
    } finally {
      clearTimeout(timer)
    }
  }

  #refuse(socket: NetSocket, refusal: Refusal): undefined {
    endSocket(socket, formatRefusal(refusal), this.#limits.closeTimeout)
  }

  async #refuseWith(socket: NetSocket, response: Response): Promise<undefined> {
    await refuseWith(socket, response, this.#limits.closeTimeout)
  }

  /** The program failed, took too long, or the client went away meanwhile. */
  #failed(socket: NetSocket, request: HttpRequest, error: unknown): undefined {
    if (socket.destroyed) return
    if (this.#shut) return this.#refuse(socket, this.#shut)
    const late = request.signal.aborted
    report(this.#options, error)
    return this.#refuse(socket, late ? tooLate : failed)
  }
}

const tooLate: Refusal = {
  code: 'ERR_UPGRADE_TIMEOUT',
  status: 503,
  fields: [],
  body: 'the server took too long to decide about this request',
}

const failed: Refusal = {
  code: 'ERR_UPGRADE_FAILED',
  status: 500,
  fields: [],
  body: 'the server failed while it decided about this request',
}

/** The head that Node's parser has read. */
export function requestHead(incoming: IncomingMessage): RequestHead {
  const { method = '', url = '', httpVersion, rawHeaders } = incoming
  return { method, target: url, version: httpVersion, fields: new HeaderFields(rawHeaders) }
}

function acceptance(agreement: Agreement, request: HttpRequest): string {
  const fields = request.hasResponseHeaders ? request.responseHeaders : []
  return formatAcceptance({ ...agreement, fields }, ports)
}

function agreedIn({ protocol = '', extensions }: Agreement): Agreed {
  return { protocol, extensions: extensions.length > 0 ? formatExtensions(extensions) : '' }
}

/** A client that goes away during the handshake is no error: 'close' follows, and tells. */
function ignore(): void {}

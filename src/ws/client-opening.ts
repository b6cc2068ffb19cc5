import http, { type ClientRequest, type IncomingMessage } from 'node:http'
import https from 'node:https'
import type { Duplex } from 'node:stream'
import {
  acceptFor,
  HeaderFields,
  makeKey,
  type RequestHead,
  type ResponseHead,
} from '../core/index.ts'
import { isRecording, noteHandshake, ports } from '../node/transport.ts'
import type { ClientOptions } from './client-options.ts'
import { connectionDefaults } from './constants.ts'
import { extension } from './extension.ts'
import { PerMessageDeflate } from './permessage-deflate.ts'
import { Redirects } from './redirects.ts'
import { connectPlain, connectSecure, type RequestOptions } from './request-options.ts'
import { readTarget, type Target } from './target.ts'
import type { WebSocket } from './websocket.ts'

/** What becomes of the opening. */
export interface OpeningEvents {
  opened(socket: Duplex, head: Uint8Array): void
  /** It has failed; `failed` follows when that has been cleared up. */
  failing(): void
  failed(error: Error): void
}

const subprotocolOnly = /^[!#$%&'*+\-.0-9A-Z^_`|a-z~]+$/

/** The client's side of the opening handshake (RFC 6455 §4.1) over Node's HTTP client, with its redirects. */
export class ClientOpening {
  /** The options with ws's defaults. */
  readonly options: ClientOptions
  /** Where the client has been sent to by now. */
  url = ''
  request: ClientRequest | undefined
  readonly #websocket: WebSocket
  readonly #protocols: readonly string[]
  readonly #redirects: Redirects
  readonly #target: Target
  readonly #events: OpeningEvents
  #deflate: PerMessageDeflate | undefined
  #key = ''

  /** @throws {SyntaxError | RangeError} for a URL, a subprotocol or a version that there is not. */
  constructor(
    websocket: WebSocket,
    address: string | URL,
    protocols: string | readonly string[] | ClientOptions | undefined,
    options: ClientOptions | undefined,
    events: OpeningEvents,
  ) {
    const given = isOptions(protocols) ? protocols : options
    const wanted = isOptions(protocols) || protocols === undefined ? given?.protocols : protocols
    this.#websocket = websocket
    this.#events = events
    this.#protocols = wanted === undefined ? [] : [wanted].flat()
    this.options = {
      ...connectionDefaults,
      protocolVersion: 13,
      perMessageDeflate: true,
      followRedirects: false,
      maxRedirects: 10,
      ...given,
    }
    checkVersion(this.options.protocolVersion)
    const target = readTarget(address)
    this.url = target.url.href
    checkProtocols(this.#protocols)
    this.#redirects = new Redirects(target, given?.headers)
    this.#target = target
  }

  /** Sends the request. */
  begin(): void {
    this.#ask(this.#target)
  }

  /** Gives up; the error is told when the caller has returned. */
  abort(message: string): void {
    const { request } = this
    if (request) this.#abortRequest(request, new Error(message))
  }

  #ask(target: Target): void {
    const { handshakeTimeout, finishRequest, followRedirects } = this.options
    const options = this.#requestOptions(target)
    if (followRedirects) this.#redirects.applyTo(options, target, this.#websocket)
    const request = (target.secure ? https : http).request(options as object)
    this.request = request
    if (this.#redirects.count > 0) this.#websocket.emit('redirect', this.url, request)
    if (handshakeTimeout) {
      request.on('timeout', () =>
        this.#abortRequest(request, new Error('Opening handshake has timed out')),
      )
    }
    request.on('error', (error) => this.#broken(request, error))
    request.on('response', (response) => this.#answered(request, response, target))
    request.on('upgrade', (response, socket, head) => {
      if (isRecording()) noteHandshake(socket, sentHead(request), receivedHead(response))
      this.#upgraded(response, socket, head)
    })
    if (finishRequest) finishRequest(request, this.#websocket)
    else request.end()
  }

  #requestOptions(target: Target): RequestOptions {
    const { options } = this
    const { protocolVersion = 13, perMessageDeflate, origin, maxPayload } = options
    this.#key = makeKey(ports)
    this.#deflate = undefined
    const headers: Record<string, unknown> = {
      ...(this.#redirects.count > 0 ? this.#redirects.headers : (options.headers as object)),
      'Sec-WebSocket-Version': protocolVersion,
      'Sec-WebSocket-Key': this.#key,
      Connection: 'Upgrade',
      Upgrade: 'websocket',
    }
    if (perMessageDeflate) {
      const wanted = perMessageDeflate === true ? {} : perMessageDeflate
      this.#deflate = new PerMessageDeflate({ ...wanted, isServer: false, maxPayload })
      const offer = { [PerMessageDeflate.extensionName]: this.#deflate.offer() }
      headers['Sec-WebSocket-Extensions'] = extension.format(offer as never)
    }
    if (this.#protocols.length > 0) headers['Sec-WebSocket-Protocol'] = this.#protocols.join(',')
    if (origin) headers[protocolVersion < 13 ? 'Sec-WebSocket-Origin' : 'Origin'] = origin
    return {
      ...(options as object),
      createConnection: options.createConnection ?? (target.secure ? connectSecure : connectPlain),
      defaultPort: options.defaultPort || (target.secure ? 443 : 80),
      headers,
      timeout: options.handshakeTimeout,
      method: 'GET',
      protocol: undefined,
      hostname: undefined,
      host: target.host,
      port: target.port,
      path: target.path,
      socketPath: target.socketPath,
      auth: target.auth ?? options.auth ?? undefined,
    }
  }

  #answered(request: ClientRequest, response: IncomingMessage, target: Target): void {
    const { statusCode = 0, headers } = response
    const { followRedirects, maxRedirects = 10 } = this.options
    const redirected = headers.location && statusCode >= 300 && statusCode < 400
    if (!followRedirects || !redirected) {
      if (this.#websocket.emit('unexpected-response', request, response)) return
      const message = `Unexpected server response: ${statusCode}`
      return this.#abortRequest(request, new Error(message))
    }
    if (++this.#redirects.count > maxRedirects) {
      return this.#abortRequest(request, new Error('Maximum redirects exceeded'))
    }
    this.request = undefined
    request.destroy()
    let next: Target
    try {
      next = readTarget(headers.location!, target.url)
    } catch (error) {
      return this.#fail(error as Error)
    }
    this.url = next.url.href
    this.#ask(next)
  }

  #upgraded(response: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.#websocket.emit('upgrade', response)
    // A listener may have closed the WebSocket.
    if (this.#websocket.readyState !== this.#websocket.CONNECTING) return
    this.request = undefined
    const fault = this.#judge(response)
    if (fault === undefined) return this.#events.opened(socket, head)
    const error = new Error(fault)
    this.#events.failing()
    socket.once('error', () => {})
    socket.once('close', () => this.#events.failed(error))
    socket.destroy(error)
  }

  /** What is wrong with the server's acceptance, if anything is (RFC 6455 §4.1). */
  #judge({ headers }: IncomingMessage): string | undefined {
    if (headers.upgrade?.toLowerCase() !== 'websocket') return 'Invalid Upgrade header'
    if (headers['sec-websocket-accept'] !== acceptFor(this.#key, ports)) {
      return 'Invalid Sec-WebSocket-Accept header'
    }
    const protocol = headers['sec-websocket-protocol']
    if (protocol === undefined) {
      if (this.#protocols.length > 0) return 'Server sent no subprotocol'
    } else if (this.#protocols.length === 0) {
      return 'Server sent a subprotocol but none was requested'
    } else if (!this.#protocols.includes(protocol)) {
      return 'Server sent an invalid subprotocol'
    }
    this.#websocket._protocol = protocol ?? ''
    return this.#judgeExtensions(headers['sec-websocket-extensions'])
  }

  #judgeExtensions(answer: string | undefined): string | undefined {
    if (answer === undefined) return undefined
    const deflate = this.#deflate
    if (!deflate) {
      return 'Server sent a Sec-WebSocket-Extensions header but no extension was requested'
    }
    try {
      const { [PerMessageDeflate.extensionName]: answered, ...others } = extension.parse(answer)
      if (!answered || Object.keys(others).length > 0) {
        return 'Server indicated an extension that was not requested'
      }
      deflate.accept(answered)
    } catch {
      return 'Invalid Sec-WebSocket-Extensions header'
    }
    this.#websocket._extensions = { [PerMessageDeflate.extensionName]: deflate }
    return undefined
  }

  #abortRequest(request: ClientRequest, error: Error): void {
    if (this.request !== request) return
    this.request = undefined
    this.#events.failing()
    request.destroy()
    // A request that is complete leaves its socket alone.
    request.socket?.destroy()
    process.nextTick(() => this.#events.failed(error))
  }

  #broken(request: ClientRequest, error: Error): void {
    if (this.request === request) this.#fail(error)
  }

  #fail(error: Error): void {
    this.request = undefined
    this.#events.failing()
    this.#events.failed(error)
  }
}

function isOptions(value: unknown): value is ClientOptions {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function checkVersion(version: number | undefined): void {
  if (version === 8 || version === 13) return
  throw new RangeError(`Unsupported protocol version: ${version} (supported versions: 8, 13)`)
}

function checkProtocols(protocols: readonly unknown[]): void {
  const sound = protocols.every((one) => typeof one === 'string' && subprotocolOnly.test(one))
  if (sound && new Set(protocols).size === protocols.length) return
  throw new SyntaxError('An invalid or duplicated subprotocol was specified')
}

/** What Node's client has sent, as far as it tells. */
function sentHead(request: ClientRequest): RequestHead {
  const fields = new HeaderFields()
  for (const name of request.getRawHeaderNames()) {
    for (const value of [request.getHeader(name) ?? []].flat()) fields.append(name, String(value))
  }
  return { method: request.method, target: request.path, version: '1.1', fields }
}

function receivedHead({
  httpVersion,
  statusCode,
  statusMessage,
  rawHeaders,
}: IncomingMessage): ResponseHead {
  const fields = new HeaderFields(rawHeaders)
  return { version: httpVersion, status: statusCode ?? 0, reason: statusMessage ?? '', fields }
}

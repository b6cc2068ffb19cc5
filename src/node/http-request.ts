import type { IncomingMessage } from 'node:http'
import type { Socket as NetSocket } from 'node:net'
import { Readable } from 'node:stream'
import { TLSSocket } from 'node:tls'
import { HeaderFields, type RequestHead } from '../core/index.ts'
import { TidewireError } from '../errors/index.ts'
import { clientAddress, type Proxies } from './client-address.ts'
import { deferred } from './deferred.ts'

const defaultBodyLimit = 1 << 20

/**
 * An HTTP request in the shape of the Fetch API. Nothing is made before it is asked for: most upgrades
 * look at one header, and building a real `Request` for each costs more than the handshake.
 */
export class HttpRequest {
  readonly #head: RequestHead
  readonly #socket: NetSocket
  readonly #proxies: Required<Proxies> | undefined
  readonly #incoming: IncomingMessage | undefined
  #headers: Headers | undefined
  #cookies: ReadonlyMap<string, string> | undefined
  #responseHeaders: Headers | undefined
  #abort: AbortController | undefined
  /** Takes the listener of `signal` off the socket. */
  #release: (() => void) | undefined
  #answered = false
  #body: ReadableStream<Uint8Array> | undefined
  #bodyTaken = false

  /** @internal */
  constructor(
    head: RequestHead,
    socket: NetSocket,
    proxies: Required<Proxies> | undefined,
    incoming?: IncomingMessage,
  ) {
    this.#head = head
    this.#socket = socket
    this.#proxies = proxies
    this.#incoming = incoming
  }

  /** The client's IP address: with the server's option `proxies`, as they tell it. */
  get remoteAddress(): string | undefined {
    return clientAddress(this.#head.fields, this.#socket, this.#proxies)
  }

  get method(): string {
    return this.#head.method
  }

  /** The absolute URL, with the host that the client named. */
  get url(): string {
    const { fields, target } = this.#head
    // RFC 9112 §3.2.2: a client may send the whole URL, as to a proxy.
    if (absolute.test(target)) return target
    const origin = `${this.encrypted ? 'https' : 'http'}://${fields.get('host') ?? 'localhost'}`
    return target.startsWith('/') ? origin + target : `${origin}/${target}`
  }

  /** The path of the URL, as sent: without the query, and percent-encoded. */
  get path(): string {
    return pathOf(this.#head.target)
  }

  /** The query of the URL, decoded. */
  get searchParams(): URLSearchParams {
    const { target } = this.#head
    const query = target.indexOf('?')
    return new URLSearchParams(query < 0 ? '' : target.slice(query))
  }

  /** The header lines as they came: in order, in their own case, repeated ones apart. */
  get headerLines(): (readonly [name: string, value: string])[] {
    return [...this.#head.fields]
  }

  get headers(): Headers {
    if (!this.#headers) {
      this.#headers = new Headers()
      for (const [name, value] of this.headerLines) this.#headers.append(name, value)
    }
    return this.#headers
  }

  /** The cookies by name, percent-decoded where they can be; the first of a name counts. */
  get cookies(): ReadonlyMap<string, string> {
    return (this.#cookies ??= parseCookies(this.#head.fields.all('cookie').join('; ')))
  }

  /** The TLS connection, for its certificate, protocol and cipher; `undefined` without TLS. */
  get tls(): TLSSocket | undefined {
    return this.#socket instanceof TLSSocket ? this.#socket : undefined
  }

  /**
   * Node's own request, with what a framework has put on it: a session, the parameters of a route. An upgrade
   * that came to `serve` may have none.
   */
  get incoming(): IncomingMessage | undefined {
    return this.#incoming
  }

  /** @internal Whether it came over TLS. */
  get encrypted(): boolean {
    return isEncrypted(this.#socket)
  }

  /** Aborted when the client goes away before it has its answer, or its time for the handshake is up. */
  get signal(): AbortSignal {
    if (!this.#abort) {
      const abort = (this.#abort = new AbortController())
      const socket = this.#socket
      const onClose = (): void => abort.abort()
      if (socket.destroyed) abort.abort()
      else if (!this.#answered) socket.once('close', onClose)
      this.#release = () => socket.off('close', onClose)
    }
    return this.#abort.signal
  }

  /** @internal The handshake's time is up, or the client has gone. */
  abort(reason: Error): void {
    this.#abort ??= new AbortController()
    this.#abort.abort(reason)
  }

  /** @internal From here on `signal` means nothing: the socket may see many more requests. */
  answered(): void {
    this.#answered = true
    this.#release?.()
    this.#release = undefined
  }

  /** In `upgrade`: headers for the 101 answer, such as Set-Cookie. */
  get responseHeaders(): Headers {
    return (this.#responseHeaders ??= new Headers())
  }

  /** @internal */
  get hasResponseHeaders(): boolean {
    return this.#responseHeaders !== undefined
  }

  /** The body as a stream; `null` for a GET or HEAD. */
  get body(): ReadableStream<Uint8Array> | null {
    if (this.method === 'GET' || this.method === 'HEAD') return null
    if (!this.#body) {
      this.#body = Readable.toWeb(this.#takeBody()) as ReadableStream<Uint8Array>
    }
    return this.#body
  }

  /**
   * The whole body, once.
   * @param options.limit Bytes it may have. Default 1 MiB.
   * @throws {TidewireError} `ERR_BODY_TOO_LARGE`, as soon as that is known.
   * @throws {TypeError} when the body has been read already.
   */
  async bytes({ limit = defaultBodyLimit }: { limit?: number } = {}): Promise<Uint8Array> {
    const announced = Number(this.#head.fields.get('content-length') ?? 0)
    const content = this.#takeBody()
    if (announced > limit) throw tooLarge(limit)
    return gather(content, limit)
  }

  /** The body as text; bytes that are not UTF-8 become U+FFFD. Limit and errors as for `bytes`. */
  async text(options?: { limit?: number }): Promise<string> {
    return new TextDecoder().decode(await this.bytes(options))
  }

  /** The body as JSON. Limit and errors as for `bytes`, and a SyntaxError for what is no JSON. */
  async json(options?: { limit?: number }): Promise<unknown> {
    return JSON.parse(await this.text(options)) as unknown
  }

  #takeBody(): Readable {
    if (this.#bodyTaken) throw new TypeError('the body of this request has been read already')
    this.#bodyTaken = true
    return this.#incoming ?? Readable.from([])
  }

  /** A real `Request`, for code that wants one, such as a router's `fetch`. */
  toRequest(): Request {
    const { method, url, headers, body, signal } = this
    return new Request(url, { method, headers, body, signal, duplex: 'half' })
  }
}

/** The start of a request target in absolute form (RFC 9112 §3.2.2). */
const absolute = /^[a-z][a-z0-9+.-]*:\/\/[^/?]*/i

/** The path of a request target, without the query. */
export function pathOf(target: string): string {
  const path = target.startsWith('/') ? target : target.replace(absolute, '')
  const query = path.indexOf('?')
  return (query < 0 ? path : path.slice(0, query)) || '/'
}

/** The head that Node's parser has read. */
export function requestHead(incoming: IncomingMessage): RequestHead {
  const { method = '', url = '', httpVersion, rawHeaders } = incoming
  return { method, target: url, version: httpVersion, fields: new HeaderFields(rawHeaders) }
}

/** RFC 6265 §4.2.1: `name=value; name=value`. */
function parseCookies(header: string): ReadonlyMap<string, string> {
  const cookies = new Map<string, string>()
  for (const pair of header.split(';')) {
    const equals = pair.indexOf('=')
    const name = pair.slice(0, equals).trim()
    if (equals < 0 || cookies.has(name)) continue
    const value = pair.slice(equals + 1).trim()
    cookies.set(name, decoded(value.startsWith('"') ? value.slice(1, -1) : value))
  }
  return cookies
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}

/**
 * By events and not by `for await`, which destroys the connection when it is left early: a body over the
 * limit is thrown away as it comes, so that the client reads its 413.
 */
function gather(content: Readable, limit: number): Promise<Uint8Array> {
  const { promise, resolve, reject } = deferred<Uint8Array>()
  const gone = (): void => reject(new Error('the client went away before the end of the body'))
  // Then there is no event left to wait for.
  if (content.destroyed && !content.readableEnded) gone()
  const chunks: Buffer[] = []
  let length = 0
  content.on('data', (chunk: Buffer) => {
    length += chunk.length
    if (length <= limit) chunks.push(chunk)
    else reject(tooLarge(limit))
  })
  content.on('end', () => resolve(new Uint8Array(Buffer.concat(chunks))))
  content.on('error', reject)
  content.on('close', () => {
    if (!content.readableEnded) gone()
  })
  return promise
}

function tooLarge(limit: number): TidewireError {
  return new TidewireError('ERR_BODY_TOO_LARGE', `the request body is over ${limit} bytes`)
}

/** Whether TLS is on. On Bun the socket of such a request is no TLSSocket, and says no more than this. */
export function isEncrypted(socket: NetSocket & { readonly encrypted?: boolean }): boolean {
  return socket.encrypted === true
}

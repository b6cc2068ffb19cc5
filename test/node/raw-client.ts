import assert from 'node:assert/strict'
import { connect as connectTcp, type Socket } from 'node:net'
import type { TestContext } from 'node:test'
import { connect as connectTls } from 'node:tls'
import { deferred } from '../../dist/node/deferred.js'
import { serve, type ListeningServer, type ServeOptions } from '../../dist/node/index.js'

/** What to change in {@link upgradeHead}: `undefined` leaves a field out, a list repeats it. */
export type FieldChanges = Readonly<Record<string, string | readonly string[] | undefined>>

/** The request that opens a WebSocket, in the words of RFC 6455 §1.2. */
export function upgradeHead(changes: FieldChanges = {}, requestLine = 'GET / HTTP/1.1'): string {
  const fields: FieldChanges = {
    Host: 'example.localhost',
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
    ...changes,
  }
  const lines = [requestLine]
  for (const [name, values] of Object.entries(fields)) {
    for (const value of [values ?? []].flat()) lines.push(`${name}: ${value}`)
  }
  return `${lines.join('\r\n')}\r\n\r\n`
}

export const opcodes = { more: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const

/** A masked frame, as a client sends it. */
export function frame(opcode: number, payload: Uint8Array | string = '', fin = true): Buffer {
  const bytes = Buffer.from(payload as string)
  const { length } = bytes
  const size = length < 126 ? [length] : length < 65_536 ? [126, length >> 8] : [127, 0, 0, 0, 0]
  if (size[0] === 126) size.push(length & 255)
  if (size[0] === 127) size.push(length >>> 24, length >> 16, length >> 8, length)
  const mask = [1, 2, 3, 4]
  const head = [(fin ? 0x80 : 0) | opcode, 0x80 | size[0]!, ...size.slice(1), ...mask]
  return Buffer.concat([Buffer.from(head), bytes.map((byte, i) => byte ^ mask[i % 4]!)])
}

export function closePayload(code: number, reason = ''): Buffer {
  return Buffer.concat([Buffer.of(code >> 8, code & 255), Buffer.from(reason)])
}

export interface Received {
  readonly opcode: number
  readonly fin: boolean
  readonly payload: Buffer
}

export interface Answer {
  readonly status: number
  readonly head: string
  /** By name in lower case. */
  readonly fields: ReadonlyMap<string, string>
  readonly body: string
}

/** Who ends what it opened when it is over, such as a test. */
export type Scope = Pick<TestContext, 'after'>

/** A client that writes its bytes by hand. */
export class RawClient {
  readonly socket: Socket
  /** The error that ended it, such as ECONNRESET. */
  error: NodeJS.ErrnoException | undefined
  ended = false
  closed = false
  #bytes = Buffer.alloc(0)
  #news = deferred<void>()

  constructor(t: Scope, socket: Socket) {
    this.socket = socket
    t.after(() => socket.destroy())
    socket.on('data', (chunk: Buffer) => {
      this.#bytes = Buffer.concat([this.#bytes, chunk])
      this.#tell()
    })
    socket.on('error', (error) => (this.error = error))
    socket.on('end', () => this.#tell((this.ended = true)))
    socket.on('close', () => this.#tell((this.closed = true)))
  }

  /** Bytes that have come and were not taken. */
  get pending(): Buffer {
    return this.#bytes
  }

  write(...parts: readonly (Uint8Array | string)[]): void {
    this.socket.write(Buffer.concat(parts.map((part) => Buffer.from(part as string, 'latin1'))))
  }

  /** Upgrades, and gives the head of the 101. */
  async upgrade(changes?: FieldChanges, requestLine?: string): Promise<string> {
    this.write(upgradeHead(changes, requestLine))
    const head = await this.head()
    assert.match(head, /^HTTP\/1\.1 101 /)
    return head
  }

  /** Until the other side has ended its half. */
  async end(): Promise<void> {
    while (!this.ended) await this.#news.promise
  }

  head(): Promise<string> {
    return this.#take((bytes) => {
      const end = bytes.indexOf('\r\n\r\n')
      return end < 0 ? undefined : [bytes.toString('latin1', 0, end), end + 4]
    })
  }

  /** A response whose content has a length, is chunked, or ends with the connection. */
  async answer(): Promise<Answer> {
    const head = await this.head()
    const lines = head.split('\r\n').slice(1)
    const fields = new Map(
      lines.map((line) => [
        line.slice(0, line.indexOf(':')).toLowerCase(),
        line.slice(line.indexOf(':') + 2),
      ]),
    )
    const status = Number(head.split(' ')[1])
    return { status, head, fields, body: await this.#body(fields) }
  }

  async #body(fields: ReadonlyMap<string, string>): Promise<string> {
    const length = fields.get('content-length')
    if (length !== undefined) return (await this.bytes(Number(length))).toString()
    if (fields.get('transfer-encoding') !== 'chunked') return ''
    let body = ''
    for (;;) {
      const size = await this.#take<number>((bytes) => {
        const end = bytes.indexOf('\r\n')
        return end < 0
          ? undefined
          : [Number.parseInt(bytes.toString('latin1', 0, end), 16), end + 2]
      })
      body += (await this.bytes(size + 2)).toString().slice(0, -2)
      if (size === 0) return body
    }
  }

  bytes(length: number): Promise<Buffer> {
    return this.#take((bytes) =>
      bytes.length < length ? undefined : [bytes.subarray(0, length), length],
    )
  }

  /** The next frame of the server. */
  async frame(): Promise<Received> {
    const [first, second] = await this.bytes(2)
    assert.ok(second! < 0x80, 'a server does not mask')
    let length = second!
    if (length === 126) length = (await this.bytes(2)).readUInt16BE()
    else if (length === 127) length = Number((await this.bytes(8)).readBigUInt64BE())
    const payload = await this.bytes(length)
    return { opcode: first! & 15, fin: first! >= 0x80, payload }
  }

  async text(): Promise<string> {
    const { opcode, payload } = await this.frame()
    assert.equal(opcode, opcodes.text)
    return payload.toString()
  }

  /** The next frame, which has to be a close. */
  async closeFrame(): Promise<{ code: number; reason: string }> {
    const { opcode, payload } = await this.frame()
    assert.equal(opcode, opcodes.close, `a frame with opcode ${opcode}`)
    const code = payload.length < 2 ? 1005 : payload.readUInt16BE()
    return { code, reason: payload.toString('utf8', 2) }
  }

  /** Closes as a good client does. */
  async close(code = 1000): Promise<void> {
    this.write(frame(opcodes.close, closePayload(code)))
    await this.gone()
  }

  /** Resolves when the connection is over at both ends. */
  async gone(): Promise<void> {
    while (!this.closed) await this.#news.promise
  }

  async #take<Value>(
    read: (bytes: Buffer) => readonly [Value, number] | undefined,
  ): Promise<Value> {
    for (;;) {
      const found = read(this.#bytes)
      if (found) {
        this.#bytes = this.#bytes.subarray(found[1])
        return found[0]
      }
      if (this.ended || this.closed) {
        throw new Error(`the connection ended: ${this.#bytes.toString('latin1')}`)
      }
      await this.#news.promise
    }
  }

  #tell(_changed?: boolean): void {
    const news = this.#news
    this.#news = deferred()
    news.resolve()
  }
}

/** Where a server listens. */
export type Address = Pick<ListeningServer, 'port' | 'hostname' | 'url'>

/** A raw connection to a server of `serve`; over TLS when it has that. */
export function rawClient(t: Scope, server: Address): RawClient {
  const { port, hostname, url } = server
  if (port === 0) return new RawClient(t, connectTcp(hostname))
  if (!url.startsWith('https')) return new RawClient(t, connectTcp(port, hostname))
  return new RawClient(t, connectTls({ port, host: hostname, rejectUnauthorized: false }))
}

/** A server that is closed after the test, with nothing left. */
export async function served<Data>(
  t: TestContext,
  options: ServeOptions<Data> = {},
): Promise<ListeningServer<Data>> {
  const unexpected: unknown[] = []
  const server = await serve({ error: (_, error) => unexpected.push(error), ...options })
  t.after(async () => {
    await server.close({ timeout: 0 })
    assert.equal(server.sockets.size, 0)
    assert.deepEqual(server.topics, [])
    assert.deepEqual(unexpected, [])
  })
  return server
}

/** A raw client whose WebSocket is open. */
export async function opened(
  t: Scope,
  server: Address,
  changes?: FieldChanges,
): Promise<RawClient> {
  const client = rawClient(t, server)
  await client.upgrade(changes)
  return client
}

export interface Calls<Value> {
  /** Every call so far. */
  readonly all: Value[]
  /** A call that was not waited for yet, as soon as there is one. */
  readonly next: () => Promise<Value>
  readonly note: (value: Value) => void
}

/** Notes calls, such as those of a handler, for a test to wait for. */
export function calls<Value>(): Calls<Value> {
  const all: Value[] = []
  let waited = 0
  let news = deferred<void>()
  return {
    all,
    note(value) {
      all.push(value)
      news.resolve()
      news = deferred()
    },
    async next() {
      const index = waited++
      while (all.length <= index) await news.promise
      return all[index]!
    },
  }
}

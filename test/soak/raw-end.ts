import { randomBytes } from 'node:crypto'
import { connect as connectTcp, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { type Deferred, deferred } from '../../dist/node/deferred.js'
import type { Message } from '../../dist/node/index.js'
import { Random } from '../fuzz/random.ts'
import { closePayload, frame, opcodes, upgradeHead } from '../node/raw-client.ts'
import type { Account } from './account.ts'
import type { End } from './end.ts'
import type { Ports } from './messages.ts'

/** A client over a bare socket, which cuts its frames where it likes. */
export async function connectRaw(account: Account, ports: Ports): Promise<End> {
  const { endpoint, id } = account.plan
  const port = ports[endpoint]
  // Half-open, so that it can end its side and still read.
  const tcp = connectTcp({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true })
  const socket = endpoint === 'tls' ? connectTls({ socket: tcp, rejectUnauthorized: false }) : tcp
  const end = new RawEnd(socket, tcp, account)
  const key = randomBytes(16).toString('base64')
  const head = upgradeHead(
    { Host: '127.0.0.1', 'Sec-WebSocket-Key': key },
    `GET /soak/${id} HTTP/1.1`,
  )
  socket.write(head)
  await end.opened
  return end
}

class RawEnd implements End {
  readonly #socket: Socket
  readonly #tcp: Socket
  readonly #account: Account
  readonly #random: Random
  readonly #opened: Deferred<void> = deferred()
  /** Resolved when the socket takes more, or is closed. */
  #room: Deferred<void> | undefined
  #unread: Buffer[] = []
  #length = 0
  #needed = 0
  #headRead = false
  #parts: Buffer[] = []
  #isText = false
  #code = 1006
  #closeSent = false

  constructor(socket: Socket, tcp: Socket, account: Account) {
    this.#socket = socket
    this.#tcp = tcp
    this.#account = account
    this.#random = new Random(account.plan.id)
    let text = ''
    socket.on('data', (chunk: Buffer) => this.#read(chunk))
    socket.on('end', () => socket.end())
    socket.on('drain', () => this.#room?.resolve())
    socket.on('error', (error) => (text = error.message))
    tcp.on('error', () => {})
    socket.on('close', () => {
      this.#room?.resolve()
      this.#opened.reject(new Error(`closed before it was open: ${text}`))
      const wasClean = this.#code !== 1006 && this.#closeSent
      account.finish({ code: this.#code, wasClean, text })
    })
  }

  get opened(): Promise<void> {
    return this.#opened.promise
  }

  get open(): boolean {
    return this.#socket.writable && !this.#closeSent
  }

  send(message: Message): Promise<boolean> {
    return this.#send([frame(typeof message === 'string' ? opcodes.text : opcodes.binary, message)])
  }

  /** With control frames between the fragments (RFC 6455 §5.4). */
  async sendFragments(parts: readonly Message[]): Promise<boolean> {
    const first = typeof parts[0] === 'string' ? opcodes.text : opcodes.binary
    for (const [i, part] of parts.entries()) {
      const frames = [frame(i === 0 ? first : opcodes.more, part, i === parts.length - 1)]
      if (i > 0 && this.#random.once(3)) frames.unshift(frame(opcodes.ping, 'between'))
      if (!(await this.#send(frames))) return false
    }
    return true
  }

  async #send(frames: readonly Buffer[]): Promise<boolean> {
    if (!this.open) return false
    const bytes = Buffer.concat(frames)
    // A frame may come in any number of pieces (RFC 6455 §5.2 knows none).
    const at = this.#random.once(5) ? this.#random.below(bytes.length) : 0
    if (at > 0) this.#socket.write(bytes.subarray(0, at))
    if (this.#socket.write(bytes.subarray(at))) return true
    this.#room = deferred()
    await this.#room.promise
    return true
  }

  ping(): void {
    if (!this.open) return
    this.#account.pings++
    this.#socket.write(frame(opcodes.ping, 'there?'))
  }

  pause(): void {
    this.#socket.pause()
  }

  resume(): void {
    this.#socket.resume()
  }

  close(code: number): void {
    if (!this.open) return
    this.#closeSent = true
    this.#socket.write(frame(opcodes.close, closePayload(code, 'as planned')))
  }

  cut(): void {
    if (this.#socket === this.#tcp) this.#tcp.resetAndDestroy()
    else this.#socket.destroy()
  }

  halfClose(): void {
    this.#socket.end()
  }

  breakProtocol(): void {
    this.#closeSent = true
    this.#socket.write(frame(0xf, 'no such opcode'))
  }

  #read(chunk: Buffer): void {
    this.#unread.push(chunk)
    this.#length += chunk.length
    while (this.#length > 0 && this.#length >= this.#needed) {
      const bytes = this.#unread.length === 1 ? this.#unread[0]! : Buffer.concat(this.#unread)
      const taken = this.#headRead ? this.#readFrame(bytes) : this.#readHead(bytes)
      this.#unread = [bytes.subarray(taken)]
      this.#length -= taken
      if (taken === 0) return
      this.#needed = 0
    }
  }

  #readHead(bytes: Buffer): number {
    const end = bytes.indexOf('\r\n\r\n')
    if (end < 0) return 0
    this.#headRead = true
    const accepted = bytes.toString('latin1', 0, 13) === 'HTTP/1.1 101 '
    if (accepted) this.#opened.resolve()
    else this.#socket.destroy(new Error(bytes.toString('latin1', 0, end)))
    return end + 4
  }

  /** @returns How many bytes were a frame; 0 while it is not whole, and then `needed` says when it is. */
  #readFrame(bytes: Buffer): number {
    let at = 2
    if (bytes.length < (this.#needed = at)) return 0
    let length = bytes[1]!
    if (length >= 126) at = length === 126 ? 4 : 10
    if (bytes.length < (this.#needed = at)) return 0
    if (length === 126) length = bytes.readUInt16BE(2)
    else if (length === 127) length = Number(bytes.readBigUInt64BE(2))
    if (bytes.length < (this.#needed = at + length)) return 0
    this.#take(bytes[0]!, bytes.subarray(at, at + length))
    return at + length
  }

  #take(first: number, payload: Buffer): void {
    const opcode = first & 15
    if (opcode === opcodes.close) return this.#answerClose(payload)
    if (opcode === opcodes.pong) return void this.#account.pongs++
    if (opcode === opcodes.ping) {
      if (this.open) this.#socket.write(frame(opcodes.pong, payload))
      return
    }
    if (opcode !== opcodes.more) this.#isText = opcode === opcodes.text
    this.#parts.push(payload)
    if (first < 0x80) return
    const message = Buffer.concat(this.#parts.splice(0))
    this.#account.hear(this.#isText ? message.toString() : message)
  }

  #answerClose(payload: Buffer): void {
    this.#code = payload.length < 2 ? 1005 : payload.readUInt16BE()
    if (this.open) this.#socket.write(frame(opcodes.close, payload.subarray(0, 2)))
    this.#closeSent = true
    this.#socket.end()
  }
}

import type { Socket as NetSocket } from 'node:net'
import {
  type CloseOutcome,
  Connection,
  type ConnectionHandler,
  type ConnectionSettings,
  type EncodedMessage,
  type HeldMessage,
  type Message,
  type MessageExtension,
  type PingReply,
  type SharedMessage,
} from '../core/index.ts'
import { RemoteProtocolError } from '../errors/index.ts'
import { Backlog, type SendResult, type SlowConsumerPolicy, type Subscriber } from '../hub/index.ts'
import type { Deadlines, Timed } from './deadlines.ts'
import type { DeflateEndpoint } from './message-extensions.ts'

/** What a pump tells the owner of its connection. None of these may throw. */
export interface PumpEvents<Owner> {
  message(owner: Owner, message: Message): void
  ping(owner: Owner, payload: Uint8Array): void
  pong(owner: Owner, payload: Uint8Array): void
  /** The transport takes more again. */
  drain(owner: Owner): void
  closed(owner: Owner, outcome: CloseOutcome, pump: Pump<Owner>): void
}

/** What all pumps of a server, or of a client, share: so that a connection has no closures of its own. */
export interface PumpSettings<Owner> {
  readonly connection: ConnectionSettings
  readonly events: PumpEvents<Owner>
  readonly deadlines: Deadlines
  readonly slowConsumer: SlowConsumerPolicy
  /** `undefined` when messages are never compressed. */
  readonly deflate: DeflateEndpoint | undefined
}

/** Output is written out at this size even in the middle of a turn, so that a burst shows up as congestion. */
const flushAt = 65_536

/** A pump whatever its owner is. */
type AnyPump = Pick<Pump<unknown>, 'receive' | 'end' | 'drained' | 'failed' | 'lost' | 'flushTurn'>

/** Pumps with output from outside a read; they are flushed together at the end of the turn. */
let unflushed: AnyPump[] = []

const pumpOf = Symbol('tidewire.pump')
type Pumped = NetSocket & { [pumpOf]?: AnyPump }

/**
 * The one place where bytes move between a socket and the protocol core, for server and client alike:
 * reads, writes, backpressure both ways, deadlines, and the end of the transport.
 */
export class Pump<Owner> implements ConnectionHandler, Subscriber, Timed {
  readonly connection: Connection
  readonly socket: NetSocket
  readonly #settings: PumpSettings<Owner>
  #owner: Owner | undefined
  /** Messages that wait because the transport takes no more. */
  #backlog: Backlog | undefined
  #congested = false
  #reading = false
  /** Whether this pump stands in `unflushed`. */
  #scheduled = false
  #error: Error | undefined
  slot: number = Infinity

  constructor(socket: NetSocket, settings: PumpSettings<Owner>) {
    this.socket = socket
    this.#settings = settings
    this.connection = new Connection(settings.connection, this)
  }

  /**
   * Listens to the socket and opens the connection. Nothing is read before `start`.
   * @param extension What was agreed on for its messages.
   */
  open(owner: Owner, extension?: MessageExtension): void {
    this.#owner = owner
    const socket: Pumped = this.socket
    socket[pumpOf] = this
    socket.setTimeout(0)
    socket.setNoDelay(true)
    socket.on('error', onError)
    socket.on('close', onClose)
    socket.on('drain', onDrain)
    this.connection.open(extension)
  }

  /** Begins to read. @param head Bytes that came with the handshake. */
  start(head: Uint8Array): void {
    const { socket } = this
    socket.on('data', onData)
    socket.on('end', onEnd)
    if (head.length > 0) this.receive(head)
    this.#resumeSocket()
    this.#settle()
  }

  // ---- from the transport

  receive(bytes: Uint8Array): void {
    this.#reading = true
    this.connection.receive(bytes)
    this.#reading = false
    if (this.connection.decoding) this.socket.pause()
    this.#settle()
  }

  end(): void {
    this.connection.end()
    this.#settle()
  }

  failed(error: Error): void {
    this.#error = error
  }

  lost(): void {
    this.#settings.deadlines.forget(this)
    this.connection.lose(this.#error)
  }

  drained(): void {
    // 'drain' also comes when the kernel has taken a large write at once, and nothing waited for it.
    if (!this.#congested) return
    this.#congested = false
    this.connection.congested = false
    this.#catchUp()
  }

  // ---- to the transport

  /** Whether the transport takes nothing more for now. */
  get blocked(): boolean {
    return this.#congested
  }

  /** Whether messages have to wait: for the transport, or for one that has begun to be finished. */
  get congested(): boolean {
    const { fragmenting, encoding } = this.connection
    return this.#congested || fragmenting || encoding || this.#backlog?.empty === false
  }

  /** Bytes given to `send` that the transport has not taken yet, with their frame headers. */
  get bufferedAmount(): number {
    const written = this.socket.destroyed ? 0 : this.socket.writableLength
    const { output, pending } = this.connection
    return output.length + pending + written + (this.#backlog?.bytes ?? 0)
  }

  send(message: Message, key?: string): SendResult {
    if (this.connection.state !== 'open') return 'dropped'
    if (this.congested) return this.#wait(this.connection.encode(message), key)
    this.connection.send(message)
    return this.#sent()
  }

  /** As a member of topics. @param key With the `keep-latest` policy, what a newer message replaces. */
  deliver(message: SharedMessage, key?: string): SendResult {
    if (this.connection.state !== 'open') return 'dropped'
    const frame = this.connection.share(message)
    if (this.congested) return this.#wait(frame, key)
    this.connection.sendEncoded(frame)
    return this.#sent()
  }

  sendFragment(part: Message, fin: boolean): void {
    this.connection.sendFragment(part, fin)
    this.#sent()
    if (fin && !this.#congested) this.#catchUp()
  }

  ping(payload?: Uint8Array, reply?: PingReply): void {
    this.connection.ping(payload, reply)
    this.#sent()
    this.#settings.deadlines.watch(this)
  }

  pong(payload?: Uint8Array): void {
    this.connection.pong(payload)
    this.#sent()
  }

  pause(): void {
    this.connection.pause()
    if (this.connection.paused) this.socket.pause()
  }

  resume(): void {
    this.connection.resume()
    this.#resumeSocket()
    this.#settle()
  }

  /** What waits is sent before the close frame, as the WebSocket standard asks. */
  close(code?: number, reason?: string): void {
    if (this.connection.state === 'open') while (this.#release(Infinity));
    this.connection.close(code, reason)
    this.#resumeSocket()
    this.#settle()
  }

  fail(error: RemoteProtocolError): void {
    this.connection.fail(error)
    this.#settle()
  }

  terminate(): void {
    this.connection.terminate()
  }

  // ---- from the core

  onMessage(message: Message): void {
    this.#settings.events.message(this.#owner!, message)
  }

  onPing(payload: Uint8Array): void {
    this.#settings.events.ping(this.#owner!, payload)
  }

  onPong(payload: Uint8Array): void {
    this.#settings.events.pong(this.#owner!, payload)
  }

  /** Half-closes, so that the peer still reads our close frame: what it goes on sending is discarded. */
  onFinish(): void {
    this.#backlog = undefined
    this.#write()
    this.socket.end()
    this.socket.resume()
  }

  /** What waited for the message goes on. */
  onOutput(): void {
    if (!this.#congested) this.#catchUp()
    this.#settings.deadlines.watch(this)
  }

  onReading(): void {
    this.#resumeSocket()
    this.#settle()
  }

  onAbort(): void {
    this.socket.destroy()
  }

  onClosed(outcome: CloseOutcome): void {
    this.#backlog = undefined
    this.#settings.events.closed(this.#owner!, outcome, this)
  }

  #resumeSocket(): void {
    if (!this.connection.paused && !this.connection.decoding) this.socket.resume()
  }

  // ---- time

  due(): number {
    // Nothing more can be done about a destroyed socket but wait for its 'close'.
    return this.socket.destroyed ? Infinity : this.connection.due()
  }

  tick(now: number): void {
    this.connection.tick(now)
    this.#flush()
  }

  // ---- output

  /** After anything that may have made output or moved a deadline nearer. */
  #settle(): void {
    this.#flush()
    this.#settings.deadlines.watch(this)
  }

  /** Output has been made by the program. */
  #sent(): SendResult {
    if (this.connection.output.length >= flushAt) this.#flush()
    else if (!this.#reading && !this.#scheduled) this.#schedule()
    return this.#congested ? 'buffered' : 'sent'
  }

  #schedule(): void {
    this.#scheduled = true
    if (unflushed.length === 0) queueMicrotask(flushAll)
    unflushed.push(this)
  }

  /** The turn in which output was made is over. */
  flushTurn(): void {
    this.#scheduled = false
    this.#flush()
  }

  #flush(): void {
    if (this.#congested || this.connection.output.length === 0) return
    this.#write()
    this.#congested = this.socket.writableNeedDrain && this.socket.writableLength > 0
    this.connection.congested = this.#congested
  }

  /** One write for all that has gathered: a system call costs more than the copy of small frames. */
  #write(): void {
    const { output } = this.connection
    const { socket } = this
    const { length } = output
    const chunks = output.take()
    if (socket.destroyed || socket.writableEnded) return
    // What has to queue up is copied: a few bytes of the slab would keep all of it alive meanwhile.
    const queues = socket.writableLength > 0
    if (chunks.length === 1 && !(queues && length <= flushAt)) {
      socket.write(chunks[0]!)
    } else if (length <= flushAt) {
      if (length > 0) socket.write(Buffer.concat(chunks, length))
    } else {
      socket.cork()
      for (const chunk of chunks) socket.write(chunk)
      socket.uncork()
    }
  }

  #wait(frame: EncodedMessage | HeldMessage, key: string | undefined): SendResult {
    const { slowConsumer, connection } = this.#settings
    const { buffered } = connection.limits
    this.#backlog ??= new Backlog(slowConsumer, buffered)
    const result = this.#backlog.push(frame, key)
    if (result !== 'overflow') return result
    const message = `more than ${buffered} bytes waited for a slow receiver`
    this.fail(new RemoteProtocolError('ERR_LIMIT_BUFFERED', 1013, message))
    return 'dropped'
  }

  /** Sends what has waited, until the transport takes no more again. */
  #catchUp(): void {
    this.#flush()
    while (!this.#congested && !this.connection.encoding && this.#release(flushAt)) this.#flush()
    if (!this.#congested && !this.connection.encoding) this.#settings.events.drain(this.#owner!)
  }

  /** Moves waiting messages into the output until it holds `bytes`. @returns Whether there were any. */
  #release(bytes: number): boolean {
    const backlog = this.#backlog
    if (!backlog || backlog.empty) return false
    if (this.connection.state !== 'open' || this.connection.fragmenting) return false
    const { connection } = this
    do connection.sendEncoded(backlog.shift()!)
    while (!backlog.empty && connection.output.length < bytes && !connection.encoding)
    return true
  }
}

function flushAll(): void {
  const pumps = unflushed
  unflushed = []
  for (const pump of pumps) pump.flushTurn()
}

// One function each for all sockets: a listener that is a closure costs every connection its own.

function onData(this: Pumped, chunk: Buffer): void {
  // A plain view, so that programs get a Uint8Array whether or not their message lay in one chunk.
  this[pumpOf]?.receive(new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength))
}

function onEnd(this: Pumped): void {
  this[pumpOf]?.end()
}

function onDrain(this: Pumped): void {
  this[pumpOf]?.drained()
}

function onError(this: Pumped, error: Error): void {
  this[pumpOf]?.failed(error)
}

function onClose(this: Pumped): void {
  this[pumpOf]?.lost()
}

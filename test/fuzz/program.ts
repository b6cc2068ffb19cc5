import assert from 'node:assert/strict'
import {
  type CloseOutcome,
  Connection,
  type ConnectionHandler,
  type ConnectionSettings,
  type ConnectionState,
  type Message,
} from '../../dist/core/index.js'
import { TidewireError } from '../../dist/errors/index.js'
import { FakeClock } from '../../dist/testing/index.js'
import { concat } from './bytes.ts'
import { encodeFrame, makeFrame } from './frames.ts'
import { fuzzPorts, readSent, settingsFor } from './tidewire-receiver.ts'

/** The order of a connection's life: it never goes back. */
const order: readonly ConnectionState[] = ['connecting', 'open', 'closing', 'ending', 'closed']

const mask = Uint8Array.of(0x37, 0xfa, 0x21, 0x3d)

/**
 * One connection between a program and a peer that both do whatever the bytes of an input say, with
 * everything checked that the interface of `Connection` promises.
 */
export class Program implements ConnectionHandler {
  readonly #settings: ConnectionSettings
  readonly #clock = new FakeClock(1000)
  readonly #connection: Connection
  readonly #input: Uint8Array
  #at = 1
  readonly #sent: Uint8Array[] = []
  #state: ConnectionState = 'connecting'
  #finishes = 0
  #aborted = false
  #outcomes = 0
  #finishedLength: number | undefined
  #pings = 0
  #replies = 0
  /** What the handler does the next time it is told something. */
  #reaction: number | undefined
  readonly words = new Set<string>()

  constructor(input: Uint8Array) {
    const [flags = 0] = input
    this.#input = input
    const role = flags & 1 ? 'server' : 'client'
    const limits = flags & 2 ? { message: 20, fragments: 3 } : { message: 1000, fragments: 10 }
    const ports = fuzzPorts(this.#clock)
    this.#settings = { ...settingsFor({ role, ...limits }), ports }
    this.#connection = new Connection(this.#settings, this)
  }

  run(): void {
    while (this.#at < this.#input.length) {
      this.#step(this.#next())
      this.#check()
    }
    this.#connection.lose()
    this.#check()
    assert.equal(this.#connection.state, 'closed', 'not closed without a transport')
    assert.equal(this.#outcomes, 1, 'no outcome')
    assert.equal(this.#replies, this.#pings, 'a ping without a reply')
    assert.equal(this.#connection.due(), Infinity, 'something is due after the end')
    this.#take()
    readSent(concat(...this.#sent), this.#settings.role === 'client')
  }

  #next(): number {
    return this.#input[this.#at++] ?? 0
  }

  /** As many of the next bytes as the next byte says. */
  #bytes(): Uint8Array {
    const length = this.#next()
    const bytes = this.#input.slice(this.#at, this.#at + length)
    this.#at += length
    return bytes
  }

  #step(what: number): void {
    const connection = this.#connection
    switch (what % 24) {
      case 0:
        return connection.open()
      case 1:
        return connection.receive(this.#bytes())
      case 2:
      case 3:
      case 4:
        return connection.receive(this.#frame(this.#next(), this.#bytes()))
      case 5:
        return connection.receive(this.#frame(0x88, concat([3, 232], this.#bytes())))
      case 6:
        return this.#act(what >> 4)
      case 7:
        return this.#clock.advance(this.#next() * 100)
      case 8:
        return this.#tick()
      case 9:
        return connection.end()
      case 10:
        return connection.lose(what > 128 ? new Error('broken') : undefined)
      case 11:
        return this.#take()
      case 12:
        connection.congested = what > 128
        return
      case 13:
        this.#reaction = this.#next()
        return
      default:
        return this.#act(what)
    }
  }

  /** What a program may do, also from inside a handler. Its own mistakes come back as errors. */
  #act(what: number): void {
    const connection = this.#connection
    try {
      switch (what % 10) {
        case 0:
          return connection.send(what > 128 ? this.#bytes() : 'tide')
        case 1:
          return connection.sendEncoded(connection.encode('wire'))
        case 2:
          return connection.sendFragment(what > 128 ? 'part' : this.#bytes(), this.#next() > 100)
        case 3:
          return this.#ping()
        case 4:
          return connection.pong(this.#bytes())
        case 5:
          return connection.close(
            what > 128 ? this.#next() * 20 : undefined,
            what > 64 ? 'bye' : '',
          )
        case 6:
          return connection.pause()
        case 7:
          return connection.resume()
        case 8:
          return what > 200 ? connection.terminate() : undefined
        default:
          return what > 200 ? connection.receive(this.#frame(0x81, this.#bytes())) : undefined
      }
    } catch (error) {
      if (!(error instanceof TidewireError)) throw error
      this.words.add(error.code)
    }
  }

  #frame(first: number, payload: Uint8Array): Uint8Array {
    const key = this.#settings.role === 'server' ? mask : undefined
    const frame = makeFrame(first & 15, payload, key, first >= 0x80)
    return encodeFrame({ ...frame, rsv: first === 0x71 ? 1 : 0 })
  }

  #ping(): void {
    this.#connection.ping(undefined, () => this.#replies++)
    this.#pings++
  }

  #tick(): void {
    const connection = this.#connection
    const due = connection.due()
    assert.ok(!Number.isNaN(due), 'due at no time')
    if (due !== Infinity && this.#next() > 128)
      this.#clock.advance(Math.max(0, due - this.#clock.now()))
    connection.tick(this.#clock.now())
    if (connection.state === 'open') connection.tick(this.#clock.now())
    const again = connection.due()
    if (connection.state === 'open') assert.ok(again > this.#clock.now(), 'due again at once')
  }

  /** The bytes to send, as a transport takes them. */
  #take(): void {
    const chunks = this.#connection.output.take()
    // What was taken must not change any more: the transport may keep it for a while.
    this.#sent.push(...chunks.map((chunk) => chunk.slice()))
  }

  #check(): void {
    const { state, output } = this.#connection
    assert.ok(order.indexOf(state) >= order.indexOf(this.#state), `from ${this.#state} to ${state}`)
    if (state !== this.#state) this.words.add(`${this.#state} to ${state}`)
    this.#state = state
    assert.equal(state === 'closed', this.#outcomes === 1, 'the outcome and the state disagree')
    const total = output.length + this.#sent.reduce((sum, { length }) => sum + length, 0)
    if (this.#finishedLength !== undefined) {
      assert.equal(total, this.#finishedLength, 'something was sent after the end')
    }
    if (this.#finishes > 0 || this.#aborted) this.#finishedLength = total
  }

  #react(event: string): void {
    assert.equal(this.#outcomes, 0, `${event} after the end`)
    this.words.add(`${event} in ${this.#connection.state}`)
    const reaction = this.#reaction
    if (reaction === undefined) return
    this.#reaction = undefined
    if (reaction % 12 === 10) return this.#connection.lose()
    if (reaction % 12 === 11) return this.#connection.end()
    this.#act(reaction % 12)
  }

  onMessage(message: Message): void {
    assert.ok(!this.#connection.paused, 'a message in a pause')
    assert.ok(message.length <= this.#settings.limits.message, 'a message over the limit')
    this.#react('message')
  }

  onPing(payload: Uint8Array): void {
    assert.ok(payload.length <= 125)
    this.#react('ping')
  }

  onPong(payload: Uint8Array): void {
    assert.ok(payload.length <= 125)
    this.#react('pong')
  }

  onFinish(): void {
    assert.equal(++this.#finishes, 1, 'finished twice')
    this.#react('finish')
  }

  /** No extension is at work here, so that neither of these comes by itself. */
  onOutput(): void {}
  onReading(): void {}
  isTired(): boolean {
    return false
  }

  onAbort(): void {
    this.#aborted = true
    this.words.add(`abort in ${this.#connection.state}`)
  }

  onClosed({ code, cause }: CloseOutcome): void {
    assert.equal(++this.#outcomes, 1, 'closed twice')
    assert.notEqual(cause.text, '', 'an end without a word')
    assert.ok(code >= 1000 && code < 5000, 'an end without a code')
    this.words.add(`${cause.trigger} by ${cause.by}`)
  }
}

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
import { deflated } from './deflate-frames.ts'
import { peerFrame } from './frames.ts'
import { ProgramDeflate } from './program-deflate.ts'
import { Heard, Said } from './program-messages.ts'
import { ProgramTransport } from './program-transport.ts'
import { fuzzPorts, readSent, settingsFor } from './tidewire-receiver.ts'

const opens = 'connecting to open'
const wire = 'wire'.repeat(4)

/** The order of a connection's life: it never goes back. */
const order: readonly ConnectionState[] = ['connecting', 'open', 'closing', 'ending', 'closed']

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
  readonly #transport: ProgramTransport
  readonly #said = new Said()
  readonly #heard = new Heard()
  readonly #deflate: ProgramDeflate | undefined
  #state: ConnectionState = 'connecting'
  #finishes = 0
  #ended = false
  #outcomes = 0
  #trigger: string | undefined
  /** Bytes have come that no peer could have sent, or a message had to end the connection. */
  #odd = false
  #pings = 0
  #replies = 0
  /** What the handler does the next time it is told something. */
  #reaction: number | undefined
  readonly words = new Set<string>()

  /** @param deflate Whether permessage-deflate was agreed on. */
  constructor(input: Uint8Array, deflate: boolean) {
    const [flags = 0] = input
    this.#input = input
    const role = flags & 1 ? 'server' : 'client'
    const limits = flags & 2 ? { message: 20, fragments: 3 } : { message: 1000, fragments: 10 }
    const ports = fuzzPorts(this.#clock)
    this.#settings = { ...settingsFor({ role, ...limits }), ports }
    this.#connection = new Connection(this.#settings, this)
    this.#transport = new ProgramTransport(this.#connection.output)
    if (deflate) this.#deflate = new ProgramDeflate(flags, this.#settings.limits)
  }

  run(): void {
    while (this.#at < this.#input.length) {
      this.#step(this.#next())
      this.#check()
    }
    this.#lose()
    this.#check()
    // What came before is delivered first, when it is inflated.
    while (this.#deflate?.work.finish()) this.#check()
    assert.equal(this.#connection.state, 'closed', 'not closed without a transport')
    assert.equal(this.#outcomes, 1, 'no outcome')
    assert.equal(this.#replies, this.#pings, 'a ping without a reply')
    assert.equal(this.#connection.due(), Infinity, 'something is due after the end')
    this.#checkMessages()
  }

  /** What was sent and what came, with all bytes of the input used up. */
  #checkMessages(): void {
    const { role, limits } = this.#settings
    const whole = this.#trigger === 'transport' && this.words.has(opens) && !this.#odd
    this.#heard.check({ role, ...limits }, this.#deflate?.reference(), whole)
    const { rsv } = this.#deflate?.extension ?? { rsv: 0 }
    this.#said.check(readSent(this.#transport.bytes, role === 'client', rsv), this.#deflate?.sends)
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
        return connection.open(this.#deflate?.extension)
      case 1:
        return this.#receive(this.#bytes())
      case 2:
      case 3:
      case 4:
        return this.#receiveFrame(this.#next(), this.#bytes())
      case 5:
        return this.#receiveFrame(0x88, concat([3, 232], this.#bytes()))
      case 6:
        return this.#act(what >> 4)
      case 7:
        return this.#clock.advance(this.#next() * 100)
      case 8:
        return this.#tick()
      case 9:
        this.#ended = true
        return connection.end()
      case 10:
        return this.#lose(what > 128 ? new Error('broken') : undefined)
      case 11:
        return this.#transport.take()
      case 12:
        connection.congested = what > 128
        return
      case 13:
        this.#reaction = this.#next()
        return
      case 14:
        return this.#deflate ? this.#work(this.#deflate) : this.#act(what)
      case 15:
        if (!this.#deflate) return this.#act(what)
        return this.#receiveFrame(0xc1 + (what >> 7), deflated(this.#bytes()))
      default:
        return this.#act(what)
    }
  }

  /** Finishes work of the extension, or decides whether what follows is done at once. */
  #work({ work }: ProgramDeflate): void {
    const what = this.#next()
    if (what > 200) work.late = !work.late
    else work.finish(([undefined, undefined, 'deflate', 'inflate'] as const)[what % 4])
  }

  /** What a program may do, also from inside a handler. Its own mistakes come back as errors. */
  #act(what: number): void {
    const connection = this.#connection
    try {
      switch (what % 10) {
        case 0:
          return this.#send(what > 128 ? this.#bytes() : 'tide'.repeat(what >> 3))
        case 1:
          return this.#said.whole(wire, () => connection.sendEncoded(connection.encode(wire)))
        case 2:
          return this.#sendFragment(what > 128 ? 'part' : this.#bytes(), this.#next() > 100)
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
          return what > 200 ? this.#receiveFrame(0x81, this.#bytes()) : undefined
      }
    } catch (error) {
      if (!(error instanceof TidewireError)) throw error
      this.words.add(error.code)
    }
  }

  #receiveFrame(first: number, payload: Uint8Array): void {
    this.#receive(peerFrame(first, payload, this.#settings.role === 'server'))
  }

  #receive(bytes: Uint8Array): void {
    if (this.#transport.gone || this.#ended) this.#odd = true
    this.#connection.receive(this.#heard.chunk(bytes))
  }

  #send(message: Message): void {
    // Three times the same is worth compressing.
    const sent = typeof message === 'string' ? message : concat(message, message, message)
    this.#said.whole(sent, () => this.#connection.send(sent))
    // What was sent is the program's again.
    if (typeof sent !== 'string') sent.fill(0)
  }

  #sendFragment(part: Message, fin: boolean): void {
    this.#connection.sendFragment(part, fin)
    this.#said.fragment(part, fin)
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

  #lose(error?: Error): void {
    this.#transport.lose()
    this.#connection.lose(error)
  }

  #check(): void {
    const { state } = this.#connection
    assert.ok(order.indexOf(state) >= order.indexOf(this.#state), `from ${this.#state} to ${state}`)
    if (state !== this.#state) this.words.add(`${this.#state} to ${state}`)
    this.#state = state
    assert.equal(state === 'closed', this.#outcomes === 1, 'the outcome and the state disagree')
    this.#transport.check()
  }

  #react(event: string): void {
    assert.equal(this.#outcomes, 0, `${event} after the end`)
    this.words.add(`${event} in ${this.#connection.state}`)
    const reaction = this.#reaction
    if (reaction === undefined) return
    this.#reaction = undefined
    // A loss that is told from inside a message ends the reading there.
    this.#odd ||= reaction % 12 === 10
    if (reaction % 12 === 10) return this.#lose()
    if (reaction % 12 === 11) return this.#step(9)
    this.#act(reaction % 12)
  }

  onMessage(message: Message): void {
    assert.ok(!this.#connection.paused, 'a message in a pause')
    this.#heard.message(message)
    assert.ok(message.length <= this.#settings.limits.message, 'a message over the limit')
    this.#react('message')
  }

  onPing({ length }: Uint8Array): void {
    this.#react(length <= 125 ? 'ping' : assert.fail('a ping of over 125 bytes'))
  }

  onPong({ length }: Uint8Array): void {
    this.#react(length <= 125 ? 'pong' : assert.fail('a pong of over 125 bytes'))
  }

  onFinish(): void {
    assert.equal(++this.#finishes, 1, 'finished twice')
    this.#transport.end()
    this.#react('finish')
  }

  onOutput(): void {
    assert.ok(this.#deflate, 'output by itself')
    this.#react('output')
  }

  onReading(): void {
    assert.ok(this.#deflate, 'reading by itself')
    this.#react('reading')
  }

  /** A rest is for a burst of many connections; this is one, read whole. */
  isTired(): boolean {
    return false
  }

  onAbort(): void {
    this.#transport.end()
    // A close frame that waited behind a message may still come out.
    if (this.#deflate) this.#transport.lose()
    this.words.add(`abort in ${this.#connection.state}`)
  }

  onClosed({ code, cause }: CloseOutcome): void {
    assert.equal(++this.#outcomes, 1, 'closed twice')
    assert.notEqual(cause.text, '', 'an end without a word')
    assert.ok(code >= 1000 && code < 5000, 'an end without a code')
    this.words.add(`${cause.trigger} by ${cause.by}`)
    this.#trigger = cause.trigger
  }
}

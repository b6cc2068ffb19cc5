import { setTimeout as delay } from 'node:timers/promises'
import type { ClientSocket, Message } from '../node/index.ts'
import type { Session } from './connect-options.ts'
import { closing, type Ending } from './ending.ts'
import { Expecting } from './expecting.ts'
import { jsonText } from './json-text.ts'
import { LineHistory } from './line-history.ts'
import { fromHex, hexLine, printable } from './printable.ts'
import { reportRoundTrips } from './round-trips.ts'
import { Terminal, type TerminalStreams } from './terminal.ts'

/** Columns before a message. */
const arrow = 2

/** A connection for a person at a terminal: what is entered is sent, what comes is shown above. */
export class LineClient {
  readonly #socket: ClientSocket
  readonly #session: Session
  readonly #terminal: Terminal
  readonly #expecting: Expecting
  readonly #history: LineHistory | undefined
  readonly #closed = new AbortController()
  readonly #width: () => number
  /** The lines of a message that is not whole. */
  #begun: string[] = []
  #interrupted = false

  constructor(
    socket: ClientSocket,
    streams: TerminalStreams,
    session: Session,
    env?: NodeJS.ProcessEnv,
  ) {
    this.#socket = socket
    this.#session = session
    this.#expecting = new Expecting(session.expect, session.timeout, () => void socket.close())
    this.#history = session.history === undefined ? undefined : new LineHistory(session.history)
    this.#width = () => streams.stdout.columns
    const handlers = {
      line: (line: string) => this.#enter(line),
      interrupted: () => this.#interrupt(),
      ended: () => void socket.close(),
    }
    this.#terminal = new Terminal(streams, handlers, this.#history?.read() ?? [], env)
  }

  /** Resolves when the connection has closed. */
  async run(): Promise<Ending> {
    this.#note(this.#greeting())
    const { ping } = this.#session
    if (ping !== undefined) {
      void reportRoundTrips(this.#socket, ping, (line) => this.#note(line))
    }
    try {
      for await (const message of this.#socket) {
        this.#terminal.print(`${this.#terminal.paint('red', '↓')} ${this.#shown(message)}`)
        this.#expecting.take(message)
      }
    } catch {
      // The outcome says how it ended.
    }
    const outcome = await this.#socket.closed
    this.#closed.abort()
    this.#expecting.stop()
    this.#terminal.close()
    this.#note(closing(outcome))
    const { missing, late } = this.#expecting
    return { outcome, missing, late, brokenPipe: false }
  }

  #greeting(): string {
    const { url, protocol } = this.#socket
    const spoken = protocol === '' ? '' : `, subprotocol ${protocol}`
    const entered = this.#session.binary ? 'enter bytes in hex, ' : ''
    return `connected to ${url}${spoken}; ${entered}Ctrl-D closes`
  }

  /** A line that ends in a backslash goes on in the next one; two of them stand for one. */
  #enter(line: string): void {
    this.#history?.add(line)
    const [slashes] = /\\*$/.exec(line)!
    const goesOn = slashes.length % 2 === 1
    this.#begun.push(slashes === '' ? line : line.slice(0, -Math.ceil(slashes.length / 2)))
    this.#terminal.continuing = goesOn
    if (goesOn) return
    const message = this.#begun.join('\n')
    this.#begun = []
    this.#send(message)
  }

  #send(line: string): void {
    // Enter on an empty line is a slip more often than a message.
    if (line === '') return
    const message = this.#session.binary ? fromHex(line) : line
    if (message === undefined) {
      return this.#note('not sent: with --binary enter pairs of hex digits, such as 0a ff')
    }
    void this.#sendRepeated(message)
  }

  /** The first at once: Ctrl-D may come right behind it. */
  async #sendRepeated(message: Message): Promise<void> {
    const { repeat, interval } = this.#session
    const { signal } = this.#closed
    for (let left = repeat; left > 0; left--) {
      if (!(await this.#sendOnce(message)) || left === 1) return
      await delay(interval, undefined, { signal }).catch(() => {})
    }
  }

  /** @returns Whether it is open. */
  async #sendOnce(message: Message): Promise<boolean> {
    const result = this.#socket.send(message)
    if (result === 'dropped') this.#note('not sent: the connection is closing')
    if (result === 'buffered') await this.#holdKeyboard()
    return result !== 'dropped'
  }

  /** The peer does not read: what is pasted must not pile up. */
  async #holdKeyboard(): Promise<void> {
    this.#terminal.paused = true
    try {
      await this.#socket.drained()
    } catch {
      // The connection has closed.
    }
    this.#terminal.paused = false
  }

  /** The first Ctrl-C closes in order; who presses it again does not want to wait for the peer. */
  #interrupt(): void {
    if (this.#interrupted) this.#socket.terminate()
    else void this.#socket.close()
    this.#interrupted = true
  }

  /** Further lines of a message are set off, so that none can pass for a message of its own. */
  #shown(message: Message): string {
    if (typeof message !== 'string') return hexLine(message)
    const { paint } = this.#terminal
    const json = jsonText(message, paint, this.#width() - arrow)
    const text = json ?? printable(message.replaceAll('\r\n', '\n'))
    return text.replaceAll('\n', '\n  ')
  }

  #note(text: string): void {
    this.#terminal.print(this.#terminal.paint('dim', text))
  }
}

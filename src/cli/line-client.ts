import type { ClientSocket, Message } from '../node/index.ts'
import type { Session } from './connect-options.ts'
import { closing, type Ending } from './ending.ts'
import { fromHex, hexLine, printable } from './printable.ts'
import { reportRoundTrips } from './round-trips.ts'
import { Terminal, type TerminalStreams } from './terminal.ts'

/** A connection for a person at a terminal: what is entered is sent, what comes is shown above. */
export class LineClient {
  readonly #socket: ClientSocket
  readonly #session: Session
  readonly #terminal: Terminal
  #received = 0
  #interrupted = false

  constructor(
    socket: ClientSocket,
    streams: TerminalStreams,
    session: Session,
    env?: NodeJS.ProcessEnv,
  ) {
    this.#socket = socket
    this.#session = session
    const handlers = {
      line: (line: string) => this.#send(line),
      interrupted: () => this.#interrupt(),
      ended: () => void socket.close(),
    }
    this.#terminal = new Terminal(streams, handlers, env)
  }

  /** Resolves when the connection has closed. */
  async run(): Promise<Ending> {
    this.#note(this.#greeting())
    const { ping, expect } = this.#session
    if (ping !== undefined) {
      void reportRoundTrips(this.#socket, ping, (line) => this.#note(line))
    }
    try {
      for await (const message of this.#socket) {
        this.#terminal.print(`${this.#terminal.paint('red', '↓')} ${shown(message)}`)
        if (++this.#received === expect) void this.#socket.close()
      }
    } catch {
      // The outcome says how it ended.
    }
    const outcome = await this.#socket.closed
    this.#terminal.close()
    this.#note(closing(outcome))
    return { outcome, received: this.#received, brokenPipe: false }
  }

  #greeting(): string {
    const { url, protocol } = this.#socket
    const spoken = protocol === '' ? '' : `, subprotocol ${protocol}`
    const entered = this.#session.binary ? 'enter bytes in hex, ' : ''
    return `connected to ${url}${spoken}; ${entered}Ctrl-D closes`
  }

  #send(line: string): void {
    // Enter on an empty line is a slip more often than a message.
    if (line === '') return
    const message = this.#session.binary ? fromHex(line) : line
    if (message === undefined) {
      return this.#note('not sent: with --binary enter pairs of hex digits, such as 0a ff')
    }
    const result = this.#socket.send(message)
    if (result === 'dropped') this.#note('not sent: the connection is closing')
    if (result === 'buffered') void this.#holdKeyboard()
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

  #note(text: string): void {
    this.#terminal.print(this.#terminal.paint('dim', text))
  }
}

/** Further lines of a message are set off, so that none can pass for a message of its own. */
function shown(message: Message): string {
  if (typeof message !== 'string') return hexLine(message)
  return printable(message.replaceAll('\r\n', '\n')).replaceAll('\n', '\n  ')
}

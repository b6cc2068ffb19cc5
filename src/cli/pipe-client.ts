import type { Readable, Writable } from 'node:stream'
import { buffer as bytes } from 'node:stream/consumers'
import { type ClientSocket, type Message, ReadyState } from '../node/index.ts'
import { bytePieces } from './byte-pieces.ts'
import type { Session } from './connect-options.ts'
import { closeEvent, type Ending } from './ending.ts'
import { Expecting } from './expecting.ts'
import { jsonText } from './json-text.ts'
import { type Paint, painter } from './paint.ts'
import { printable } from './printable.ts'
import { repeated } from './repeated.ts'
import { reportRoundTrips } from './round-trips.ts'
import { Silence } from './silence.ts'
import { textLines } from './text-lines.ts'

export interface Pipes {
  readonly stdin: Readable
  readonly stdout: Writable & { readonly isTTY?: boolean }
  readonly stderr: Writable
}

/**
 * A connection between stdin and stdout, for scripts. Both directions at the speed of the slower side:
 * stdin is not read while the peer does not read, and the peer is held back while stdout is.
 */
export class PipeClient {
  readonly #socket: ClientSocket
  readonly #pipes: Pipes
  readonly #session: Session
  readonly #silence: Silence
  /** Bytes as they are have no business on a terminal. */
  readonly #raw: boolean
  readonly #paint: Paint
  readonly #expecting: Expecting
  readonly #closed = new AbortController()
  #brokenPipe = false
  #failure: { readonly error: unknown } | undefined

  constructor(socket: ClientSocket, pipes: Pipes, session: Session) {
    this.#socket = socket
    this.#pipes = pipes
    this.#session = session
    this.#silence = new Silence(session.wait, () => void socket.close())
    this.#raw = session.binary && !session.json && !pipes.stdout.isTTY
    this.#expecting = new Expecting(session.expect, session.timeout, () => void socket.close())
    this.#paint = painter(pipes.stdout.isTTY === true)
  }

  /** Resolves when the connection has closed and what came is written. @throws what stdin or stdout did. */
  async run(): Promise<Ending> {
    const { ping } = this.#session
    if (ping !== undefined) {
      void reportRoundTrips(this.#socket, ping, (line) => this.#pipes.stderr.write(`${line}\n`))
    }
    const sending = this.#sendAll()
    const receiving = this.#receiveAll()
    const outcome = await this.#socket.closed
    this.#silence.disarm()
    this.#closed.abort()
    await receiving
    this.#expecting.stop()
    await this.#tell(closeEvent(outcome))
    // Nothing more can be sent: whoever writes to stdin is told by its end.
    this.#pipes.stdin.destroy()
    await sending
    if (this.#failure) throw this.#failure.error
    const { missing, late } = this.#expecting
    return { outcome, missing, late, brokenPipe: this.#brokenPipe }
  }

  // ---- stdin to peer

  async #sendAll(): Promise<void> {
    try {
      if (this.#session.binary) await this.#sendBytes()
      else await this.#sendLines()
      await this.#socket.drained()
      // The peer answers a ping after what was sent before: only now its silence means anything.
      await this.#socket.ping()
      this.#silence.arm()
    } catch (error) {
      // When the connection ends, so does sending; that is no failure of its own.
      if (this.#socket.readyState === ReadyState.OPEN) this.#fail(error)
    }
  }

  async #sendBytes(): Promise<void> {
    const { stdin } = this.#pipes
    if (this.#session.repeat === 1) return this.#socket.sendFragments(bytePieces(stdin))
    const whole = await bytes(stdin)
    for await (const one of this.#repeated([whole])) await this.#socket.sendFragments([one])
  }

  async #sendLines(): Promise<void> {
    for await (const line of this.#repeated(textLines(this.#pipes.stdin))) {
      const result = this.#socket.send(line)
      if (result === 'dropped') return
      if (result === 'buffered') await this.#socket.drained()
    }
  }

  #repeated<Item>(items: AsyncIterable<Item> | Iterable<Item>): AsyncIterable<Item> {
    const { repeat, interval } = this.#session
    return repeated(items, repeat, interval, this.#closed.signal)
  }

  // ---- peer to stdout

  async #receiveAll(): Promise<void> {
    await this.#tell(openEvent(this.#socket))
    const messages = this.#socket[Symbol.asyncIterator]()
    for (let next = await taken(messages); next !== undefined; next = await taken(messages)) {
      this.#silence.busy()
      try {
        await write(this.#pipes.stdout, this.#encode(next))
      } catch (error) {
        return this.#stdoutFailed(error)
      }
      this.#silence.rest()
      this.#expecting.take(next)
    }
  }

  /** Says with `--json` what happens besides messages. */
  async #tell(event: object): Promise<void> {
    if (!this.#session.json) return
    await write(this.#pipes.stdout, `${JSON.stringify(event)}\n`).catch((error: unknown) =>
      this.#stdoutFailed(error),
    )
  }

  #stdoutFailed(error: unknown): void {
    this.#brokenPipe = (error as NodeJS.ErrnoException).code === 'EPIPE'
    if (this.#brokenPipe) void this.#socket.close()
    else this.#fail(error)
  }

  #encode(message: Message): string | Uint8Array {
    if (this.#raw) return message
    if (this.#session.json) return eventLine(message)
    const { stdout } = this.#pipes
    const text = typeof message === 'string' ? message : Buffer.from(message).toString('base64')
    const laidOut = this.#session.pretty ? jsonText(text, this.#paint, 0) : undefined
    return `${laidOut ?? (stdout.isTTY ? printable(text) : text)}\n`
  }

  #fail(error: unknown): void {
    this.#failure ??= { error }
    void this.#socket.close()
  }
}

function openEvent({ url, protocol, extensions }: ClientSocket): object {
  return { type: 'open', url, protocol, extensions }
}

function eventLine(message: Message): string {
  const event =
    typeof message === 'string'
      ? { type: 'text', data: message }
      : { type: 'binary', base64: Buffer.from(message).toString('base64') }
  return `${JSON.stringify(event)}\n`
}

/** The next message; `undefined` when the connection has closed, in whichever way. */
async function taken(messages: AsyncIterator<Message>): Promise<Message | undefined> {
  try {
    const { done, value } = await messages.next()
    return done === true ? undefined : value
  } catch {
    return undefined
  }
}

/** Resolves when the system has taken it. */
function write(stream: Writable, data: string | Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(data, (error) => (error ? reject(error) : resolve()))
  })
}

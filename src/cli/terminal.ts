import {
  clearScreenDown,
  createInterface,
  cursorTo,
  type Interface,
  moveCursor,
} from 'node:readline'
import type { ReadStream, WriteStream } from 'node:tty'
import { type Paint, painter } from './paint.ts'

/** What a terminal needs of its streams. */
export interface TerminalStreams {
  readonly stdin: Pick<ReadStream, 'isTTY'> & NodeJS.ReadableStream
  readonly stdout: Pick<WriteStream, 'isTTY' | 'columns'> & NodeJS.WritableStream
}

/** A prompt with lines above it that come at any time, without tearing what is being typed. */
export class Terminal {
  readonly paint: Paint
  readonly #lines: Interface
  readonly #output: NodeJS.WritableStream
  #open = true

  /**
   * @param handlers.line A line was entered.
   * @param handlers.interrupted Ctrl-C.
   * @param handlers.ended Ctrl-D, or the terminal is gone.
   * @param history What was entered before, the latest first.
   */
  constructor(
    { stdin, stdout }: TerminalStreams,
    handlers: { line(text: string): void; interrupted(): void; ended(): void },
    history: string[] = [],
    env: NodeJS.ProcessEnv = process.env,
  ) {
    this.#output = stdout
    this.paint = painter(true, env)
    this.#lines = createInterface({
      input: stdin,
      output: stdout,
      terminal: true,
      history,
      historySize: 1000,
    })
    this.continuing = false
    this.#lines.on('line', (line) => {
      handlers.line(line)
      if (this.#open) this.#lines.prompt()
    })
    this.#lines.on('SIGINT', () => handlers.interrupted())
    this.#lines.on('close', () => {
      if (this.#open) stdout.write('\n')
      this.#open = false
      handlers.ended()
    })
  }

  prompt(): void {
    this.#lines.prompt(true)
  }

  /** Writes a line above the prompt; what has been typed stays as it is. */
  print(text: string): void {
    if (!this.#open) return void this.#output.write(`${text}\n`)
    this.#erasePrompt()
    this.#output.write(`${text}\n`)
    this.prompt()
  }

  /** No more prompt; the terminal is as it was before. */
  close(): void {
    if (!this.#open) return
    this.#open = false
    this.#erasePrompt()
    this.#lines.close()
  }

  /** Whether the next line belongs to the same message. */
  set continuing(continuing: boolean) {
    this.#lines.setPrompt(`${this.paint('green', continuing ? '…' : '↑')} `)
  }

  /** Holds the keyboard back, or not. */
  set paused(paused: boolean) {
    if (!this.#open) return
    if (paused) this.#lines.pause()
    else this.#lines.resume()
  }

  #erasePrompt(): void {
    const { rows } = this.#lines.getCursorPos()
    if (rows > 0) moveCursor(this.#output, 0, -rows)
    cursorTo(this.#output, 0)
    clearScreenDown(this.#output)
    // Where readline believes the cursor to be, in rows below the prompt: it would else go up once more.
    ;(this.#lines as Interface & { prevRows: number }).prevRows = 0
  }
}

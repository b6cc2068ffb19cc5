import { Writable } from 'node:stream'

/** A terminal that can be read: it understands the escape sequences that readline writes, and no others. */
export class Screen extends Writable {
  readonly isTTY = true
  readonly columns: number
  /** Everything that was written. */
  raw = ''
  #rows: string[][] = [[]]
  #row = 0
  /** May be one past the last column: the line is only left with the next character. */
  #column = 0
  #changed: () => void = () => {}

  constructor(columns: number = 80) {
    super({ decodeStrings: false })
    this.columns = columns
  }

  /** The lines as a person sees them. */
  get lines(): string[] {
    return this.#rows.map((row) =>
      Array.from(row, (cell) => cell ?? ' ')
        .join('')
        .trimEnd(),
    )
  }

  get cursor(): { row: number; column: number } {
    return { row: this.#row, column: this.#column }
  }

  /** Waits until a line matches; the end of the test ends this too. */
  async until(pattern: RegExp): Promise<string[]> {
    while (!this.lines.some((line) => pattern.test(line))) {
      await new Promise<void>((resolve) => (this.#changed = resolve))
    }
    return this.lines
  }

  override _write(text: string, _encoding: string, done: () => void): void {
    this.raw += text
    // oxlint-disable-next-line no-control-regex
    for (const [token] of text.matchAll(/\u001b\[\d*(?:;\d+)*[A-Za-z]|[^]/gu)) this.#take(token)
    this.#changed()
    done()
  }

  #take(token: string): void {
    if (token.startsWith('\u001b[')) this.#control(token.at(-1)!, token.slice(2, -1))
    else if (token === '\r') this.#column = 0
    else if (token === '\n') this.#down()
    else if (token < ' ') throw new Error(`the screen does not know ${JSON.stringify(token)}`)
    else this.#print(token)
  }

  #control(name: string, argument: string): void {
    const count = Number(argument || 1)
    const { columns } = this
    if (name === 'A') this.#row = Math.max(0, this.#row - count)
    else if (name === 'B') this.#row = Math.min(this.#rows.length - 1, this.#row + count)
    else if (name === 'C') this.#column = Math.min(columns - 1, this.#column + count)
    else if (name === 'D') this.#column = Math.max(0, Math.min(this.#column, columns - 1) - count)
    else if (name === 'G') this.#column = count - 1
    else if (name === 'J' && Number(argument) === 0) this.#eraseBelow()
    else if (name === 'K' && Number(argument) === 0) this.#rows[this.#row]!.length = this.#column
    else if (name !== 'm') throw new Error(`the screen does not know CSI ${argument}${name}`)
  }

  #print(character: string): void {
    if (this.#column === this.columns) {
      this.#column = 0
      this.#down()
    }
    this.#rows[this.#row]![this.#column++] = character
  }

  /** A terminal in its usual mode goes to the first column with a line feed. */
  #down(): void {
    this.#column = 0
    this.#row++
    if (this.#row === this.#rows.length) this.#rows.push([])
  }

  #eraseBelow(): void {
    this.#rows.length = this.#row + 1
    this.#rows[this.#row]!.length = this.#column
  }
}

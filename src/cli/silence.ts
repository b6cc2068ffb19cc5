/** Tells when nothing has happened for a while, once it is asked to. */
export class Silence {
  readonly #milliseconds: number
  readonly #onSilence: () => void
  #armed = false
  #busy = false
  #timer: NodeJS.Timeout | undefined

  /** @param milliseconds `Infinity` for never. */
  constructor(milliseconds: number, onSilence: () => void) {
    this.#milliseconds = milliseconds
    this.#onSilence = onSilence
  }

  /** From now on silence counts. */
  arm(): void {
    this.#armed = true
    this.#restart()
  }

  disarm(): void {
    this.#armed = false
    clearTimeout(this.#timer)
  }

  /** Something is going on until `rest`. */
  busy(): void {
    this.#busy = true
    clearTimeout(this.#timer)
  }

  rest(): void {
    this.#busy = false
    this.#restart()
  }

  #restart(): void {
    clearTimeout(this.#timer)
    if (!this.#armed || this.#busy || this.#milliseconds === Infinity) return
    this.#timer = setTimeout(this.#onSilence, this.#milliseconds)
  }
}

import assert from 'node:assert/strict'
import type { Output } from '../../dist/core/index.js'
import { concat } from './bytes.ts'

/** The transport of a fuzzed program: takes output now and then, until it is gone. */
export class ProgramTransport {
  readonly #output: Output
  readonly #sent: Uint8Array[] = []
  #ending = false
  /** Bytes that there were when the connection said that it was done. */
  #endLength: number | undefined
  /** What is put out now says nothing: nobody takes it. */
  gone = false

  constructor(output: Output) {
    this.#output = output
  }

  /** All that was sent. */
  get bytes(): Uint8Array {
    return concat(...this.#sent)
  }

  take(): void {
    if (this.gone) return
    // What was taken must not change any more: a transport may keep it for a while.
    this.#sent.push(...this.#output.take().map((chunk) => chunk.slice()))
  }

  /** Nothing may be put out any more. */
  end(): void {
    this.#ending = true
  }

  lose(): void {
    this.take()
    this.gone = true
  }

  check(): void {
    if (this.gone) return
    const total = this.#output.length + this.bytes.length
    assert.equal(total, this.#endLength ?? total, 'something was sent after the end')
    if (this.#ending) this.#endLength = total
  }
}

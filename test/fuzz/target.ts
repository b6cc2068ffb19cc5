import type { Random } from './random.ts'

/** One thing to fuzz. A new one is a file in targets/ and a line in targets/index.ts. */
export interface Target {
  /** The name of its folder in corpus/ too. */
  readonly name: string
  /** Inputs to begin with, beside the kept ones. */
  readonly seeds: readonly Uint8Array[]
  /** Byte strings that chance alone would take long to find. */
  readonly dictionary: readonly Uint8Array[]
  /** No input is made longer than this. */
  readonly maxLength: number
  /** Whether an execution takes milliseconds, because of zlib and its threads: the tests then run fewer. */
  readonly slow?: boolean
  /** A mutation that knows what the bytes mean; without it they are only bytes. */
  readonly mutate?: (input: Uint8Array, random: Random) => Uint8Array
  /**
   * Runs one input, which it does not change, and throws when something is wrong. Only what needs the
   * thread pool takes its time.
   * @returns What happened in a few words, such as the code of a failure: an input with a new word is
   * worth keeping even when it reached no new code.
   */
  readonly run: (input: Uint8Array) => readonly string[] | Promise<readonly string[]>
}

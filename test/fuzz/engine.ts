import { setImmediate } from 'node:timers/promises'
import type { Coverage } from './coverage.ts'
import { minimise } from './minimise.ts'
import { mutateBytes, splice } from './mutate.ts'
import { Random } from './random.ts'
import type { Target } from './target.ts'

/** Something wrong that an input has shown. */
export interface Finding {
  /** What it is, the same for every input that shows it. */
  readonly fault: string
  readonly input: Uint8Array
  readonly error: Error
}

export interface FuzzerOptions {
  readonly seed: number
  /** Inputs kept from earlier runs. */
  readonly kept: readonly Uint8Array[]
  /** Without it only the target's own words guide the run, which is then the same on every machine. */
  readonly coverage?: Coverage | undefined
  /** Told before every execution, so that one that never ends can be found. */
  readonly watch?: (input: Uint8Array) => void
}

/** Reading the coverage costs as much as dozens of executions: one reading serves a batch of them. */
const batchSize = 64

/** Once in so many batches every execution is read by itself, to see how often its blocks ran. */
const countedEvery = 64

/** Executions that making one finding smaller may take. */
const minimiseTries = 2000

/** And that making one of those small may take that are kept for what they reach. */
const reduceTries = 100

/** Runs one target on ever new inputs, and keeps those that show something new. */
export class Fuzzer {
  readonly #target: Target
  readonly #random: Random
  readonly #coverage: Coverage | undefined
  readonly #watch: (input: Uint8Array) => void
  readonly #features = new Set<string>()
  readonly #corpus: Uint8Array[] = []
  readonly #findings = new Map<string, Finding>()
  #batches = 0
  /** Nothing has run since the coverage was read. */
  #read = false
  executions = 0

  constructor(target: Target, options: FuzzerOptions) {
    this.#target = target
    this.#random = new Random(options.seed)
    this.#coverage = options.coverage
    this.#watch = options.watch ?? (() => {})
    for (const input of [...target.seeds, ...options.kept]) this.#tryOne(input, true)
  }

  get features(): number {
    return this.#features.size
  }

  get corpus(): readonly Uint8Array[] {
    return this.#corpus
  }

  get findings(): Finding[] {
    return [...this.#findings.values()]
  }

  /** Runs batches of inputs for as long as `goesOn` says. */
  async run(goesOn: () => boolean): Promise<void> {
    while (goesOn()) {
      const inputs = Array.from({ length: batchSize }, () => this.#next())
      this.#try(inputs, this.#coverage !== undefined && ++this.#batches % countedEvery === 0)
      // Streams in the code under test put work off to later turns of the event loop.
      await setImmediate()
    }
  }

  /** As few of the corpus as reach every feature, the shortest first, each made as small as it can be. */
  reduced(): Uint8Array[] {
    const missing = new Set<string>()
    const reaching = this.#corpus
      .map((input) => ({ input, features: this.#measure(input) }))
      .sort((one, other) => one.input.length - other.input.length)
    for (const { features } of reaching) for (const feature of features) missing.add(feature)
    const chosen: Uint8Array[] = []
    for (const { input, features } of reaching) {
      const own = features.filter((feature) => missing.has(feature))
      if (own.length === 0) continue
      const keeps = (candidate: Uint8Array) => includesAll(this.#measure(candidate), own)
      const small = minimise(input, keeps, reduceTries)
      for (const feature of this.#measure(small)) missing.delete(feature)
      chosen.push(small)
    }
    return chosen
  }

  /** Runs inputs and keeps those that show something new. */
  #try(inputs: readonly Uint8Array[], counted: boolean): void {
    if (counted || inputs.length === 1) {
      for (const input of inputs) this.#tryOne(input, counted)
      return
    }
    const told = inputs.filter((input) => this.#isNew(this.#execute(input) ?? []))
    for (const input of told) this.#keep(input)
    if (this.#take(false).every((feature) => this.#features.has(feature))) return
    // Something in the batch is new: each half by itself tells where.
    const half = inputs.length >> 1
    this.#try(inputs.slice(0, half), false)
    this.#try(inputs.slice(half), false)
  }

  #tryOne(input: Uint8Array, counted: boolean): void {
    if (!this.#read) this.#take(false)
    const told = this.#execute(input)
    const isNew = this.#isNew([...(told ?? []), ...this.#take(counted)])
    if (isNew && told) this.#keep(input)
  }

  #isNew(features: readonly string[]): boolean {
    const before = this.#features.size
    for (const feature of features) this.#features.add(feature)
    return this.#features.size > before
  }

  #keep(input: Uint8Array): void {
    if (this.#corpus.at(-1) !== input) this.#corpus.push(input)
  }

  /** All features of one input. */
  #measure(input: Uint8Array): string[] {
    if (!this.#read) this.#take(false)
    const told = this.#execute(input) ?? []
    return [...told, ...this.#take(false)]
  }

  #take(counted: boolean): string[] {
    this.#read = true
    return this.#coverage?.take(counted) ?? []
  }

  /** Runs one input; gives the words of its target, `undefined` when it showed a fault. */
  #execute(input: Uint8Array): readonly string[] | undefined {
    this.#begin(input)
    try {
      return this.#target.run(input)
    } catch (thrown) {
      const error = toError(thrown)
      const fault = faultOf(error)
      if (!this.#findings.has(fault)) {
        const small = minimise(input, (candidate) => this.#shows(fault, candidate), minimiseTries)
        this.#findings.set(fault, { fault, input: small, error })
      }
      return undefined
    }
  }

  #begin(input: Uint8Array): void {
    this.executions++
    this.#read = false
    this.#watch(input)
  }

  #shows(fault: string, input: Uint8Array): boolean {
    this.#begin(input)
    try {
      this.#target.run(input)
      return false
    } catch (thrown) {
      return faultOf(toError(thrown)) === fault
    }
  }

  #next(): Uint8Array {
    const random = this.#random
    let input = this.#parent()
    for (let changes = random.pick([1, 1, 1, 2, 3, 5]); changes > 0; changes--) {
      const knows = this.#target.mutate
      if (knows && !random.once(3)) input = knows(input, random)
      else if (random.once(10)) input = splice(input, this.#parent(), random)
      else input = mutateBytes(input, random, this.#target.dictionary)
    }
    return input.slice(0, this.#target.maxLength)
  }

  /** What was kept last has been tried least, and so comes up more often. */
  #parent(): Uint8Array {
    const corpus = this.#corpus
    if (corpus.length === 0) return new Uint8Array(0)
    return this.#random.pick(this.#random.once(2) ? corpus.slice(-20) : corpus)
  }
}

/** The first line of an error without what differs from one input to the next. */
function faultOf(error: Error): string {
  const [line = ''] = error.message.split('\n')
  return line.replace(/"[^"]*"|'[^']*'/g, '').replace(/\b[0-9a-f]*\d[0-9a-f]*\b/g, 'n')
}

function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(`thrown: ${String(thrown)}`)
}

function includesAll(features: readonly string[], wanted: readonly string[]): boolean {
  const all = new Set(features)
  return wanted.every((feature) => all.has(feature))
}

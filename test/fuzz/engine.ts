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
  /** The inputs to begin with, until they have run. */
  #first: readonly Uint8Array[]
  #batches = 0
  /** Nothing has run since the coverage was read. */
  #read = false
  executions = 0

  constructor(target: Target, options: FuzzerOptions) {
    this.#target = target
    this.#random = new Random(options.seed)
    this.#coverage = options.coverage
    this.#watch = options.watch ?? (() => {})
    this.#first = [...target.seeds, ...options.kept]
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

  /** Runs the inputs to begin with, then batches of new ones for as long as `goesOn` says. */
  async run(goesOn: () => boolean): Promise<void> {
    const first = this.#first
    this.#first = []
    for (const input of first) await this.#tryOne(input, true)
    while (goesOn()) {
      const inputs = Array.from({ length: batchSize }, () => this.#next())
      await this.#try(inputs, this.#coverage !== undefined && ++this.#batches % countedEvery === 0)
      // Streams in the code under test put work off to later turns of the event loop.
      await setImmediate()
    }
  }

  /** As few of the corpus as reach every feature, the shortest first, each made as small as it can be. */
  async reduced(): Promise<Uint8Array[]> {
    const missing = new Set<string>()
    const reaching: { readonly input: Uint8Array; readonly features: string[] }[] = []
    for (const input of this.#corpus) reaching.push({ input, features: await this.#measure(input) })
    reaching.sort((one, other) => one.input.length - other.input.length)
    for (const { features } of reaching) for (const feature of features) missing.add(feature)
    const chosen: Uint8Array[] = []
    for (const { input, features } of reaching) {
      const own = features.filter((feature) => missing.has(feature))
      if (own.length === 0) continue
      const keeps = async (candidate: Uint8Array) =>
        includesAll(await this.#measure(candidate), own)
      const small = await minimise(input, keeps, reduceTries)
      for (const feature of await this.#measure(small)) missing.delete(feature)
      chosen.push(small)
    }
    return chosen
  }

  /** Runs inputs and keeps those that show something new. */
  async #try(inputs: readonly Uint8Array[], counted: boolean): Promise<void> {
    if (counted || inputs.length === 1) {
      for (const input of inputs) await this.#tryOne(input, counted)
      return
    }
    for (const input of inputs) {
      if (this.#isNew((await this.#execute(input)) ?? [])) this.#keep(input)
    }
    if (this.#take(false).every((feature) => this.#features.has(feature))) return
    // Something in the batch is new: each half by itself tells where.
    const half = inputs.length >> 1
    await this.#try(inputs.slice(0, half), false)
    await this.#try(inputs.slice(half), false)
  }

  async #tryOne(input: Uint8Array, counted: boolean): Promise<void> {
    if (!this.#read) this.#take(false)
    const told = await this.#execute(input)
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
  async #measure(input: Uint8Array): Promise<string[]> {
    if (!this.#read) this.#take(false)
    const told = (await this.#execute(input)) ?? []
    return [...told, ...this.#take(false)]
  }

  #take(counted: boolean): string[] {
    this.#read = true
    return this.#coverage?.take(counted) ?? []
  }

  /** Runs one input; gives the words of its target, `undefined` when it showed a fault. */
  async #execute(input: Uint8Array): Promise<readonly string[] | undefined> {
    this.#begin(input)
    try {
      return await this.#target.run(input)
    } catch (thrown) {
      const error = toError(thrown)
      const fault = faultOf(error)
      if (!this.#findings.has(fault)) {
        const shows = (candidate: Uint8Array) => this.#shows(fault, candidate)
        const small = await minimise(input, shows, minimiseTries)
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

  async #shows(fault: string, input: Uint8Array): Promise<boolean> {
    this.#begin(input)
    try {
      await this.#target.run(input)
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

  /**
   * What was kept last has been tried least, and so comes up more often; so does the shorter of two, for
   * a stream of 70,000 bytes takes as long as a thousand short ones.
   */
  #parent(): Uint8Array {
    const random = this.#random
    if (this.#corpus.length === 0) return new Uint8Array(0)
    const from = random.once(2) ? this.#corpus.slice(-20) : this.#corpus
    const [one, other] = [random.pick(from), random.pick(from)]
    return one.length <= other.length || random.once(16) ? one : other
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

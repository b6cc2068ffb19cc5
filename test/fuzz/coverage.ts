import { type Profiler, Session } from 'node:inspector'

/** How often a block ran, so roughly that a loop does not give a new feature for every length. */
function bucket(count: number): number {
  return count <= 3 ? count : Math.ceil(Math.log2(count)) + 2
}

/**
 * Which blocks of the code under test have run, from V8's own precise coverage.
 *
 * V8 reports the blocks of a function as ranges and leaves out a block that ran as often as what
 * encloses it. So the places where ranges have ever begun are remembered for each function, and each
 * report is read at all of them: the innermost range around a place says how often it ran.
 *
 * One is made in a process, before the code under test is loaded: code that was compiled before that,
 * or that outlived an earlier session, is only counted by function.
 */
export class Coverage {
  readonly #session = new Session()
  readonly #isTested: (url: string) => boolean
  readonly #places = new Map<string, Set<number>>()
  readonly #reached = new Set<string>()

  constructor(isTested: (url: string) => boolean) {
    this.#isTested = isTested
    this.#session.connect()
    this.#session.post('Profiler.enable')
    this.#session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
  }

  /** Blocks that ran at least once since the last reset, and all that are known. */
  get blocks(): { readonly reached: number; readonly known: number } {
    let known = 0
    for (const places of this.#places.values()) known += places.size
    return { reached: this.#reached.size, known }
  }

  /**
   * The features of what ran since the last call: for each block that it did, and with `counted`
   * roughly how often, 0 times included where its function ran.
   */
  take(counted: boolean): string[] {
    let features: string[] = []
    // The session of one's own thread answers before `post` returns.
    this.#session.post('Profiler.takePreciseCoverage', (error, answer) => {
      if (error) throw error
      const tested = answer.result.filter(({ url }) => this.#isTested(url))
      features = tested.flatMap((script) => this.#featuresOf(script, counted))
    })
    return features
  }

  /** Forgets what has run, for another target. */
  reset(): void {
    this.take(false)
    this.#places.clear()
    this.#reached.clear()
  }

  close(): void {
    this.#session.disconnect()
  }

  #featuresOf(script: Profiler.ScriptCoverage, counted: boolean): string[] {
    const file = script.url.slice(script.url.lastIndexOf('/') + 1)
    const features: string[] = []
    for (const { ranges } of script.functions) {
      const [whole] = ranges
      if (!whole || whole.count === 0) continue
      const name = `${file}:${whole.startOffset}`
      for (const place of this.#placesOf(name, ranges)) {
        const block = `${name}:${place}`
        const count = countAt(place, ranges)
        if (count > 0) {
          this.#reached.add(block)
          features.push(block)
        }
        if (counted) features.push(`${block}=${bucket(count)}`)
      }
    }
    return features
  }

  #placesOf(name: string, ranges: readonly Profiler.CoverageRange[]): Set<number> {
    const places = this.#places.get(name) ?? new Set<number>()
    for (const { startOffset } of ranges) places.add(startOffset)
    this.#places.set(name, places)
    return places
  }
}

/** Outer ranges come before inner ones, so the last that holds the place is the innermost. */
function countAt(place: number, ranges: readonly Profiler.CoverageRange[]): number {
  const holds = (range: Profiler.CoverageRange): boolean =>
    range.startOffset <= place && place < range.endOffset
  return ranges.findLast(holds)?.count ?? 0
}

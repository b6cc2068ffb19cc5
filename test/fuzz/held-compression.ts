import assert from 'node:assert/strict'
import { setImmediate } from 'node:timers/promises'
import type { Compression, DeflateJob, Inflated, InflateJob } from '../../dist/core/index.js'
import { ZlibCompression } from '../../dist/node/compression.js'
import type { Random } from './random.ts'

const compression = new ZlibCompression()

/** What takes longer, in milliseconds, waits for something that does not come. */
const patience = 10_000

/**
 * Tidewire's inflater for one connection, with what the core promises it checked: one message at a time,
 * and no more to refer to than the window. It begins at once, or when `chance` says so.
 */
export class HeldCompression implements Compression {
  readonly #chance: Random | undefined
  #held: (() => void) | undefined
  #busy = false
  #thrown: unknown
  /** Jobs that went through the thread pool. */
  pooled = 0

  constructor(chance: Random | undefined) {
    this.#chance = chance
  }

  inflate(bytes: Uint8Array, job: InflateJob, done: (result: Inflated) => void): void {
    assert.ok(!this.#busy, 'two messages at one time')
    const { length } = job.dictionary ?? []
    assert.ok(length <= 2 ** job.windowBits, 'more to refer to than the window')
    this.#busy = true
    const begin = (): void => this.#begin(bytes, job, done)
    if (this.#chance?.once(2)) this.#held = begin
    else begin()
  }

  #begin(bytes: Uint8Array, job: InflateJob, done: (result: Inflated) => void): void {
    let calls = 0
    let returned = false
    compression.inflate(bytes, job, (result) => {
      this.#busy = false
      if (returned) this.pooled++
      try {
        assert.equal(++calls, 1, 'done twice')
        const { length } = typeof result === 'string' ? [] : result
        assert.ok(length <= job.limit, 'more than the limit')
        done(result)
      } catch (error) {
        // Nobody else would hear of what is thrown in a turn of its own.
        this.#thrown = error
      }
    })
    returned = true
  }

  /** Begins what is held, if chance has it. */
  perhaps(): void {
    if (this.#chance?.once(3)) this.#release()
  }

  #release(): void {
    const held = this.#held
    this.#held = undefined
    held?.()
  }

  /** Waits until nothing is at work. */
  async idle(): Promise<void> {
    const latest = performance.now() + patience
    while (this.#busy) {
      assert.ok(performance.now() < latest, 'the thread pool does not answer')
      this.#release()
      if (this.#busy) await setImmediate()
    }
    if (this.#thrown) throw this.#thrown
  }

  deflate(): void {
    assert.fail('a receiver compresses nothing')
  }

  deflateNow(_bytes: Uint8Array, _job: DeflateJob): Uint8Array {
    return assert.fail('a receiver compresses nothing')
  }
}

/** As much as the thread pool may have at one time. It is no DEFLATE, and so is refused at once. */
const probe = new Uint8Array(65_600).fill(6, 0, 1)

/** What an input has taken for ever is gone for those that come after it, too. */
let lost = false

/** Checks that the memory for inflating was all given back: work that needs all of it is begun. */
export async function checkBudget(): Promise<void> {
  assert.ok(!lost, 'an input before this one took memory for inflating for ever')
  let timer: NodeJS.Timeout | undefined
  const begun = new Promise<Inflated>((resolve) => {
    compression.inflate(
      probe,
      { windowBits: 15, dictionary: undefined, limit: 1 << 26, later: false },
      resolve,
    )
  })
  const late = new Promise<'late'>((resolve) => (timer = setTimeout(resolve, patience, 'late')))
  const result = await Promise.race([begun, late])
  clearTimeout(timer)
  lost = result === 'late'
  assert.equal(result, 'corrupt', 'the memory for inflating was not given back')
}

import { Worker } from 'node:worker_threads'
import type { FeedSearch } from '../../inspect/index.ts'
import { deferred } from '../deferred.ts'
import { deadline } from '../deadline.ts'

/** Payloads to look through, one behind the other. */
export interface Haystack {
  /** Given away. */
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly ends: readonly number[]
}

/** Milliseconds that an expression may take over one stretch of payloads. */
const patience = 2000

/** Looks for a text or an expression, in a thread of its own. */
export class Matcher {
  readonly #worker: Worker
  #ended = false

  /** @throws {SyntaxError} for an expression that is none. */
  constructor({ text, regex, matchCase }: FeedSearch) {
    const source = regex ? text : text.replace(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`)
    const flags = matchCase ? 'u' : 'iu'
    // In the worker it would end the worker.
    void new RegExp(source, flags)
    const workerData = { source, flags }
    this.#worker = new Worker(new URL('search-worker.js', import.meta.url), { workerData })
    this.#worker.unref()
  }

  /**
   * The places of those that match among `haystack`.
   * @returns `undefined` when it takes too long, or was ended; nothing can be asked after that.
   */
  async match(haystack: Haystack): Promise<readonly number[] | undefined> {
    if (this.#ended) return undefined
    const { promise, resolve } = deferred<readonly number[] | undefined>()
    const give = (found: readonly number[]): void => resolve(found)
    const gone = (): void => resolve(undefined)
    const stop = deadline(patience, () => this.end())
    this.#worker.once('message', give).once('exit', gone).once('error', gone)
    this.#worker.postMessage(haystack, [haystack.bytes.buffer])
    const found = await promise
    stop()
    this.#worker.off('message', give).off('exit', gone).off('error', gone)
    return found
  }

  end(): void {
    this.#ended = true
    void this.#worker.terminate()
  }
}

import type { Compression, DeflateJob, Inflated, InflateJob } from '../../../dist/core/index.js'
import { ZlibCompression } from '../../../dist/node/compression.js'

const compression = new ZlibCompression(Infinity)

export type Work = 'deflate' | 'inflate'

/** Compression that finishes when it is told to. */
export class LateCompression implements Compression {
  /** What it has been asked for and has not finished, the oldest first. */
  readonly jobs: { readonly work: Work; readonly finish: () => void }[] = []
  /** Whether it takes its time; else it is done at once. */
  late = true
  /** Whether it does so when it is asked to. */
  onLater = false
  readonly inflated: InflateJob[] = []
  /** How often it was asked for each. */
  readonly calls = { deflate: 0, deflateNow: 0, inflate: 0 }

  deflate(bytes: Uint8Array, job: DeflateJob, done: (bytes: Uint8Array) => void): void {
    this.calls.deflate++
    this.#take('deflate', this.late, () => {
      if (bytes.length <= 1024) compression.deflate(bytes, job, done)
      else done(compression.deflateNow(bytes, job))
    })
  }

  deflateNow(bytes: Uint8Array, job: DeflateJob): Uint8Array {
    this.calls.deflateNow++
    return compression.deflateNow(bytes, job)
  }

  inflate(bytes: Uint8Array, job: InflateJob, done: (result: Inflated) => void): void {
    this.calls.inflate++
    this.inflated.push(job)
    const atOnce = { ...job, later: false }
    const late = this.late || (this.onLater && job.later)
    this.#take('inflate', late, () => compression.inflate(bytes, atOnce, done))
  }

  /** Finishes the oldest job, or the oldest of one kind; gives whether there was one. */
  finish(work?: Work): boolean {
    const at = this.jobs.findIndex((job) => !work || job.work === work)
    const [job] = at < 0 ? [] : this.jobs.splice(at, 1)
    job?.finish()
    return job !== undefined
  }

  #take(work: Work, late: boolean, finish: () => void): void {
    if (late) this.jobs.push({ work, finish })
    else finish()
  }
}

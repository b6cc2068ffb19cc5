import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { ErrorCounts } from './error-counts.ts'
import { LatencyHistogram } from './latency-histogram.ts'
import type { LoadData, LoadOrder, LoadReport } from './load-messages.ts'
import type { LoadSettings } from './load-settings.ts'
import { Tally } from './tally.ts'

/** What all threads have seen together. */
export interface LoadSummary {
  readonly open: number
  readonly connectTimes: LatencyHistogram
  readonly tally: Tally
  readonly errors: ErrorCounts
  /** Milliseconds that were counted. */
  readonly elapsed: number
  /** The share of that in which the busiest thread was busy. */
  readonly busy: number
  /** Cores that this process used. */
  readonly cpu: number
}

/** Threads that make load, with the connections divided among them. */
export class LoadThreads {
  readonly #workers: readonly Worker[]
  readonly #reports: (LoadReport | undefined)[]
  #heard: () => void = () => {}
  #failure: unknown

  constructor(settings: LoadSettings, connections: number, threads: number) {
    const file = new URL('./load-worker.js', import.meta.url)
    this.#workers = Array.from({ length: threads }, (_, at) => {
      const share = Math.ceil((connections - at) / threads)
      const workerData: LoadData = { settings, connections: share }
      return new Worker(file, { workerData })
    })
    this.#reports = this.#workers.map(() => undefined)
    for (const [at, worker] of this.#workers.entries()) {
      worker.on('message', (report: LoadReport) => {
        this.#reports[at] = report
        this.#heard()
      })
      worker.on('error', (error) => {
        this.#failure ??= error
        this.#heard()
      })
    }
  }

  get summary(): LoadSummary {
    const reports = this.#reports.filter((report) => report !== undefined)
    const summary = {
      open: reports.reduce((sum, { open }) => sum + open, 0),
      connectTimes: new LatencyHistogram(),
      tally: new Tally(),
      errors: new ErrorCounts(),
      elapsed: Math.max(0, ...reports.map(({ elapsed }) => elapsed)),
      busy: Math.max(0, ...reports.map(({ busy }) => busy)),
      // Each thread sees all of the process.
      cpu: Math.max(0, ...reports.map(({ cpu }) => cpu)),
    }
    for (const { connectTimes, tally, errors } of reports) {
      summary.connectTimes.merge(connectTimes)
      summary.tally.merge(tally)
      for (const { code, message, count } of errors) summary.errors.add(code, message, count)
    }
    return summary
  }

  /** Resolves when every connection is open or has failed. */
  opened(): Promise<void> {
    return this.#all((state) => state !== 'opening')
  }

  /** Begins to send; resolves when all is counted. */
  async run(): Promise<void> {
    const open = this.#reports.map((report) => report!.open)
    const total = open.reduce((sum, count) => sum + count, 0)
    let first = 0
    for (const [at, worker] of this.#workers.entries()) {
      tell(worker, { order: 'run', share: { first, total } })
      first += open[at]!
    }
    await this.#all((state) => state === 'done')
  }

  stop(): void {
    for (const worker of this.#workers) tell(worker, { order: 'stop' })
  }

  /** Resolves when the connections are closed and the threads have ended. */
  async ended(): Promise<void> {
    const running = this.#workers.filter((worker) => worker.threadId >= 0)
    await Promise.all(running.map((worker) => once(worker, 'exit')))
  }

  async #all(reached: (state: LoadReport['state']) => boolean): Promise<void> {
    while (!this.#reports.every((report) => report && reached(report.state))) {
      await new Promise<void>((resolve) => (this.#heard = resolve))
      if (this.#failure !== undefined) throw this.#failure
    }
  }
}

function tell(worker: Worker, order: LoadOrder): void {
  // A thread, not a window.
  // oxlint-disable-next-line unicorn/require-post-message-target-origin
  worker.postMessage(order)
}

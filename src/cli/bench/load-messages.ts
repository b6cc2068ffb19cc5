import type { ErrorCount } from './error-counts.ts'
import type { HistogramCounts } from './latency-histogram.ts'
import type { LoadSettings, Share } from './load-settings.ts'
import type { TallyCounts } from './tally.ts'

/** What a thread is made with. */
export interface LoadData {
  readonly settings: LoadSettings
  readonly connections: number
}

/** What a thread is told, once its connections are open: to begin, and to stop. */
export type LoadOrder =
  | { readonly order: 'run'; readonly share: Share }
  | { readonly order: 'stop' }

/** What a thread has seen so far. */
export interface LoadReport {
  /** `opening` and `running` come again and again, `opened` and `done` once each. */
  readonly state: 'opening' | 'opened' | 'running' | 'done'
  readonly open: number
  readonly connectTimes: HistogramCounts
  readonly tally: TallyCounts
  readonly errors: readonly ErrorCount[]
  /** Milliseconds of the window that have passed. */
  readonly elapsed: number
  /** The shares of the window in which the thread was busy, and in which all of the process used a core. */
  readonly busy: number
  readonly cpu: number
}

import type { TidewireError } from '../../node/index.ts'

/** What went wrong, and how often. */
export interface ErrorCount {
  /** One of `ERR_*`, the code of the system, `closed` with the code of the close frame, or a word. */
  readonly code: string
  readonly count: number
  /** What was said the first time. */
  readonly message: string
}

/** What went wrong, by code. */
export class ErrorCounts {
  readonly #counts = new Map<string, { count: number; readonly message: string }>()

  /** A connection did not come about. */
  failed(error: TidewireError): void {
    const system = (error.cause as NodeJS.ErrnoException | undefined)?.code ?? ''
    const message = explained.get(system)
    if (message === undefined) this.add(error.code, error.message)
    else this.add(system, message)
  }

  add(code: string, message: string, count = 1): void {
    const known = this.#counts.get(code)
    if (known) known.count += count
    else this.#counts.set(code, { count, message })
  }

  get list(): readonly ErrorCount[] {
    return [...this.#counts].map(([code, { count, message }]) => ({ code, count, message }))
  }
}

/** The system's limits on this side, which its own words do not explain. */
const explained: ReadonlyMap<string, string> = new Map([
  ['EMFILE', 'This process may open no more files; ulimit -n raises the limit.'],
  ['ENFILE', 'This machine has no more open files to give; sysctl fs.file-max raises the limit.'],
  [
    'EADDRNOTAVAIL',
    'No local port is left for this address: there are about 28,000, and each is kept for a minute after use.',
  ],
])

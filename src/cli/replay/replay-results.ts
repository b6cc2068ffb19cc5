import type { Difference } from './compare-answers.ts'

/** What came of one connection. */
export interface ConnectionResult {
  /** Its place in the file, from 1. */
  readonly connection: number
  /** Where it was recorded. */
  readonly recorded: string
  readonly same: boolean
  /** Why it was not opened, where it was not. */
  readonly refused?: string
  readonly sent: number
  readonly expected: number
  readonly answers: number
  readonly differences: readonly Difference[]
  /** The codes that the server closed with then and now, where they differ; `null` where it did not close. */
  readonly closed?: { readonly expected: number | null; readonly got: number | null }
}

/** What `--json` prints. */
export interface ReplayResults {
  readonly same: boolean
  /** Whether it was ended before its time, and this is what came of it so far. */
  readonly interrupted: boolean
  readonly connections: readonly ConnectionResult[]
}

/** Bytes as base64, which JSON has no other way for. */
export function resultsJson(results: ReplayResults): string {
  const bytes = (_: string, one: unknown): unknown =>
    one instanceof Uint8Array ? { base64: Buffer.from(one).toString('base64') } : one
  return `${JSON.stringify(results, bytes, 2)}\n`
}

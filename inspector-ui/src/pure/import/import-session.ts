import type { ConnectionRecord, FrameRecord } from '../../../../src/inspect/recording/records.ts'
import { importHar } from './import-har.ts'
import { importJsonLines } from './import-json-lines.ts'

/** A saved session: what a `Recording` would hold. */
export interface Imported {
  readonly connections: readonly ConnectionRecord[]
  /** Their numbers count up from 0. */
  readonly frames: readonly FrameRecord[]
}

/** Reads a HAR or JSON lines, whichever it is; undefined for neither. */
export function importSession(text: string): Imported | undefined {
  return importHar(text) ?? importJsonLines(text)
}

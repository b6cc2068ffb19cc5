import { findingCatalogue, type FindingCode } from './finding-catalogue.ts'
import type { FindingLevel } from './findings/finding-entry.ts'

/** Which part of opening a WebSocket a finding is about. */
export type FindingPart = 'network' | 'request' | 'response' | 'frames'

/** Something about a handshake that is wrong or unusual. */
export interface Finding {
  /** A stable code of `findingCatalogue`. */
  readonly code: FindingCode
  readonly level: FindingLevel
  readonly part: FindingPart
  /** The header it is about, as it was written. */
  readonly field?: string | undefined
  /** What is so, in one sentence. */
  readonly text: string
  /** The value that would be right, where there is one. */
  readonly expected?: string | undefined
  /** What to do. */
  readonly remedy: string
  /** Where it is written. */
  readonly clause: string
}

export interface FindingDetail {
  readonly field?: string | undefined
  readonly expected?: string | undefined
  /** In place of the catalogue's. */
  readonly remedy?: string | undefined
}

/** @param text What is so; the catalogue's meaning when there is nothing more to say. */
export function finding(
  code: FindingCode,
  part: FindingPart,
  text: string | undefined,
  { field, expected, remedy }: FindingDetail = {},
): Finding {
  const entry = findingCatalogue[code]
  return {
    code,
    level: entry.level,
    part,
    ...(field === undefined ? {} : { field }),
    text: text ?? entry.meaning,
    ...(expected === undefined ? {} : { expected }),
    remedy: remedy ?? entry.remedy,
    clause: entry.clause,
  }
}

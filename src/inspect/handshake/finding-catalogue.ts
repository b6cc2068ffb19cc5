import type { FindingEntry } from './findings/finding-entry.ts'
import { type FrameFindingCode, frameFindings } from './findings/frame-findings.ts'
import { type NetworkFindingCode, networkFindings } from './findings/network-findings.ts'
import { type RequestFindingCode, requestFindings } from './findings/request-findings.ts'
import { type ResponseFindingCode, responseFindings } from './findings/response-findings.ts'

/** A stable code of a finding; never renamed within a major version. */
export type FindingCode =
  | RequestFindingCode
  | ResponseFindingCode
  | NetworkFindingCode
  | FrameFindingCode

/** Every finding with what it means and what to do about it; `docs/explain.md` is made from this. */
export const findingCatalogue: Readonly<Record<FindingCode, FindingEntry>> = {
  ...requestFindings,
  ...responseFindings,
  ...networkFindings,
  ...frameFindings,
}

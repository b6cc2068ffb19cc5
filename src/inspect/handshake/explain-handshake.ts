import { headerMeaning } from '../header-meaning.ts'
import { judgeDraft } from './draft.ts'
import { findingCatalogue } from './finding-catalogue.ts'
import type { Finding } from './finding.ts'
import { judgeRequest } from './judge-request.ts'
import { judgeResponse } from './judge-response.ts'
import { refusalMeaning } from './refusal-meaning.ts'
import { requestLineMeaning, statusLineMeaning } from './start-line-meaning.ts'
import type { Exchange, WrittenRequest, WrittenResponse } from './written-head.ts'

/** A header as it was written, and what it says. */
export interface ExplainedField {
  readonly name: string
  readonly value: string
  readonly meaning: string
}

/** Half of a handshake, line by line. */
export interface ExplainedHead {
  readonly line: string
  readonly meaning: string
  readonly fields: readonly ExplainedField[]
}

/** A handshake in plain words, and what is wrong with it. */
export interface Explanation {
  /** Whether nothing is wrong; what is only unusual does not count. */
  readonly sound: boolean
  readonly request?: ExplainedHead
  readonly response?: ExplainedHead
  readonly findings: readonly Finding[]
}

/**
 * Explains an opening handshake header by header and judges it (RFC 6455 §4). Half of one will do: then
 * only that half is judged. It is a pure function.
 */
export function explainHandshake(exchange: Exchange): Explanation {
  const { request, response } = exchange
  const findings = [
    ...(request ? judgeRequest(request) : []),
    ...judgeDraft(exchange),
    ...judgeResponse(exchange),
  ]
  return {
    sound: isSound(findings),
    ...(request && { request: explainedRequest(request, findings) }),
    ...(response && { response: explainedResponse(response, findings) }),
    findings,
  }
}

function explainedRequest(request: WrittenRequest, findings: readonly Finding[]): ExplainedHead {
  const about = findings.filter(({ part }) => part === 'request')
  const fields = [...request.fields].map(([name, value]) => {
    const meaning = fault(name, about) ?? headerMeaning(name, value, 'request')
    return { name, value, meaning }
  })
  return { line: request.line, meaning: requestLineMeaning(request), fields }
}

/** In an answer that is no acceptance some headers mean what they do in any HTTP response. */
function explainedResponse(response: WrittenResponse, findings: readonly Finding[]): ExplainedHead {
  const about = findings.filter(({ part }) => part === 'response')
  const refused = response.status !== 101
  const fields = [...response.fields].map(([name, value]) => {
    const plain = refused ? refusalMeaning(name, value) : fault(name, about)
    return { name, value, meaning: plain ?? headerMeaning(name, value, 'response') }
  })
  return { line: response.line, meaning: statusLineMeaning(response), fields }
}

/** What was found about a header says more than what such a header usually means. */
function fault(name: string, findings: readonly Finding[]): string | undefined {
  const about = findings.find(({ field }) => field?.toLowerCase() === name.toLowerCase())
  if (!about) return undefined
  return `${findingCatalogue[about.code].meaning.slice(0, -1)} (${about.clause}).`
}

function isSound(findings: readonly Finding[]): boolean {
  return findings.every(({ level }) => level !== 'wrong')
}

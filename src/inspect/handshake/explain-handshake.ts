import { type HandshakeHead, headerMeaning } from '../header-meaning.ts'
import { judgeDraft } from './draft.ts'
import type { Finding } from './finding.ts'
import { judgeRequest } from './judge-request.ts'
import { judgeResponse } from './judge-response.ts'
import { requestLineMeaning, statusLineMeaning } from './start-line-meaning.ts'
import type { Exchange } from './written-head.ts'

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
    ...(request && {
      request: {
        line: request.line,
        meaning: requestLineMeaning(request),
        fields: explained('request', request.fields),
      },
    }),
    ...(response && {
      response: {
        line: response.line,
        meaning: statusLineMeaning(response),
        fields: explained('response', response.fields),
      },
    }),
    findings,
  }
}

function isSound(findings: readonly Finding[]): boolean {
  return findings.every(({ level }) => level !== 'wrong')
}

function explained(
  head: HandshakeHead,
  fields: Iterable<readonly [name: string, value: string]>,
): ExplainedField[] {
  return [...fields].map(([name, value]) => ({
    name,
    value,
    meaning: headerMeaning(name, value, head),
  }))
}

import type { Case, Ending, Role, Severity } from '../case.ts'
import { type Finding, milder } from '../verdict.ts'
import type { OpeningResult } from '../wire/open-as-client.ts'
import type { Session } from '../wire/session.ts'

type Refusal = Ending & { readonly kind: 'refuses' }

/** Judges a handshake that should come to nothing. */
export async function judgeRefusal(
  one: Case,
  expected: Refusal,
  session: Session,
  opened: OpeningResult,
  role: Role,
  patience: number,
): Promise<Finding[]> {
  const find = (severity: Severity, text: string): Finding[] => [
    { severity: milder(severity, one.severity ?? 'MUST'), text },
  ]
  if (role === 'client') return judgeClient(find, session, patience)
  if (opened.kind !== 'refused') return find('MUST', 'accepted the handshake with 101')
  const { status, head } = opened
  if (status === 0) {
    if (session.ended === undefined) return find('MUST', 'neither answered nor ended the transport')
    return expected.statuses.includes(0) ? [] : find('SHOULD', 'ended the transport, unanswered')
  }
  if (expected.field !== undefined && !head?.fields.has(expected.field)) {
    return find('MUST', `refused with ${status} without the field ${expected.field}`)
  }
  if (expected.statuses.includes(status)) return []
  if (expected.anyError && status >= 400 && status < 600) return []
  const wanted = expected.statuses.filter((one_) => one_ !== 0).join(' or ')
  const isError = status >= 400 && status < 600
  return find(isError ? 'SHOULD' : 'MUST', `answered with ${status}; expected ${wanted}`)
}

/** RFC 6455 §4.1: a client that does not like the answer fails the connection; it is not open. */
async function judgeClient(
  find: (severity: Severity, text: string) => Finding[],
  session: Session,
  patience: number,
): Promise<Finding[]> {
  const { heard } = session
  // Only a client that believes the connection to be open answers.
  session.send([{ opcode: 9, payload: 'are you open?' }])
  const spoke = (): boolean => heard.pongs.length + heard.messages.length > 0 || !!heard.close
  await session.wait(() => spoke() || session.ended !== undefined, patience)
  if (spoke()) return find('MUST', 'opened the connection')
  if (session.ended === undefined) return find('SHOULD', 'neither opened nor ended the connection')
  return []
}

import type { Socket } from 'node:net'
import type { Case, Role } from '../case.ts'
import { type CaseResult, type Finding, milder, type Verdict, verdictOf } from '../verdict.ts'
import type { Head } from '../wire/head.ts'
import { openAsClient, type OpeningResult } from '../wire/open-as-client.ts'
import { openAsServer } from '../wire/open-as-server.ts'
import { requestChecks } from '../wire/request-checks.ts'
import { Session } from '../wire/session.ts'
import { judge } from './judge.ts'
import { judgeRefusal } from './judge-refusal.ts'
import { maskKeyFindings } from './mask-keys.ts'
import { perform } from './perform.ts'
import type { Run } from './select-cases.ts'

export interface RunSettings {
  /** Milliseconds that the endpoint has for each step. */
  readonly patience: number
  /** Whether a server is known to have permessage-deflate: what it declines says nothing otherwise. */
  readonly deflate?: boolean
}

/** The endpoint that a case is run against, and how to get to it. */
export type Endpoint =
  | { readonly role: 'server'; readonly url: URL; open(): Promise<Socket> }
  | { readonly role: 'client'; readonly request: Head; readonly session: Session }

/** Runs one case on one connection, to a verdict. */
export async function runCase(
  run: Run,
  endpoint: Endpoint,
  settings: RunSettings,
): Promise<CaseResult> {
  const { one } = run
  const startedAt = performance.now()
  const patience = one.patience ?? settings.patience
  const opening = one.opening ?? {}
  if (endpoint.role === 'server' && opening.needsDeflate && !settings.deflate) {
    return resultOf(run, 'not-supported', [noDeflate], startedAt)
  }
  const session = await sessionWith(endpoint).catch((error: Error) => error)
  // It could be connected to before: an earlier case has been too much for it.
  if (session instanceof Error) {
    return resultOf(run, 'fail', [{ severity: 'MUST', text: session.message }], startedAt)
  }
  session.split = run.split
  const opened =
    endpoint.role === 'client'
      ? await openAsServer(session, endpoint.request, opening)
      : await openAsClient(session, endpoint.url, opening, patience)
  const { findings, verdict } = await judged(one, session, opened, endpoint, patience)
  session.destroy()
  const transcript = verdict === 'pass' ? [] : session.transcript.entries
  return resultOf(run, verdict, findings, startedAt, transcript)
}

async function sessionWith(endpoint: Endpoint): Promise<Session> {
  return endpoint.role === 'client'
    ? endpoint.session
    : new Session(await endpoint.open(), 'client')
}

const noDeflate: Finding = { severity: 'informational', text: 'it has no permessage-deflate' }

function resultOf(
  { id, one: { title, clause, severity = 'MUST' } }: Run,
  verdict: Verdict,
  findings: readonly Finding[],
  startedAt: number,
  transcript: CaseResult['transcript'] = [],
): CaseResult {
  const milliseconds = Math.round(performance.now() - startedAt)
  return { id, title, clause, severity, verdict, findings, milliseconds, transcript }
}

interface Judged {
  readonly findings: readonly Finding[]
  readonly verdict: Verdict
}

async function judged(
  one: Case,
  session: Session,
  opened: OpeningResult,
  endpoint: Endpoint,
  patience: number,
): Promise<Judged> {
  if (opened.kind === 'not-supported') {
    await leave(session, endpoint.role)
    const findings: Finding[] = [{ severity: 'informational', text: opened.why }]
    return { findings, verdict: 'not-supported' }
  }
  const { ending } = one.expects
  const found = async (): Promise<Finding[]> => {
    if (ending.kind === 'refuses') {
      return judgeRefusal(one, ending, session, opened, endpoint.role, patience)
    }
    if (opened.kind === 'wrong') return [{ severity: 'MUST', text: opened.fault }]
    if (opened.kind === 'refused') {
      const severity = one.severity ?? 'MUST'
      // RFC 7692 §7.1: to decline an offer and to refuse the handshake for it are both right.
      if (one.expects.check === 'no-deflate' && opened.status >= 400) return []
      const status = opened.status === 0 ? 'nothing' : opened.status
      return [{ severity, text: `answered the opening handshake with ${status}; expected 101` }]
    }
    const did = await perform(session, one, endpoint.role, patience)
    return [...judge(one, session, did), ...(await checked(one, session, opened, endpoint))]
  }
  const findings = await found()
  return { findings, verdict: verdictOf(findings) }
}

/** What a case looks at beside the exchange. */
async function checked(
  one: Case,
  session: Session,
  opened: OpeningResult & { kind: 'open' },
  endpoint: Endpoint,
): Promise<Finding[]> {
  const { check } = one.expects
  const severity = milder(one.severity ?? 'MUST', 'MUST')
  if (check === undefined) return []
  if (check === 'mask-keys') return maskKeyFindings(session.heard.keys)
  if (check === 'no-deflate') {
    return opened.deflate ? [{ severity, text: 'accepted permessage-deflate' }] : []
  }
  if (check === 'deflate') {
    return opened.deflate ? [] : [{ severity, text: 'declined permessage-deflate' }]
  }
  if (check === 'next-connection') return nextConnection(endpoint)
  const fault = requestChecks[check](opened.head)
  return fault === undefined ? [] : [{ severity, text: `the request: ${fault}` }]
}

/** A connection that broke must not have taken the others with it. */
async function nextConnection(endpoint: Endpoint): Promise<Finding[]> {
  if (endpoint.role === 'client') return []
  const session = await sessionWith(endpoint).catch(() => undefined)
  const opened = session && (await openAsClient(session, endpoint.url, {}, 5000))
  session?.destroy()
  if (opened?.kind === 'open') return []
  return [{ severity: 'MUST', text: 'the next connection could not be opened' }]
}

async function leave(session: Session, role: Role): Promise<void> {
  session.send([{ opcode: 8 }])
  await session.wait(() => session.over, 1000)
  if (role === 'client') session.end()
}

import type { Case, Ending, Reply, Severity } from '../case.ts'
import { type Finding, milder } from '../verdict.ts'
import { bytesOf, type Payload } from '../wire/frame.ts'
import type { HeardMessage } from '../wire/heard.ts'
import type { Session } from '../wire/session.ts'
import { quoted } from '../wire/transcript.ts'
import type { Performance } from './perform.ts'

/** Compares what an endpoint did on an open connection with what the case expects of it. */
export function judge(one: Case, session: Session, did: Performance): Finding[] {
  const judgement = new Judgement(one, session)
  for (const fault of new Set(session.heard.faults)) judgement.find('MUST', fault, true)
  judgement.ending(one.expects.ending, did)
  if (!judgement.limited) judgement.replies(one.expects.replies)
  return judgement.findings
}

/** Codes that say that something was wrong (RFC 6455 §7.4.1). */
const failures: readonly number[] = [1002, 1003, 1007, 1008, 1009, 1010, 1011]
const tooBig: readonly number[] = [1008, 1009]

class Judgement {
  readonly findings: Finding[] = []
  /** The endpoint has limits, which it may (RFC 6455 §10.4). */
  limited = false
  readonly #case: Case
  readonly #session: Session

  constructor(one: Case, session: Session) {
    this.#case = one
    this.#session = session
  }

  /** @param always It is a fault whatever the case is about. */
  find(severity: Severity, text: string, always = false): void {
    const most = always ? severity : milder(severity, this.#case.severity ?? 'MUST')
    this.findings.push({ severity: most, text })
  }

  // ---- replies

  /** Messages keep their order, and so do pongs (RFC 6455 §5.4, §5.5.3). */
  replies(expected: readonly Reply[]): void {
    const { heard } = this.#session
    const { kind } = this.#case.expects.ending
    const messages = expected.filter((one) => one.kind !== 'pong')
    const isSame = comparison()
    const same = messages.findIndex((one, at) => !isSame(one, heard.messages[at]))
    const came = heard.messages.length
    if (came > messages.length) {
      this.find('MUST', `echoed ${came} messages; expected ${messages.length}`)
    } else if (same >= 0 && same < came) {
      this.find('MUST', `message ${same + 1} came back otherwise than it was sent`)
    } else if (came < messages.length) {
      // RFC 6455 §7.1.7 lets an endpoint that fails drop what it had not answered yet.
      const failing = kind !== 'we-close' && kind !== 'answers'
      const optional = messages.slice(came).every((one) => one.optional)
      const text = `echoed ${came} of ${messages.length} messages`
      if (!optional) this.find(failing ? 'SHOULD' : 'MUST', text)
    }
    this.#pongs(expected.filter((one) => one.kind === 'pong'))
  }

  #pongs(expected: readonly Reply[]): void {
    const got = this.#session.heard.pongs.map((payload) => Buffer.from(payload))
    let at = 0
    for (const one of expected) {
      const wanted = Buffer.from(bytesOf(one.payload))
      const next = got[at]
      if (next?.equals(wanted)) at++
      else if (!one.optional) {
        const text = `no pong with ${quoted(wanted)}; got ${next ? quoted(next) : 'none'}`
        const failing = this.#case.expects.ending.kind !== 'we-close'
        return this.find(failing ? 'SHOULD' : 'MUST', text)
      }
    }
    // Pongs that nobody asked for are allowed, but nothing speaks for them here (§5.5.3).
    if (at < got.length) this.find('SHOULD', `${got.length - at} pongs that nobody asked for`)
  }

  // ---- the ending

  ending(expected: Ending, did: Performance): void {
    switch (expected.kind) {
      case 'we-close':
        this.#closing([1000])
        break
      case 'answers':
        this.#closing(expected.codes)
        break
      case 'fails':
        this.#failing(expected.codes, did)
        break
      case 'answers-or-fails':
        if (!this.#session.ended && !this.#session.heard.close) this.#silent()
        break
      case 'ends':
        if (!did.endedInTime) this.find('MUST', 'did not end the transport')
        return
      case 'refuses':
        return
    }
    if (this.#session.heard.close && !did.endedInTime) {
      // RFC 6455 §5.5.1: "MUST close the underlying TCP connection".
      this.find('MUST', 'did not end the transport after the closing handshake')
    }
  }

  /** The closing handshake (RFC 6455 §5.5.1): what was sent comes back. */
  #closing(codes: readonly number[]): void {
    const { ended } = this.#session
    const { close } = this.#session.heard
    if (!close) {
      if (!ended) return this.#silent()
      return this.find('MUST', `ended the transport (${ended}) without a close frame (§5.5.1)`)
    }
    const { code, reason } = close
    if (codes.length === 0 ? code === undefined : codes.includes(code ?? 0)) return
    const said = `${code ?? 'no code'}${reason ? ` ${JSON.stringify(reason)}` : ''}`
    if (code !== undefined && tooBig.includes(code) && this.#case.id.match(/^(9|1[0-3])\./)) {
      this.limited = true
      return this.find('informational', `has a limit: closed with ${said}`)
    }
    const wanted = codes.length === 0 ? 'no code' : codes.join(' or ')
    // §5.5.1: it "typically" echoes the code. To say that something was wrong is another matter.
    const failed = code !== undefined && failures.includes(code)
    this.find(failed ? 'MUST' : 'SHOULD', `closed with ${said}; expected ${wanted}`)
  }

  /** RFC 6455 §7.1.7: it SHOULD send a close frame that says why, and ends the transport. */
  #failing(codes: readonly number[], did: Performance): void {
    const { ended } = this.#session
    const { close } = this.#session.heard
    const wanted = codes.join(' or ')
    if (!close) {
      if (!ended) return this.find('MUST', `did not fail the connection; expected ${wanted}`)
      const text = `ended the transport (${ended}) without a close frame; expected ${wanted}`
      return this.find('SHOULD', text)
    }
    const { code, reason } = close
    if (codes.includes(code ?? 0)) {
      if (did.late) this.find('SHOULD', `failed only when more had come, with ${code}`)
      return
    }
    const said = `${code ?? 'no code'}${reason ? ` ${JSON.stringify(reason)}` : ''}`
    this.find('SHOULD', `closed with ${said}; expected ${wanted}`)
  }

  #silent(): void {
    this.find('MUST', 'neither answered the close frame nor ended the transport')
  }
}

/** Whether a message is the one that was expected: samples are made once for all of them. */
function comparison(): (expected: Reply, got: HeardMessage | undefined) => boolean {
  const made = new Map<Payload, Uint8Array>()
  return ({ kind, payload }, got) => {
    const bytes = made.get(payload) ?? bytesOf(payload)
    made.set(payload, bytes)
    return got?.kind === kind && Buffer.compare(bytes, got.payload) === 0
  }
}

import { RemoteProtocolError } from '../errors/index.ts'
import { CloseCode } from './close-code.ts'
import type { CloseFrame } from './close-frame.ts'
import { opcodeName } from './opcode.ts'

/** What ended a connection. */
export type CloseTrigger =
  /** A close frame, ours or the peer's. */
  | 'close-frame'
  /** The peer broke the protocol. */
  | 'protocol-error'
  /** The peer went over a limit, or took longer than one allows. */
  | 'limit'
  /** A ping was not answered in time. */
  | 'heartbeat'
  /** The transport ended or broke without a close frame. */
  | 'transport'
  /** The program destroyed the connection. */
  | 'terminate'

/** Why a connection closed, as far as this side can know: what a bare 1006 does not say. */
export interface CloseCause {
  readonly trigger: CloseTrigger
  /** Which side began. */
  readonly by: 'local' | 'remote'
  readonly sent: CloseFrame | undefined
  readonly received: CloseFrame | undefined
  /** The last frame that came, `undefined` when none did. */
  readonly lastFrame: { readonly opcode: string; readonly length: number } | undefined
  /** Milliseconds since the last byte came. */
  readonly sinceLastByte: number
  /** Whether a ping of ours was still unanswered. */
  readonly pongOwed: boolean
  /** The protocol error, the socket's error, or `undefined`. */
  readonly error: Error | undefined
  /** All of this in a sentence or two. */
  readonly text: string
}

/** How a connection ended. */
export interface CloseOutcome {
  /**
   * The code of the peer's close frame; else the one we failed the connection with; else 1006
   * (RFC 6455 §7.1.5).
   */
  readonly code: number
  readonly reason: string
  /** Both sides sent a close frame (RFC 6455 §7.1.4). */
  readonly wasClean: boolean
  readonly cause: CloseCause
}

/** What only the connection knows when it is over. */
export type LastSigns = Pick<CloseCause, 'sinceLastByte' | 'pongOwed'> & {
  /** -1 when no frame came. */
  readonly opcode: number
  readonly length: number
}

/** What happens to a connection from the first sign of its end, gathered for the diagnosis. */
export class CloseRecord {
  sent: CloseFrame | undefined
  received: CloseFrame | undefined
  error: Error | undefined
  /** When the end began; the closing handshake has `closeTimeout` from then. */
  beganAt: number | undefined
  #trigger: CloseTrigger = 'transport'
  #by: CloseCause['by'] = 'remote'

  /** Notes what began the end; a later fault in a closing handshake overrides it, but not its time. */
  begin(trigger: CloseTrigger, by: CloseCause['by'], now: number): void {
    this.beganAt ??= now
    this.#trigger = trigger
    this.#by = by
  }

  outcome({ opcode, length, sinceLastByte, pongOwed }: LastSigns): CloseOutcome {
    const { sent, received, error } = this
    const facts: CloseCause = {
      trigger: this.#trigger,
      by: this.#by,
      sent,
      received,
      lastFrame: opcode < 0 ? undefined : { opcode: opcodeName(opcode), length },
      sinceLastByte,
      pongOwed,
      error,
      // Most are never read.
      get text() {
        return causeText(facts)
      },
    }
    const failure = error instanceof RemoteProtocolError ? error : undefined
    return {
      code: received?.code ?? failure?.closeCode ?? CloseCode.abnormal,
      reason: received?.reason ?? failure?.message ?? '',
      wasClean: received !== undefined && sent !== undefined,
      cause: facts,
    }
  }
}

/** A limit is not a breach of the protocol: the frames were legal, only too much or too slow. */
export function triggerOf(error: RemoteProtocolError): CloseTrigger {
  if (error.code === 'ERR_HEARTBEAT') return 'heartbeat'
  return error.code.startsWith('ERR_LIMIT_') ? 'limit' : 'protocol-error'
}

function causeText(facts: CloseCause): string {
  const { trigger, lastFrame, sinceLastByte, pongOwed } = facts
  const sentences = [opening(facts)]
  if (trigger === 'transport' || trigger === 'heartbeat') {
    sentences.push(
      lastFrame
        ? `The last frame was ${lastFrame.opcode} of ${lastFrame.length} bytes; the last byte came ${Math.round(sinceLastByte)} ms ago.`
        : 'No frame ever came.',
    )
    if (pongOwed) sentences.push('A ping of ours was unanswered.')
  }
  return sentences.join(' ')
}

function opening({ trigger, by, sent, received, error }: CloseCause): string {
  switch (trigger) {
    case 'close-frame': {
      const who = by === 'local' ? 'This side' : 'The peer'
      const frame = by === 'local' ? sent : received
      const answer = sent && received ? '' : ', and got no close frame in return'
      return `${who} closed the connection with ${frame?.code}${answer}.`
    }
    case 'protocol-error':
      return `The peer broke the protocol: ${error?.message}.`
    case 'limit':
      return `A limit was reached: ${error?.message}.`
    case 'heartbeat':
      return `The peer is gone: ${error?.message}.`
    case 'terminate':
      return 'This side destroyed the connection without a closing handshake.'
    case 'transport':
      return error
        ? `The transport failed without a close frame: ${error.message}.`
        : 'The peer ended the transport without a close frame.'
  }
}

import type { CloseOutcome } from '../core/index.ts'
import type { ErrorCode } from '../errors/index.ts'
import { channels } from './channels.ts'

/** What an endpoint counts. Plain numbers: counting a message costs an addition. */
export class Counters {
  opened = 0
  messagesReceived = 0
  messagesSent = 0
  /** Messages that were thrown away, by a slow receiver's policy or by `rate`. */
  messagesDropped = 0
  /** Bytes over the wire, without the opening handshake. */
  bytesReceived = 0
  bytesSent = 0
  /** Connections that are over, by their close code. */
  readonly closes: Map<number, number> = new Map()
  /** Requests that were refused: by the code of their error, or `response` for those of the program. */
  readonly refusals: Map<ErrorCode | 'response', number> = new Map()
  /** What was closed, delayed or dropped by a limit, by its code. */
  readonly limits: Map<ErrorCode, number> = new Map()

  closed({ code, cause }: CloseOutcome, socket: unknown): void {
    add(this.closes, code)
    if (cause.trigger !== 'limit' && cause.trigger !== 'heartbeat') return
    this.limited((cause.error as { code?: ErrorCode } | undefined)?.code ?? 'ERR_HEARTBEAT', {
      socket,
    })
  }

  refused(code: ErrorCode | 'response', request?: unknown): void {
    add(this.refusals, code)
    if (isLimit(code)) this.limited(code, { request })
  }

  limited(code: ErrorCode, whom: { socket?: unknown; request?: unknown }): void {
    add(this.limits, code)
    if (channels.limit.hasSubscribers) channels.limit.publish({ code, ...whom })
  }

  dropped(code: ErrorCode, socket: unknown): void {
    this.messagesDropped++
    this.limited(code, { socket })
  }
}

/** Those of the head and of the time for it have had their names since before there were others. */
const otherLimits = [
  'ERR_HANDSHAKE_HEAD_SIZE',
  'ERR_HANDSHAKE_TARGET_SIZE',
  'ERR_HANDSHAKE_TIMEOUT',
  'ERR_UPGRADE_TIMEOUT',
]

function isLimit(code: ErrorCode | 'response'): code is ErrorCode {
  return code.startsWith('ERR_LIMIT_') || otherLimits.includes(code)
}

function add<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}

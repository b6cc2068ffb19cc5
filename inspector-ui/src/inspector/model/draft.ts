import type { FeedSide, SendCommand } from '../../../../src/inspect/feed/feed-requests.ts'
import type { ConnectionRecord } from '../../../../src/inspect/recording/records.ts'
import type { FrameRecord } from '../../../../src/inspect/recording/records.ts'
import { bytesBase64 } from '../../pure/base64-bytes.ts'
import { hexText } from '../../pure/hex.ts'
import type { Row } from '../../pure/rows/row.ts'

/** A message that is about to be written: what is in the composer. */
export interface Draft {
  readonly to: FeedSide
  readonly opcode: SendCommand['opcode']
  /** Text, or hex for the others. */
  readonly text: string
}

/** To which end a row was going. */
export function sideOf(
  { direction }: Pick<Row, 'direction'>,
  { role }: Pick<ConnectionRecord, 'role'>,
): FeedSide {
  return (direction === 'sent') === (role === 'server') ? 'client' : 'server'
}

/** A message that was seen, to be changed. */
export function draftOf(row: Row, frame: FrameRecord, to: FeedSide): Draft {
  const opcode = sendable(row)
  const bytes = payloadOf(frame)
  return { to, opcode, text: opcode === 'text' ? utf8(bytes) : hexText(bytes) }
}

/** The command that sends it once more as it was. */
export function resendOf(row: Row, frame: FrameRecord, to: FeedSide): Omit<SendCommand, 'id'> {
  const opcode = sendable(row)
  const bytes = payloadOf(frame)
  const data = opcode === 'text' ? utf8(bytes) : bytesBase64(bytes)
  return { ask: 'send', connection: row.connection, to, opcode, data }
}

/** A fragment alone cannot be sent; a close frame has a form of its own. */
export function canResend({ kind, redacted, cut }: Row, frame: FrameRecord | undefined): boolean {
  if (kind === 'fragment' || kind === 'close' || kind === 'reserved' || redacted) return false
  const { payload, length } = frame?.message ?? frame ?? {}
  return payload !== undefined && (!cut || payload.length === length)
}

function sendable({ kind }: Row): Draft['opcode'] {
  return kind === 'text' || kind === 'ping' || kind === 'pong' ? kind : 'binary'
}

function payloadOf(frame: FrameRecord): Uint8Array {
  return (frame.message ?? frame).payload ?? new Uint8Array(0)
}

function utf8(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes)
}

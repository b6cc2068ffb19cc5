import { LocalProtocolError, RemoteProtocolError } from '../errors/index.ts'
import { CloseCode, isWireCloseCode } from './close-code.ts'
import type { Ports } from './ports.ts'

/** A close code with its reason, as one close frame carries them. */
export interface CloseFrame {
  /** 1005 when the frame had no code (RFC 6455 §7.1.5). */
  readonly code: number
  readonly reason: string
}

/** A control frame carries at most 125 bytes (RFC 6455 §5.5), two of which are the code. */
export const maxReasonBytes = 123

/**
 * Checks what a program wants to send in a close frame.
 * @throws {LocalProtocolError} `ERR_CLOSE_CODE` or `ERR_CLOSE_REASON`.
 */
export function checkClose(code: number, reason: Uint8Array): void {
  if (!Number.isInteger(code) || !isWireCloseCode(code)) {
    throw new LocalProtocolError(
      'ERR_CLOSE_CODE',
      `close code ${code} cannot be sent: use 1000-1003, 1007-1014 or 3000-4999`,
    )
  }
  if (reason.length > maxReasonBytes) {
    throw new LocalProtocolError(
      'ERR_CLOSE_REASON',
      `the close reason has ${reason.length} bytes in UTF-8: at most ${maxReasonBytes} fit`,
    )
  }
}

/**
 * The bytes of a reason that a program wants to send. Anything but a string would become whatever an
 * encoder makes of it: CVE-2026-45736 was memory of the process.
 * @throws {LocalProtocolError} `ERR_CLOSE_REASON`.
 */
export function encodeReason(reason: string, ports: Pick<Ports, 'encodeUtf8'>): Uint8Array {
  if (typeof reason === 'string') return ports.encodeUtf8(reason)
  const message = `the close reason is of type ${typeof reason}: expected a string`
  throw new LocalProtocolError('ERR_CLOSE_REASON', message)
}

/** As much of `reason` as fits into a close frame, in whole characters. */
export function fitReason(reason: string, ports: Ports): string {
  let fits = ''
  let room = maxReasonBytes
  for (const character of reason) {
    room -= ports.encodeUtf8(character).length
    if (room < 0) break
    fits += character
  }
  return fits
}

/** The payload of a close frame: the code in network byte order, then the reason (RFC 6455 §5.5.1). */
export function closePayload(code: number, reason: Uint8Array): Uint8Array {
  const payload = new Uint8Array(2 + reason.length)
  payload[0] = code >> 8
  payload[1] = code
  payload.set(reason, 2)
  return payload
}

/** Reads the payload of a peer's close frame; the error where it must not stand there. */
export function readClose(
  payload: Uint8Array,
  ports: Ports,
  checksText = true,
): CloseFrame | RemoteProtocolError {
  if (payload.length === 0) return { code: CloseCode.noStatus, reason: '' }
  if (payload.length === 1) return wrongClose('a close frame of one byte')
  const code = (payload[0]! << 8) | payload[1]!
  if (!isWireCloseCode(code)) return wrongClose(`a close frame with the code ${code}`)
  // RFC 6455 §5.5.1: the reason is UTF-8.
  const reason = ports.decodeUtf8(payload.subarray(2))
  return reason === undefined && checksText
    ? new RemoteProtocolError(
        'ERR_INVALID_UTF8',
        CloseCode.invalidPayload,
        'a close reason that is not UTF-8',
      )
    : { code, reason: reason ?? '' }
}

function wrongClose(message: string): RemoteProtocolError {
  return new RemoteProtocolError('ERR_CLOSE_FRAME', CloseCode.protocolError, message)
}

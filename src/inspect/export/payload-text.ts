import { base64 } from '../../core/handshake/base64.ts'
import type { Ports } from '../../core/ports.ts'

/** What the exports need from outside. */
export type ExportPorts = Pick<Ports, 'decodeUtf8'>

/**
 * A payload as text; `undefined` when it is none. Where it was cut off in the middle of a character that
 * character is left out.
 */
export function payloadText(payload: Uint8Array, ports: ExportPorts): string | undefined {
  for (let missing = 0; missing < 4 && missing <= payload.length; missing++) {
    const text = ports.decodeUtf8(payload.subarray(0, payload.length - missing))
    if (text !== undefined) return text
  }
  return undefined
}

/** A payload as text where that is what it should be, else in base64. */
export function payloadData(payload: Uint8Array, isText: boolean, ports: ExportPorts): string {
  return (isText ? payloadText(payload, ports) : undefined) ?? base64(payload)
}

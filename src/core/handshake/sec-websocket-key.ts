import type { Ports } from '../ports.ts'
import { base64 } from './base64.ts'

/** RFC 6455 §1.3: what only a server that knows WebSocket would hash with the key. */
export const guid = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'

/** 16 bytes are 22 characters of base64 and its padding. */
const keyOnly = /^[A-Za-z0-9+/]{22}==$/

/** A fresh Sec-WebSocket-Key: 16 unpredictable bytes in base64 (RFC 6455 §4.1 item 7). */
export function makeKey(ports: Ports): string {
  return base64(ports.random(16))
}

/** Whether `value` is 16 bytes in base64 (RFC 6455 §4.2.1 item 5). */
export function isKey(value: string): boolean {
  return keyOnly.test(value)
}

/** The Sec-WebSocket-Accept that answers `key` (RFC 6455 §4.2.2 item 5.4). */
export function acceptFor(key: string, ports: Pick<Ports, 'sha1' | 'encodeUtf8'>): string {
  return base64(ports.sha1(ports.encodeUtf8(key + guid)))
}

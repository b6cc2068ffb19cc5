import type { Message } from '../core/index.ts'
import { bytesOf, toDomString } from './web-idl.ts'

/**
 * What `send` of the standard's WebSocket takes, apart from a Blob, as a message; bytes are not copied.
 * @throws {TypeError} for what is neither bytes nor has a string.
 */
export function toMessage(data: unknown): Message {
  // Web IDL, union types: what is none of the types is converted to a string.
  return bytesOf(data) ?? toDomString(data)
}

/** Bytes of the message on the wire, without its frame. */
export function byteLength(message: Message): number {
  return typeof message === 'string' ? Buffer.byteLength(message) : message.length
}

/** The bytes in an ArrayBuffer that holds nothing else. */
export function ownBuffer(bytes: Uint8Array): ArrayBuffer {
  const { buffer } = bytes
  const whole = buffer instanceof ArrayBuffer && buffer.byteLength === bytes.length
  return whole ? buffer : new Uint8Array(bytes).buffer
}

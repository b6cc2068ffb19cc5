import type { Message } from '../core/index.ts'

/** What `send` of the standard's WebSocket takes, apart from a Blob, as a message; the bytes are not copied. */
export function asMessage(data: unknown): Message {
  if (ArrayBuffer.isView(data)) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
  if (data instanceof ArrayBuffer || data instanceof SharedArrayBuffer) return new Uint8Array(data)
  // Web IDL: what is none of the types is converted to a string.
  return String(data)
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

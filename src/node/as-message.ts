import type { Message } from '../core/index.ts'

/** @throws {TypeError} for what is no message: from JavaScript a number, say, would be framed as garbage. */
export function asMessage(message: Message | ArrayBuffer | ArrayBufferView): Message {
  if (typeof message === 'string' || message instanceof Uint8Array) return message
  if (message instanceof ArrayBuffer) return new Uint8Array(message)
  if (!ArrayBuffer.isView(message)) {
    throw new TypeError('a message is a string, bytes, or an ArrayBuffer')
  }
  return new Uint8Array(message.buffer, message.byteOffset, message.byteLength)
}

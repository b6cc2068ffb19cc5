import { headerSize, writeHeader } from './frame-header.ts'
import { applyMask } from './mask.ts'
import type { Message } from './message-assembler.ts'
import { Opcode } from './opcode.ts'
import type { Ports } from './ports.ts'

/** A message framed ahead of being sent; the bytes must not be changed. */
export type EncodedMessage = Uint8Array

/**
 * Frames `message`. Without a mask, as servers send (RFC 6455 §5.1), the result serves any number of
 * receivers; with one it may be sent once (§5.3).
 */
export function encodeMessage(message: Message, ports: Ports, key?: number): EncodedMessage {
  const text = typeof message === 'string'
  const payload = text ? ports.encodeUtf8(message) : message
  const masked = key !== undefined
  const size = headerSize(payload.length, masked)
  const frame = new Uint8Array(size + payload.length)
  writeHeader(frame, 0, text ? Opcode.text : Opcode.binary, true, 0, payload.length, key)
  frame.set(payload, size)
  if (masked) applyMask(frame.subarray(size), key, 0)
  return frame
}

import { headerSize, writeHeader } from './frame-header.ts'
import type { Message } from './message-assembler.ts'
import { Opcode } from './opcode.ts'
import type { Ports } from './ports.ts'

/** A message framed once for any number of receivers; the bytes must not be changed. */
export type EncodedMessage = Uint8Array

/** Frames `message` without a mask, as servers send it (RFC 6455 §5.1). */
export function encodeMessage(message: Message, ports: Ports): EncodedMessage {
  const text = typeof message === 'string'
  const payload = text ? ports.encodeUtf8(message) : message
  const size = headerSize(payload.length, false)
  const frame = new Uint8Array(size + payload.length)
  writeHeader(frame, 0, text ? Opcode.text : Opcode.binary, true, 0, payload.length, undefined)
  frame.set(payload, size)
  return frame
}

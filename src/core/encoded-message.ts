import { headerSize, writeHeader } from './frame-header.ts'
import { applyMask } from './mask.ts'
import type { Message } from './message-assembler.ts'
import { Opcode } from './opcode.ts'
import type { Ports } from './ports.ts'

/** A message framed ahead of being sent; the bytes must not be changed. */
export type EncodedMessage = Uint8Array

/** A message that waits as it is, for its connection to frame it when its turn comes. */
export class HeldMessage {
  readonly message: Message
  /** Bytes of its frame if nothing were changed. */
  readonly length: number

  constructor(message: Message, length: number) {
    this.message = message
    this.length = length
  }
}

/**
 * Frames `message`. Without a mask, as servers send (RFC 6455 §5.1), the result serves any number of
 * receivers; with one it may be sent once (§5.3).
 */
export function encodeMessage(message: Message, ports: Ports, key?: number): EncodedMessage {
  const text = typeof message === 'string'
  const payload = text ? ports.encodeUtf8(message) : message
  return encodeFrame(text ? Opcode.text : Opcode.binary, true, 0, payload, key)
}

/** One frame in a buffer of its own. */
export function encodeFrame(
  opcode: Opcode,
  fin: boolean,
  rsv: number,
  payload: Uint8Array,
  key: number | undefined,
): Uint8Array {
  const size = headerSize(payload.length, key !== undefined)
  const frame = new Uint8Array(size + payload.length)
  writeHeader(frame, 0, opcode, fin, rsv, payload.length, key)
  frame.set(payload, size)
  if (key !== undefined) applyMask(frame.subarray(size), key, 0)
  return frame
}

/** What is sent: one payload, made once, and its masked frame. */
import { readFileSync } from 'node:fs'

const key = Buffer.of(0x9b, 0x3c, 0xa5, 0x71)

/** A frame of a client (RFC 6455 §5.2), masked with a key that is always the same. */
export function maskedFrame(opcode, payload, compressed = false) {
  const { length } = payload
  const size = length < 126 ? 2 : length < 65_536 ? 4 : 10
  const frame = Buffer.alloc(size + 4 + length)
  frame[0] = 0x80 | (compressed ? 0x40 : 0) | opcode
  frame[1] = 0x80 | (size === 2 ? length : size === 4 ? 126 : 127)
  if (size === 4) frame.writeUInt16BE(length, 2)
  if (size === 10) frame.writeBigUInt64BE(BigInt(length), 2)
  key.copy(frame, size)
  for (let i = 0; i < length; i++) frame[size + 4 + i] = payload[i] ^ key[i & 3]
  return frame
}

/** The payload that the arguments ask for; the same each time. */
export function makePayload({ size, text, json, sio, compressed }) {
  if (compressed) return readFileSync(compressed)
  const content = json ? records(size) : text || sio ? letters(size) : noise(size)
  if (!sio) return content
  const escaped = content.toString('latin1').replaceAll('"', "'")
  return Buffer.from(`42["m","${escaped}"]`)
}

function records(size) {
  let text = ''
  for (let id = 0; text.length < size; id++) {
    const price = ((id * 7919) % 50_000) / 100
    text += `{"id":${id},"user":"user${(id * 104_729) % 1000}","price":${price},"side":"buy"},`
  }
  return Buffer.from(text.slice(0, size))
}

function letters(size) {
  return Buffer.from(Array.from({ length: size }, (_, i) => 97 + ((i * 7919) % 26)))
}

function noise(size) {
  let state = 42
  const next = () => (state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0) >>> 16
  return Buffer.from(Array.from({ length: size }, next))
}

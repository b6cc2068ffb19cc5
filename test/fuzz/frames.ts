/** Frames as RFC 6455 §5.2 draws them, right and wrong, and changes that keep most of a stream right. */
import { concat } from './bytes.ts'
import type { Random } from './random.ts'

export interface Frame {
  readonly fin: boolean
  readonly rsv: number
  readonly opcode: number
  /** Four bytes; `undefined` for an unmasked frame. */
  readonly mask: Uint8Array | undefined
  /** Without its mask. */
  readonly payload: Uint8Array
  /** Bits that the length is written in. */
  readonly bits: 7 | 16 | 64
  /** What the header says beyond the bytes of the payload. */
  readonly excess: number
}

function shortest(length: number): Frame['bits'] {
  return length < 126 ? 7 : length < 65_536 ? 16 : 64
}

export function encodeFrame(frame: Frame): Uint8Array {
  const { mask, payload } = frame
  const length = payload.length + frame.excess
  // A change may have made the payload longer than the bits can say.
  const bits = Math.max(frame.bits, shortest(length))
  const short = bits === 7 ? length : bits === 16 ? 126 : 127
  const long = bits === 7 ? [] : bigEndian(length, bits / 8)
  const first = (frame.fin ? 0x80 : 0) | (frame.rsv << 4) | frame.opcode
  const masked = mask ? payload.map((byte, i) => byte ^ (mask[i % 4] ?? 0)) : payload
  return concat([first, (mask ? 0x80 : 0) | short], long, mask ?? [], masked)
}

function bigEndian(value: number, size: number): number[] {
  return Array.from({ length: size }, (_, i) => Math.floor(value / 256 ** (size - 1 - i)) % 256)
}

/** The frames in `bytes`, without judging them; the last one may be cut off. */
export function decodeFrames(bytes: Uint8Array): Frame[] {
  const frames: Frame[] = []
  let at = 0
  while (at + 2 <= bytes.length) {
    const [first = 0, second = 0] = bytes.subarray(at, at + 2)
    const short = second & 0x7f
    const bits = short < 126 ? 7 : short === 126 ? 16 : 64
    const start = at + 2 + (bits === 7 ? 0 : bits / 8)
    const long = bytes.subarray(at + 2, start)
    const length = bits === 7 ? short : long.reduce((sum, byte) => sum * 256 + byte, 0)
    const from = second < 0x80 ? start : start + 4
    if (from > bytes.length) break
    const mask = second < 0x80 ? undefined : bytes.slice(start, from)
    const masked = bytes.slice(from, from + length)
    const payload = mask ? masked.map((byte, i) => byte ^ (mask[i % 4] ?? 0)) : masked
    const excess = length - payload.length
    const fin = first >= 0x80
    frames.push({ fin, rsv: (first >> 4) & 7, opcode: first & 15, mask, payload, bits, excess })
    at = from + length
  }
  return frames
}

/** A frame that is right by itself. */
export function makeFrame(
  opcode: number,
  payload: Uint8Array | string,
  mask: Uint8Array | undefined,
  fin = true,
): Frame {
  const bytes = typeof payload === 'string' ? new TextEncoder().encode(payload) : payload
  return { fin, rsv: 0, opcode, mask, payload: bytes, bits: shortest(bytes.length), excess: 0 }
}

const someMask = Uint8Array.of(0x37, 0xfa, 0x21, 0x3d)

/** A frame as its first byte says; of the reserved bits only RSV1, and RSV3 in a byte of its own. */
export function peerFrame(first: number, payload: Uint8Array, masked: boolean): Uint8Array {
  const frame = makeFrame(first & 15, payload, masked ? someMask : undefined, first >= 0x80)
  return encodeFrame({ ...frame, rsv: first === 0x71 ? 1 : first >= 0xc0 ? 4 : 0 })
}

const someText = [
  '',
  'a',
  'Hello',
  'añ😀',
  '\uFEFFbom',
  '\0',
  '\u{10FFFF}\uD7FF\uE000',
  '€'.repeat(45),
]
const someLengths = [0, 1, 2, 3, 7, 63, 64, 65, 124, 125, 126, 127, 130, 300]

/** One to four frames that belong together: a message, whole or in fragments, a ping, a close frame. */
function phrase(random: Random, masked: boolean): Frame[] {
  const mask = (): Uint8Array | undefined => (masked ? random.bytes(4) : undefined)
  const kind = random.below(10)
  if (kind === 0) return [makeFrame(8, closePayload(random), mask())]
  if (kind < 3) return [makeFrame(random.pick([9, 10]), random.bytes(random.below(126)), mask())]
  const text = random.once(2)
  const payload = text
    ? new TextEncoder().encode(random.pick(someText) + random.pick(someText))
    : random.bytes(random.once(200) ? 65_600 : random.pick(someLengths))
  if (random.once(2)) return [makeFrame(text ? 1 : 2, payload, mask())]
  const cut = random.below(payload.length + 1)
  const frames = [makeFrame(text ? 1 : 2, payload.slice(0, cut), mask(), false)]
  if (random.once(2)) frames.push(makeFrame(9, random.bytes(random.below(5)), mask()))
  return [...frames, makeFrame(0, payload.slice(cut), mask())]
}

const someCodes = [
  999, 1000, 1001, 1004, 1005, 1006, 1007, 1011, 1014, 1015, 2999, 3000, 4999, 5000,
]

function closePayload(random: Random): Uint8Array {
  if (random.once(4)) return random.bytes(random.below(2))
  const code = random.once(4) ? random.below(65_536) : random.pick(someCodes)
  return concat([code >> 8, code & 255], new TextEncoder().encode(random.pick(someText)))
}

/** `stream` with one of its frames changed, or with one more or one less. */
export function mutateFrames(stream: Uint8Array, random: Random, masked: boolean): Uint8Array {
  const frames = decodeFrames(stream)
  const at = random.below(frames.length + 1)
  const frame = frames[at]
  if (!frame || random.once(3)) frames.splice(at, 0, ...phrase(random, masked))
  else frames.splice(at, 1, ...changedFrame(frame, random))
  return concat(...frames.map(encodeFrame))
}

function changedFrame(frame: Frame, random: Random): Frame[] {
  const { payload } = frame
  switch (random.below(12)) {
    case 0:
      return []
    case 1:
      return [frame, frame]
    case 2:
      return [{ ...frame, fin: !frame.fin }]
    case 3:
      return [{ ...frame, opcode: random.pick([0, 1, 2, 8, 9, 10, random.below(16)]) }]
    case 4:
      return [{ ...frame, rsv: random.below(8) }]
    case 5:
      return [{ ...frame, mask: frame.mask ? undefined : random.bytes(4) }]
    case 6:
      return [{ ...frame, bits: random.pick([7, 16, 64]) }]
    case 7:
      return [{ ...frame, excess: random.pick([0, 1, 60_000, 2 ** 20, 2 ** 31, 2 ** 53, 2 ** 63]) }]
    case 8:
      return fragments(frame, random)
    default:
      return [{ ...frame, payload: changedPayload(payload, random), excess: 0, bits: 7 }]
  }
}

function fragments(frame: Frame, random: Random): Frame[] {
  const cut = random.below(frame.payload.length + 1)
  const first = { ...frame, fin: false, payload: frame.payload.slice(0, cut), excess: 0 }
  return [first, { ...frame, opcode: 0, payload: frame.payload.slice(cut) }]
}

/** Bytes at which a UTF-8 reader decides something. */
const utf8Edges = [
  0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xed, 0xee,
]
const morePayload = [0xef, 0xf0, 0xf1, 0xf4, 0xf5, 0xff, 0x00, 0x03, 0xe8]

function changedPayload(payload: Uint8Array, random: Random): Uint8Array {
  const at = random.below(payload.length + 1)
  const byte = random.pick([...utf8Edges, ...morePayload])
  const skip = random.below(3)
  return concat(payload.subarray(0, at), random.once(4) ? [] : [byte], payload.subarray(at + skip))
}

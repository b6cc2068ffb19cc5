/** Frames as RFC 6455 §5.2 draws them, written and read byte by byte: what the core is held against. */

export interface WireFrame {
  readonly opcode: number
  readonly payload?: Uint8Array | string
  readonly fin?: boolean
  readonly rsv?: number
  /** Four bytes; without them the frame is unmasked. */
  readonly mask?: readonly number[] | undefined
  /** Bits that the length is written in; the shortest form when not given. */
  readonly bits?: 7 | 16 | 64
  /** What the header says instead of the length of the payload. */
  readonly announced?: number
}

export const someMask: readonly number[] = [0x37, 0xfa, 0x21, 0x3d]

const encoder = new TextEncoder()

export function bytes(...parts: readonly (Uint8Array | readonly number[] | string)[]): Uint8Array {
  const all = parts.map((part) => (typeof part === 'string' ? encoder.encode(part) : part))
  const joined = new Uint8Array(all.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of all) {
    joined.set(part, at)
    at += part.length
  }
  return joined
}

export function wire(frame: WireFrame): Uint8Array {
  const { opcode, fin = true, rsv = 0, mask } = frame
  const payload = bytes(frame.payload ?? '')
  const length = frame.announced ?? payload.length
  const bits = frame.bits ?? (length < 126 ? 7 : length < 65_536 ? 16 : 64)
  const long = bits === 7 ? [] : bigEndian(length, bits / 8)
  const short = bits === 7 ? length : bits === 16 ? 126 : 127
  const masked = mask ? payload.map((byte, i) => byte ^ mask[i % 4]!) : payload
  const first = (fin ? 0x80 : 0) | (rsv << 4) | opcode
  return bytes([first, (mask ? 0x80 : 0) | short], long, mask ?? [], masked)
}

function bigEndian(value: number, size: number): number[] {
  return Array.from({ length: size }, (_, i) => Math.floor(value / 256 ** (size - 1 - i)) % 256)
}

export interface ReadFrame {
  readonly opcode: number
  readonly fin: boolean
  readonly rsv: number
  readonly payload: Uint8Array
  readonly masked: boolean
}

/** Reads whole frames; throws where there is half a one. */
export function read(chunk: Uint8Array): ReadFrame[] {
  const frames: ReadFrame[] = []
  let at = 0
  const take = (size: number): Uint8Array => {
    if (at + size > chunk.length) throw new Error('half a frame')
    return chunk.slice(at, (at += size))
  }
  while (at < chunk.length) {
    const [first, second] = take(2) as unknown as [number, number]
    const short = second & 0x7f
    const long = short < 126 ? [] : [...take(short === 126 ? 2 : 8)]
    const length = short < 126 ? short : long.reduce((sum, byte) => sum * 256 + byte, 0)
    const mask = second >= 0x80 ? take(4) : [0, 0, 0, 0]
    const payload = take(length).map((byte, i) => byte ^ mask[i % 4]!)
    const rsv = (first >> 4) & 7
    frames.push({ opcode: first & 0xf, fin: first >= 0x80, rsv, payload, masked: second >= 0x80 })
  }
  return frames
}

/** Every way to cut `chunk` in two, then one byte at a time; each time in bytes of its own. */
export function* splits(chunk: Uint8Array): Generator<Uint8Array[]> {
  for (let cut = 0; cut < chunk.length; cut++) {
    yield [chunk.slice(0, cut), chunk.slice(cut)].filter(({ length }) => length > 0)
  }
  yield Array.from(chunk, (byte) => Uint8Array.of(byte))
}

/** `length` bytes that differ from their neighbours. */
export function pattern(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (i * 7 + (i >> 8)) & 0xff)
}

/** What the header of a frame says; see FrameRecord in src/inspect. */
export interface FrameFacts {
  readonly fin: boolean
  /** RSV1, RSV2 and RSV3 as the three bits 4, 2 and 1. */
  readonly rsv: number
  readonly opcode: number
  /** As one big-endian number; undefined for an unmasked frame. */
  readonly maskKey: number | undefined
  /** Bytes of payload. */
  readonly length: number
}

/** Some bits of the header that belong together. */
export interface HeaderField {
  readonly name: string
  /** As they stand on the wire, the first first. */
  readonly bits: string
  readonly meaning: string
}

/** RFC 6455 §11.8 */
const opcodes: Readonly<Record<number, string>> = {
  0x0: 'continuation of a message that began in an earlier frame',
  0x1: 'text',
  0x2: 'binary',
  0x8: 'close',
  0x9: 'ping',
  0xa: 'pong',
}

/**
 * The header of a frame bit by bit, each field named (RFC 6455 §5.2). The length is written in the
 * fewest bytes, as §5.2 asks of every sender.
 */
export function frameHeader(frame: FrameFacts): HeaderField[] {
  const { fin, rsv, opcode, maskKey, length } = frame
  const masked = maskKey !== undefined
  return [
    { name: 'FIN', bits: fin ? '1' : '0', meaning: finMeaning(frame) },
    ...[4, 2, 1].map((bit, index) => ({
      name: `RSV${index + 1}`,
      bits: (rsv & bit) === 0 ? '0' : '1',
      meaning: rsvMeaning(index + 1, (rsv & bit) !== 0, opcode),
    })),
    {
      name: 'opcode',
      bits: binary(opcode, 4),
      meaning: `0x${opcode.toString(16)}: ${opcodes[opcode] ?? 'reserved'}`,
    },
    {
      name: 'MASK',
      bits: masked ? '1' : '0',
      meaning: masked
        ? 'The payload is masked, as every frame of a client is (§5.3)'
        : 'The payload is not masked, as in every frame of a server (§5.1)',
    },
    ...lengthFields(length),
    ...(masked
      ? [
          {
            name: 'masking key',
            bits: binary(maskKey, 32),
            meaning: `0x${maskKey.toString(16).padStart(8, '0')}, new for each frame; byte i of the payload is xored with byte i mod 4 of it`,
          },
        ]
      : []),
  ]
}

/** Bytes of the header. */
export function headerLength({ maskKey, length }: FrameFacts): number {
  const extended = length < 126 ? 0 : length < 0x10000 ? 2 : 8
  return 2 + extended + (maskKey === undefined ? 0 : 4)
}

/** The same bytes as on the wire. */
export function headerBytes(frame: FrameFacts): Uint8Array<ArrayBuffer> {
  const bits = frameHeader(frame)
    .map((field) => field.bits)
    .join('')
  return Uint8Array.from(bits.match(/.{8}/g) ?? [], (byte) => Number.parseInt(byte, 2))
}

function lengthFields(length: number): HeaderField[] {
  if (length < 126) {
    return [{ name: 'payload len', bits: binary(length, 7), meaning: bytesOf(length) }]
  }
  const wide = length >= 0x10000
  const code = wide ? 127 : 126
  const bits = wide ? 64 : 16
  return [
    {
      name: 'payload len',
      bits: binary(code, 7),
      meaning: `${code}: the length is in the next ${bits} bits`,
    },
    { name: 'extended payload length', bits: binary(length, bits), meaning: bytesOf(length) },
  ]
}

function finMeaning({ fin, opcode }: FrameFacts): string {
  if (!fin) return '0: more frames of this message follow'
  return opcode >= 8
    ? '1: always so in a control frame, which is never fragmented (§5.5)'
    : '1: the last frame of its message'
}

function rsvMeaning(number: number, set: boolean, opcode: number): string {
  if (!set) return '0: no extension uses it here'
  return number === 1 && opcode < 8
    ? '1: the message is compressed (permessage-deflate, RFC 7692 §6)'
    : '1: an extension uses it; without one the frame is a fault (§5.2)'
}

function bytesOf(length: number): string {
  return `${length.toLocaleString('en-US')} ${length === 1 ? 'byte' : 'bytes'} of payload`
}

/** Of up to 53 bits exactly. */
function binary(value: number, bits: number): string {
  return value.toString(2).padStart(bits, '0')
}

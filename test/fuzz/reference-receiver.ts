/**
 * A receiver as simple as RFC 6455 can be read: the whole stream in one buffer, from the first byte,
 * one step after the other. It is what Tidewire's receiver is held against, shares no line with it,
 * and is not to be made clever.
 */

export interface ReferenceOptions {
  readonly role: 'client' | 'server'
  /** The most bytes of a message. */
  readonly message: number
  /** The most frames of a message. */
  readonly fragments: number
  /** permessage-deflate, where it was negotiated. */
  readonly deflate?: ReferenceDeflate
}

export interface ReferenceDeflate {
  /** The most bytes of a message as it is sent. */
  readonly most: number
  /** What the payload of a message was before it was compressed, or how that ends the reading. */
  inflate(payload: Uint8Array): Uint8Array | string
}

export interface Received {
  /** `text ...`, `binary ...`, `ping ...` and `pong ...` in order, their payloads in hexadecimal. */
  readonly events: string[]
  /** `open` when nothing has ended it, `close 1000 reason`, `fail 1002`, or `fail 1007 or fail 1009`. */
  readonly end: string
}

/** An end without what there are thousands of: `open`, `close` or `fail 1002`. */
export function wordOf(end: string): string {
  return end.startsWith('close') ? 'close' : end
}

/** Ends the reading: the bytes have run out, or the connection is to be failed. */
class Stop extends Error {
  readonly end: string
  constructor(end: string) {
    super(end)
    this.end = end
  }
}

const protocolError = 1002
const invalidPayload = 1007
const policyViolation = 1008
const messageTooBig = 1009

export function referenceReceive(bytes: Uint8Array, options: ReferenceOptions): Received {
  const events: string[] = []
  let at = 0
  let message:
    | { text: boolean; compressed: boolean; payload: number[]; announced: number; frames: number }
    | undefined

  /** The next byte, if it has come. */
  const next = (): number => {
    const byte = bytes[at++]
    if (byte === undefined) throw new Stop('open')
    return byte
  }

  const readFrame = (): void => {
    // RFC 6455 §5.2, figure by figure. FIN, RSV1-3, opcode:
    const first = next()
    const fin = (first & 0b1000_0000) !== 0
    const opcode = first & 0b1111
    const control = opcode >= 8
    // RFC 7692 §6: RSV1 marks a compressed message, on its first frame.
    const compressed =
      options.deflate !== undefined &&
      (opcode === 1 || opcode === 2) &&
      (first & 0b0111_0000) === 0b0100_0000
    if ((first & 0b0111_0000) !== 0 && !compressed) fail(protocolError)
    if (![0, 1, 2, 8, 9, 10].includes(opcode)) fail(protocolError)
    // §5.5: "MUST NOT be fragmented".
    if (control && !fin) fail(protocolError)

    // MASK, §5.1: a client masks all frames, a server none.
    const second = next()
    const masked = (second & 0b1000_0000) !== 0
    if (masked !== (options.role === 'server')) fail(protocolError)

    // Payload length: 7, 7+16 or 7+64 bits, in network byte order, "the minimal number of bytes".
    let length = BigInt(second & 0b0111_1111)
    if (control && length > 125n) fail(protocolError)
    if (length === 126n) {
      length = (BigInt(next()) << 8n) | BigInt(next())
      if (length < 126n) fail(protocolError)
    } else if (length === 127n) {
      length = BigInt(next())
      // "the most significant bit MUST be 0"
      if (length >= 128n) fail(protocolError)
      for (let i = 0; i < 7; i++) length = (length << 8n) | BigInt(next())
      if (length < 65_536n) fail(protocolError)
    }

    const key = masked ? [next(), next(), next(), next()] : [0, 0, 0, 0]

    if (control) {
      const payload: number[] = []
      for (let i = 0; i < Number(length); i++) payload.push(next() ^ key[i % 4]!)
      readControl(opcode, payload)
      return
    }

    // §5.4: a continuation continues, and nothing else comes before the message is finished.
    if (opcode === 0 && message === undefined) fail(protocolError)
    if (opcode !== 0 && message !== undefined) fail(protocolError)
    message ??= { text: opcode === 1, compressed, payload: [], announced: 0, frames: 0 }
    message.announced += Number(length)
    message.frames++
    const most = message.compressed ? options.deflate!.most : options.message
    if (message.announced > most) fail(messageTooBig)
    if (message.frames > options.fragments) fail(policyViolation)

    const arrived = bytes.subarray(at, at + Number(length))
    arrived.forEach((byte, i) => message!.payload.push(byte ^ key[i % 4]!))
    at += arrived.length
    // §8.1, also when the rest has not come: nothing that follows can mend it.
    const plainText = message.text && !message.compressed
    if (plainText && !isUtf8Start(message.payload)) fail(invalidPayload)
    if (arrived.length < length) throw new Stop('open')
    if (!fin) return
    const payload = message.compressed ? inflate(message.payload) : message.payload
    if (message.text && !isUtf8(payload)) fail(invalidPayload)
    events.push(`${message.text ? 'text' : 'binary'} ${hexOf(payload)}`)
    message = undefined
  }

  const inflate = (payload: readonly number[]): number[] => {
    const inflated = options.deflate!.inflate(Uint8Array.from(payload))
    if (typeof inflated === 'string') throw new Stop(inflated)
    return [...inflated]
  }

  const readControl = (opcode: number, payload: readonly number[]): void => {
    if (opcode === 9) events.push(`ping ${hexOf(payload)}`)
    if (opcode === 10) events.push(`pong ${hexOf(payload)}`)
    if (opcode !== 8) return
    // §5.5.1, §7.1.5: no body means the code 1005; a body begins with two bytes of code.
    if (payload.length === 0) throw new Stop('close 1005 ')
    if (payload.length === 1) fail(protocolError)
    const code = payload[0]! * 256 + payload[1]!
    if (!mayBeSent(code)) fail(protocolError)
    if (!isUtf8(payload.slice(2))) fail(invalidPayload)
    throw new Stop(`close ${code} ${hexOf(payload.slice(2))}`)
  }

  try {
    for (;;) readFrame()
  } catch (stop) {
    if (stop instanceof Stop) return { events, end: stop.end }
    throw stop
  }
}

function fail(code: number): never {
  throw new Stop(`fail ${code}`)
}

/** §7.4.1, §7.4.2 and the registry of close codes at IANA. */
function mayBeSent(code: number): boolean {
  const registered = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014]
  return registered.includes(code) || (code >= 3000 && code <= 4999)
}

/** RFC 3629 §4, the syntax of UTF-8 as it stands there: the ranges of each byte of a character. */
const characters: readonly (readonly (readonly [number, number])[])[] = [
  [[0x00, 0x7f]],
  [
    [0xc2, 0xdf],
    [0x80, 0xbf],
  ],
  [
    [0xe0, 0xe0],
    [0xa0, 0xbf],
    [0x80, 0xbf],
  ],
  [
    [0xe1, 0xec],
    [0x80, 0xbf],
    [0x80, 0xbf],
  ],
  [
    [0xed, 0xed],
    [0x80, 0x9f],
    [0x80, 0xbf],
  ],
  [
    [0xee, 0xef],
    [0x80, 0xbf],
    [0x80, 0xbf],
  ],
  [
    [0xf0, 0xf0],
    [0x90, 0xbf],
    [0x80, 0xbf],
    [0x80, 0xbf],
  ],
  [
    [0xf1, 0xf3],
    [0x80, 0xbf],
    [0x80, 0xbf],
    [0x80, 0xbf],
  ],
  [
    [0xf4, 0xf4],
    [0x80, 0x8f],
    [0x80, 0xbf],
    [0x80, 0xbf],
  ],
]

/** Whether `bytes` are whole characters. */
function isUtf8(bytes: readonly number[]): boolean {
  return lastCharacter(bytes)?.length === 0
}

/** Whether `bytes` are whole characters and perhaps the beginning of one more. */
function isUtf8Start(bytes: readonly number[]): boolean {
  const last = lastCharacter(bytes)
  return last !== undefined && characters.some((form) => fits(form, last))
}

/** What is left behind the whole characters: nothing, or the start of one; `undefined` if neither. */
function lastCharacter(bytes: readonly number[]): readonly number[] | undefined {
  let at = 0
  while (at < bytes.length) {
    const form = characters.find((one) => fits(one, bytes.slice(at, at + one.length)))
    if (!form) return undefined
    if (at + form.length > bytes.length) return bytes.slice(at)
    at += form.length
  }
  return []
}

function fits(form: (typeof characters)[number], bytes: readonly number[]): boolean {
  return bytes.every((byte, i) => byte >= form[i]![0] && byte <= form[i]![1])
}

function hexOf(bytes: readonly number[]): string {
  return bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

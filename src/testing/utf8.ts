/**
 * UTF-8 in plain TypeScript (RFC 3629), so that tests need nothing of their platform. It computes code
 * points and checks those, quite unlike the core's validator: the two can be tested against each other.
 */

/** Bytes of a sequence, the bits of its lead byte that say so, and the first code point that needs it. */
const forms = [
  { size: 1, mask: 0x80, lead: 0x00, from: 0 },
  { size: 2, mask: 0xe0, lead: 0xc0, from: 0x80 },
  { size: 3, mask: 0xf0, lead: 0xe0, from: 0x800 },
  { size: 4, mask: 0xf8, lead: 0xf0, from: 0x10000 },
] as const

/** The UTF-8 of `text`; a lone surrogate becomes U+FFFD. */
export function encodeUtf8(text: string): Uint8Array {
  const bytes: number[] = []
  for (const character of text) {
    const found = character.codePointAt(0)!
    const point = isSurrogate(found) ? 0xfffd : found
    const { size, lead } = forms.findLast(({ from }) => point >= from)!
    bytes.push(lead | (point >> (6 * (size - 1))))
    for (let rest = size - 2; rest >= 0; rest--) bytes.push(0x80 | ((point >> (6 * rest)) & 0x3f))
  }
  return Uint8Array.from(bytes)
}

/** Writes that into `bytes`; gives how many bytes it is. */
export function writeUtf8(text: string, bytes: Uint8Array, at: number): number {
  const encoded = encodeUtf8(text)
  bytes.set(encoded, at)
  return encoded.length
}

/** The string that `bytes` are in UTF-8, `undefined` when they are not UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  let text = ''
  for (let at = 0; at < bytes.length;) {
    const lead = bytes[at]!
    const form = forms.find((one) => (lead & one.mask) === one.lead)
    if (!form || at + form.size > bytes.length) return undefined
    let point = lead & ~form.mask
    for (const byte of bytes.subarray(at + 1, at + form.size)) {
      if ((byte & 0xc0) !== 0x80) return undefined
      point = (point << 6) | (byte & 0x3f)
    }
    if (point < form.from || point > 0x10ffff || isSurrogate(point)) return undefined
    text += String.fromCodePoint(point)
    at += form.size
  }
  return text
}

function isSurrogate(point: number): boolean {
  return point >= 0xd800 && point <= 0xdfff
}

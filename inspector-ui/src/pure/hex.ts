/** Bytes as hex text and back. */

export type HexResult =
  | { readonly ok: true; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly ok: false; readonly message: string }

export interface HexRow {
  readonly offset: string
  readonly bytes: string
  readonly ascii: string
}

/** Reads `de ad be ef`, `DEADBEEF`, `0xde, 0xad` or `de:ad`; says what is wrong and where. */
export function parseHex(text: string): HexResult {
  const digits = text
    .replace(/0x/gi, ' ')
    .replace(/[\s,:;_-]+/g, ' ')
    .trim()
  if (digits === '') return { ok: false, message: 'Enter bytes in hex, such as de ad be ef.' }
  const stranger = /[^0-9a-f ]/iu.exec(digits)
  if (stranger) return { ok: false, message: `“${stranger[0]}” is not a hex digit.` }
  const groups = digits.split(' ')
  // A single digit is a whole byte only when it stands alone; `abc` could be read in two ways.
  const odd = groups.find((group) => group.length > 1 && group.length % 2 === 1)
  if (odd !== undefined) {
    return { ok: false, message: `“${shortened(odd)}” has an odd number of digits.` }
  }
  const pairs = groups.flatMap((group) => group.match(/../g) ?? [group])
  return { ok: true, bytes: Uint8Array.from(pairs, (pair) => Number.parseInt(pair, 16)) }
}

/** `de ad be ef`, up to `limit` bytes, with … when there are more. */
export function hexText(bytes: Uint8Array, limit: number = Number.POSITIVE_INFINITY): string {
  const shown = bytes.length > limit ? bytes.subarray(0, limit) : bytes
  const text = Array.from(shown, twoDigits).join(' ')
  return bytes.length > limit ? `${text} …` : text
}

/** The printable ASCII among bytes, with a dot for every other byte. */
export function asciiText(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) =>
    byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.',
  ).join('')
}

/** Row `index` of a hex dump: offset, bytes, ASCII. */
export function hexRow(bytes: Uint8Array, index: number, perRow: number = 16): HexRow {
  const from = index * perRow
  const slice = bytes.subarray(from, from + perRow)
  return {
    offset: from.toString(16).padStart(bytes.length > 0x10000 ? 6 : 4, '0'),
    bytes: hexText(slice),
    ascii: asciiText(slice),
  }
}

/** The whole dump as text, for the clipboard. */
export function hexDump(bytes: Uint8Array, perRow: number = 16): string {
  const rows = Array.from({ length: Math.ceil(bytes.length / perRow) }, (_, index) =>
    hexRow(bytes, index, perRow),
  )
  return rows
    .map((row) => `${row.offset}  ${row.bytes.padEnd(perRow * 3 - 1)}  ${row.ascii}`)
    .join('\n')
}

function twoDigits(byte: number): string {
  return byte.toString(16).padStart(2, '0')
}

function shortened(text: string): string {
  return text.length > 12 ? `${text.slice(0, 12)}…` : text
}

/**
 * Text from elsewhere as a terminal may get it: what is not a printing character is written out, for
 * an escape sequence in a message could move the cursor, change the title or answer in our name.
 */
export function printable(text: string): string {
  // oxlint-disable-next-line no-control-regex
  return text.replace(/[\0-\x08\x0b-\x1f\x7f-\x9f]/g, (unit) => {
    return `\\x${unit.charCodeAt(0).toString(16).padStart(2, '0')}`
  })
}

/** As many as a line of a hex dump has. */
const shownBytes = 16

/** Bytes for people: how many, the first of them in hex, and as text where they are ASCII. */
export function hexLine(bytes: Uint8Array): string {
  const shown = Buffer.from(bytes.subarray(0, shownBytes))
  const hex = shown.toString('hex').replace(/..(?=.)/g, '$& ')
  const text = shown.toString('latin1').replace(/[^ -~]/g, '.')
  const rest = bytes.length > shownBytes ? ' …' : ''
  const count = bytes.length === 1 ? '1 byte' : `${bytes.length} bytes`
  return bytes.length === 0 ? count : `${count}  ${hex}${rest}  |${text}|`
}

/** The bytes that pairs of hex digits stand for; `undefined` when `text` is something else. */
export function fromHex(text: string): Uint8Array | undefined {
  const digits = text.replace(/\s+/g, '')
  if (digits.length % 2 !== 0 || !/^[0-9a-f]*$/i.test(digits)) return undefined
  return new Uint8Array(Buffer.from(digits, 'hex'))
}

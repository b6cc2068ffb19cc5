/** Arguments of one `String.fromCharCode` call: well under every engine's limit on the stack. */
const slice = 4096

/** The string that bytes are in ISO-8859-1, which is how heads are read (RFC 9110 §5.5, obs-text). */
export function latin1(bytes: Uint8Array, from = 0, to: number = bytes.length): string {
  let text = ''
  for (let at = from; at < to; at += slice) {
    text += String.fromCharCode(...bytes.subarray(at, Math.min(at + slice, to)))
  }
  return text
}

/** The bytes of an ISO-8859-1 string; every character of `text` is U+00FF or below. */
export function latin1Bytes(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0))
}

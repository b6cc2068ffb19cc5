import { base64 } from '../../core/handshake/base64.ts'
import { acceptFor, guid } from '../../core/handshake/sec-websocket-key.ts'
import { sha1 } from './sha1.ts'

/** The key in the examples of RFC 6455 §1.2 and §1.3. */
export const sampleKey = 'dGhlIHNhbXBsZSBub25jZQ=='

/** The Sec-WebSocket-Accept that answers `key` (RFC 6455 §4.2.2 item 5.4). */
export function acceptOf(key: string): string {
  return acceptFor(key, { sha1, encodeUtf8: bytesOf })
}

/** The text that a key is in base64, when it is readable: 16 random bytes never are (1 in 10^7). */
export function spelled(key: string): string | undefined {
  const text = decoded(key)
  return text !== undefined && text.length === 16 && /^[ -~]+$/.test(text) ? text : undefined
}

/** What probably went wrong when `key` was answered with `accept`; `undefined` when nothing says. */
export function slipOf(key: string, accept: string): string | undefined {
  const right = acceptOf(key)
  const sample = acceptOf(sampleKey)
  if (accept === sample) return 'It is the answer to the example key of RFC 6455.'
  if (accept === key) return 'It is the key itself.'
  const slip = slips.find(([, make]) => make(key) === accept)
  if (slip) return slip[0]
  const miscopied = slipsOfHand(accept, right)
  if (miscopied !== undefined) return `It was copied by hand: ${miscopied}.`
  const near = slipsOfHand(accept, sample)
  return near === undefined
    ? undefined
    : `It is nearly the answer to the example key of RFC 6455, copied by hand: ${near}.`
}

/** How servers get it wrong. */
const slips: ReadonlyArray<readonly [what: string, make: (key: string) => string]> = [
  ['The fixed text is missing: only the key was hashed.', (key) => base64(sha1(bytesOf(key)))],
  ['The fixed text was hashed before the key.', (key) => base64(sha1(bytesOf(guid + key)))],
  [
    'The fixed text was hashed in lower case.',
    (key) => base64(sha1(bytesOf(key + guid.toLowerCase()))),
  ],
  [
    'The key was decoded before it was hashed; it is hashed as it is written.',
    (key) => base64(sha1(bytesOf((decoded(key) ?? '') + guid))),
  ],
  [
    'The hash was encoded as hexadecimal digits, not as its 20 bytes.',
    (key) => base64(bytesOf(hex(sha1(bytesOf(key + guid))))),
  ],
  ['The hash is in hexadecimal, not base64.', (key) => hex(sha1(bytesOf(key + guid)))],
  [
    'The line end behind the key was hashed with it.',
    (key) => base64(sha1(bytesOf(`${key}\r\n${guid}`))),
  ],
  ['A space before the key was hashed with it.', (key) => base64(sha1(bytesOf(` ${key}${guid}`)))],
  [
    'The padding of the key was left out of the hash.',
    (key) => base64(sha1(bytesOf(key.replace(/=+$/, '') + guid))),
  ],
]

/** Where two texts differ; all of it for texts of different lengths. */
function differences(one: string, other: string): number[] {
  const places = Array.from({ length: Math.max(one.length, other.length) }, (_, at) => at)
  return one.length === other.length ? places.filter((at) => one[at] !== other[at]) : places
}

/** Few enough characters to be slips of a hand. */
const fewSlips = 3

function slipsOfHand(accept: string, right: string): string | undefined {
  const [at, ...more] = differences(accept, right)
  if (at === undefined || more.length >= fewSlips) return undefined
  return `character ${at + 1} is ${accept[at]} where ${right[at]} belongs`
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** The bytes of Latin-1 text. */
function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0) & 255)
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

/** The bytes that base64 stands for, as Latin-1; `undefined` when it is not base64. */
function decoded(text: string): string | undefined {
  const digits = text.replace(/={0,2}$/, '')
  let bits = 0
  let count = 0
  let bytes = ''
  for (const digit of digits) {
    const value = alphabet.indexOf(digit)
    if (value < 0) return undefined
    bits = ((bits << 6) | value) & 0xffff
    count += 6
    if (count >= 8) {
      count -= 8
      bytes += String.fromCharCode((bits >> count) & 255)
    }
  }
  return bytes
}

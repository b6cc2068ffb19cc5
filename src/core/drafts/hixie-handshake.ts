import { formatHead } from '../handshake/format-head.ts'
import type { FieldLine, HeaderFields } from '../handshake/header-fields.ts'
import type { RequestHead } from '../handshake/start-line.ts'

/** What a server agrees to in the handshake of hixie-75 and hixie-76. */
export interface HixieAgreement {
  readonly version: 'hixie-75' | 'hixie-76'
  /** Where the page is from: the answer repeats it. */
  readonly origin: string
  /** The URL without its scheme: the answer repeats it. */
  readonly location: string
  /** The numbers that the two keys of hixie-76 hide. */
  readonly numbers: Challenge | undefined
}

export type Challenge = readonly [number, number]

/** How many bytes behind the head of hixie-76 belong to its challenge. */
export const challengeLength = 8

/** More digits than the product of 2^32-1 and the 12 spaces that a key may have. */
const mostDigits = 15

/** Whether a request is of a draft before there were version numbers. */
export function isHixie(fields: HeaderFields): boolean {
  return !fields.has('sec-websocket-version') && !fields.has('sec-websocket-key')
}

/** What is agreed to with a request that keeps the rules. */
export function hixieAgreement({ target, fields }: RequestHead): HixieAgreement {
  const numbers = challengeNumbers(fields)
  return {
    version: numbers ? 'hixie-76' : 'hixie-75',
    origin: fields.get('origin')!,
    location: target.startsWith('/')
      ? fields.get('host')! + target
      : target.replace(/^.*?:\/\//, ''),
    numbers,
  }
}

/** The numbers that the keys of a request hide; `undefined` when they do not (hixie-76 §5.2). */
export function challengeNumbers(fields: HeaderFields): Challenge | undefined {
  const first = hiddenNumber(fields.all('sec-websocket-key1'))
  const second = hiddenNumber(fields.all('sec-websocket-key2'))
  return first === undefined || second === undefined ? undefined : [first, second]
}

/** The digits of a key make a number, which its spaces divide: that is what it hides. */
function hiddenNumber([key = '', another]: readonly string[]): number | undefined {
  const digits = key.replace(/[^0-9]/g, '')
  const spaces = key.split(' ').length - 1
  if (another !== undefined || digits === '' || digits.length > mostDigits) return undefined
  const number = Number(digits) / spaces
  return Number.isInteger(number) && number < 2 ** 32 ? number : undefined
}

/** What to hash with MD5 in answer to a challenge: both numbers and the bytes behind the head (hixie-76 §5.2). */
export function challengeBytes([first, second]: Challenge, behindHead: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(8 + challengeLength)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, first)
  view.setUint32(4, second)
  bytes.set(behindHead, 8)
  return bytes
}

/**
 * The head of the 101 that accepts; behind it hixie-76 has the answer to the challenge. The reason-phrases
 * are the drafts' own: clients of hixie-75 compare every byte of the first three lines.
 */
export function formatHixieAcceptance(
  { version, origin, location }: HixieAgreement,
  secure: boolean,
  protocol: string | undefined,
  extra: Iterable<FieldLine>,
): string {
  const is75 = version === 'hixie-75'
  const prefix = is75 ? 'WebSocket-' : 'Sec-WebSocket-'
  const lines: FieldLine[] = [
    ['Upgrade', 'WebSocket'],
    ['Connection', 'Upgrade'],
    [`${prefix}Origin`, origin],
    [`${prefix}Location`, `${secure ? 'wss' : 'ws'}://${location}`],
  ]
  if (protocol !== undefined) lines.push([`${prefix}Protocol`, protocol])
  const reason = is75 ? 'Web Socket Protocol Handshake' : 'WebSocket Protocol Handshake'
  return formatHead(`HTTP/1.1 101 ${reason}`, [...lines, ...extra])
}

import type { HeaderNote } from './header-meaning.ts'
import { listMembers, spoken } from './header-tokens.ts'

/** 16 bytes in base64: 21 free characters, one that ends in four zero bits, and the padding. */
const keyPattern = /^[A-Za-z0-9+/]{21}[AQgw]==$/
/** 20 bytes, a SHA-1 digest, in base64. */
const acceptPattern = /^[A-Za-z0-9+/]{26}[AEIMQUYcgkosw048]=$/

/** What the parameters of permessage-deflate ask for (RFC 7692 §7.1). */
const deflateParameters: ReadonlyMap<string, string> = new Map([
  ['server_no_context_takeover', 'the server starts each message afresh'],
  ['client_no_context_takeover', 'the client starts each message afresh'],
  ['server_max_window_bits', "the server's window is limited"],
  ['client_max_window_bits', "the client's window is limited"],
])

/** The headers that make an HTTP request a WebSocket handshake (RFC 6455 §4 and §11.3). */
export const websocketHeaders: ReadonlyArray<readonly [string, HeaderNote]> = [
  ['upgrade', upgrade],
  ['connection', connection],
  [
    'sec-websocket-key',
    (value, head) => {
      if (head === 'response') return 'Belongs in the request; a response has no use for it.'
      return keyPattern.test(value)
        ? '16 random bytes in base64, new for each connection; the server proves with them that it speaks WebSocket (RFC 6455 §11.3.1).'
        : 'Must be 16 bytes in base64, 24 characters that end in ==, and this is not; a server answers 400 (RFC 6455 §11.3.1).'
    },
  ],
  [
    'sec-websocket-accept',
    (value, head) => {
      if (head === 'request') return 'Belongs in the response; a server ignores it here.'
      return acceptPattern.test(value)
        ? "The proof that the server read this handshake: SHA-1 of the client's key and a fixed text, in base64 (RFC 6455 §4.2.2)."
        : 'Must be 20 bytes in base64, 28 characters that end in =, and this is not; a client fails the connection (RFC 6455 §4.1).'
    },
  ],
  ['sec-websocket-version', version],
  ['sec-websocket-protocol', subprotocol],
  ['sec-websocket-extensions', extensions],
  ['sec-websocket-key1', hixieKey],
  ['sec-websocket-key2', hixieKey],
  [
    'sec-websocket-origin',
    (_, head) =>
      head === 'request'
        ? 'The name of Origin in drafts 4 to 10; a server that speaks RFC 6455 only ignores it (RFC 6455 §11.3).'
        : "The request's Origin, repeated by a server that speaks the draft hixie-76.",
  ],
  [
    'sec-websocket-location',
    'The URL of the WebSocket, repeated by a server that speaks hixie-76.',
  ],
  ['websocket-origin', "The request's Origin, repeated by a server that speaks hixie-75."],
  ['websocket-location', 'The URL of the WebSocket, repeated by a server that speaks hixie-75.'],
  ['websocket-protocol', 'The subprotocol, as the draft hixie-75 called it.'],
]

function hixieKey(value: string): string {
  const spaces = value.split(' ').length - 1
  const number = Number(value.replace(/[^0-9]/g, '')) / spaces
  return Number.isInteger(number)
    ? `Half of the challenge of an old draft (hixie-76): its digits divided by its ${spaces} spaces, ${number}; only a server with legacy: true answers it.`
    : 'Half of the challenge of an old draft (hixie-76), and it hides no number: its digits are no multiple of its spaces.'
}

function upgrade(value: string, head: 'request' | 'response'): string {
  const websocket = listMembers(value).some((token) => token.toLowerCase() === 'websocket')
  if (!websocket) {
    return `Names ${value === '' ? 'nothing' : value}, not websocket, so this is not a WebSocket handshake (RFC 6455 §4.1).`
  }
  return head === 'request'
    ? 'Asks to change this connection from HTTP to WebSocket (RFC 6455 §4.1, RFC 9110 §7.8).'
    : 'Agrees: after this head the connection speaks WebSocket (RFC 6455 §4.2.2, RFC 9110 §7.8).'
}

function connection(value: string, head: 'request' | 'response'): string {
  const tokens = listMembers(value)
  const others = tokens.filter((token) => token.toLowerCase() !== 'upgrade')
  if (others.length === tokens.length) {
    return `Lacks the token Upgrade${value === '' ? '' : ` (it says ${value})`}, so this is not a WebSocket handshake; a proxy may have removed it (RFC 6455 §4.1).`
  }
  if (others.length > 0) {
    return `A list: Upgrade says that the Upgrade header is meant for this hop, and ${spoken(others)} beside it is allowed (RFC 9110 §7.6.1).`
  }
  return head === 'request'
    ? 'Says that the Upgrade header is meant for the next hop; a proxy in between must forward it on purpose (RFC 9110 §7.6.1).'
    : 'Confirms that the Upgrade header holds for this connection (RFC 6455 §4.2.2, RFC 9110 §7.6.1).'
}

function version(value: string, head: 'request' | 'response'): string {
  if (head === 'response') {
    return `The server speaks ${listMembers(value).length > 1 ? 'versions' : 'version'} ${spoken(listMembers(value))}; it names this when it refuses another one (RFC 6455 §4.4).`
  }
  if (value === '7' || value === '8') {
    return `${value}, a draft of 2011; a server answers 426, unless it has legacy: true (RFC 6455 §4.2.2).`
  }
  return value === '13'
    ? '13 is the version that RFC 6455 defines, and the only one in use (RFC 6455 §11.3.5).'
    : `${value === '' ? 'Empty' : value}, but RFC 6455 is version 13; a server answers 426 (RFC 6455 §4.2.2).`
}

function subprotocol(value: string, head: 'request' | 'response'): string {
  const names = listMembers(value)
  if (head === 'response') {
    return names.length > 1
      ? 'A server must choose one subprotocol, and this names several; a client fails the connection (RFC 6455 §4.1).'
      : `The server chose the subprotocol ${value}; both ends now agree what messages mean (RFC 6455 §1.9).`
  }
  return names.length === 1
    ? `The client offers one subprotocol, ${value}; a browser fails the connection when the server does not choose it (RFC 6455 §1.9).`
    : `The client offers ${spoken(names)}, in order of preference; the server may choose one (RFC 6455 §1.9).`
}

function extensions(value: string, head: 'request' | 'response'): string {
  const offers = listMembers(value)
  const names = [...new Set(offers.map((offer) => offer.split(';')[0]?.trim() ?? ''))]
  const who = head === 'request' ? 'The client offers' : 'Agreed:'
  if (names.length !== 1 || names[0]?.toLowerCase() !== 'permessage-deflate') {
    return `${who} ${spoken(names)}; only what the server repeats is in force (RFC 6455 §9.1).`
  }
  const parameters = [...deflateParameters].filter(([name]) => value.includes(name))
  if (head === 'request') {
    const bits = value.includes('client_max_window_bits') ? ', and may be told a window size' : ''
    return `The client can compress messages with DEFLATE${bits}; the server decides (RFC 7692 §7.1).`
  }
  const terms = parameters.map(([, words]) => words)
  return `Agreed: messages may be compressed with DEFLATE${terms.length > 0 ? `; ${spoken(terms)}` : ''} (RFC 7692 §7.1).`
}

import type { FindingEntry } from './finding-entry.ts'
import { nginx } from './nginx.ts'

/** The codes of findings about how heads are written, and about requests. */
export type RequestFindingCode =
  | 'head-on-one-line'
  | 'line-malformed'
  | 'line-bare-lf'
  | 'request-line-version'
  | 'request-line-malformed'
  | 'status-line-version'
  | 'method'
  | 'http-version'
  | 'target'
  | 'host-missing'
  | 'host-repeated'
  | 'host-malformed'
  | 'upgrade-missing'
  | 'upgrade-stripped'
  | 'connection-missing'
  | 'key-missing'
  | 'key-repeated'
  | 'key-malformed'
  | 'key-sample'
  | 'key-not-random'
  | 'version-missing'
  | 'version-unknown'
  | 'draft'
  | 'draft-key'
  | 'origin-malformed'
  | 'origin-foreign'
  | 'request-content'
  | 'subprotocols-malformed'
  | 'extensions-malformed'
  | 'deflate-offer'
  | 'field-misplaced'

/** The findings about how heads are written, and about requests. */
export const requestFindings: Readonly<Record<RequestFindingCode, FindingEntry>> = {
  'head-on-one-line': {
    level: 'wrong',
    meaning: 'Several lines of a head stand on one line.',
    remedy:
      'Put the start line and each header on a line of its own, each ended by CR LF; perhaps only the copy lost its line breaks.',
    clause: 'RFC 9112 §2.1',
  },
  'line-malformed': {
    level: 'wrong',
    meaning:
      'A line of a head is not a header: it has no colon, or whitespace before it, or it is folded.',
    remedy: 'Write it as Name: value, on one line, with nothing between the name and the colon.',
    clause: 'RFC 9112 §5',
  },
  'line-bare-lf': {
    level: 'wrong',
    meaning: 'A line of a head ends in LF without CR.',
    remedy: 'End each line with CR LF; readers that differ on this can be fooled.',
    clause: 'RFC 9112 §2.2',
  },
  'request-line-version': {
    level: 'wrong',
    meaning: 'The request line lacks its HTTP version.',
    remedy: 'Write METHOD target HTTP/1.1; without a version it is HTTP/0.9, which has no headers.',
    clause: 'RFC 9112 §3',
  },
  'request-line-malformed': {
    level: 'wrong',
    meaning: 'The request line is not METHOD target HTTP/1.1 with one space between each.',
    remedy: 'Percent-encode spaces in the target.',
    clause: 'RFC 9112 §3',
  },
  'status-line-version': {
    level: 'wrong',
    meaning: 'The status line lacks its HTTP version.',
    remedy: 'Begin the response with HTTP/1.1 101.',
    clause: 'RFC 9112 §4',
  },
  method: {
    level: 'wrong',
    meaning: 'A WebSocket is asked for with another method than GET.',
    remedy: 'Use GET.',
    clause: 'RFC 6455 §4.1',
  },
  'http-version': {
    level: 'wrong',
    meaning: 'The HTTP version is one that cannot upgrade.',
    remedy: `Use HTTP/1.1; a proxy in front may have to be told so (${nginx}).`,
    clause: 'RFC 6455 §4.1, RFC 9110 §7.8',
  },
  target: {
    level: 'wrong',
    meaning: 'The request target is not a path, or has a fragment.',
    remedy: 'Ask for a path that begins with a slash, percent-encoded and without #.',
    clause: 'RFC 6455 §3',
  },
  'host-missing': {
    level: 'wrong',
    meaning: 'The request has no Host.',
    remedy: 'Send one Host header with the host, and its port unless that is the default.',
    clause: 'RFC 6455 §4.1',
  },
  'host-repeated': {
    level: 'wrong',
    meaning: 'The request has more than one Host.',
    remedy: 'Send one; a proxy may have added its own instead of replacing it.',
    clause: 'RFC 9112 §3.2',
  },
  'host-malformed': {
    level: 'wrong',
    meaning: 'Host is not a host and port.',
    remedy: 'Send the host and port only: no scheme and no path.',
    clause: 'RFC 9112 §3.2',
  },
  'upgrade-missing': {
    level: 'wrong',
    meaning: 'The request has no Upgrade: websocket, so it is ordinary HTTP.',
    remedy: 'Send Upgrade: websocket with a Connection header that lists Upgrade.',
    clause: 'RFC 6455 §4.1',
  },
  'upgrade-stripped': {
    level: 'wrong',
    meaning: 'Upgrade or Connection did not reach the server, though the client sent them.',
    remedy: `A proxy in between removed them, as it does with hop-by-hop headers unless told otherwise; ${nginx}.`,
    clause: 'RFC 9110 §7.6.1',
  },
  'connection-missing': {
    level: 'wrong',
    meaning: 'The Connection header of the request does not list Upgrade.',
    remedy: 'Send Connection: Upgrade; other tokens beside it are allowed.',
    clause: 'RFC 6455 §4.1',
  },
  'key-missing': {
    level: 'wrong',
    meaning: 'The request has no Sec-WebSocket-Key.',
    remedy: 'Send 16 random bytes in base64, new ones for each connection.',
    clause: 'RFC 6455 §4.1',
  },
  'key-repeated': {
    level: 'wrong',
    meaning: 'The request has more than one Sec-WebSocket-Key.',
    remedy: 'Send one.',
    clause: 'RFC 6455 §11.3.1',
  },
  'key-malformed': {
    level: 'wrong',
    meaning: 'Sec-WebSocket-Key is not 16 bytes in base64.',
    remedy: 'Encode 16 random bytes: 24 characters that end in ==.',
    clause: 'RFC 6455 §4.1',
  },
  'key-sample': {
    level: 'unusual',
    meaning: 'The key is the one in the examples of RFC 6455.',
    remedy: 'A real client draws 16 random bytes for each connection.',
    clause: 'RFC 6455 §1.3',
  },
  'key-not-random': {
    level: 'unusual',
    meaning: 'The key decodes to readable text, so it was not drawn at random.',
    remedy: 'Draw 16 random bytes for each connection, so that no cache can answer.',
    clause: 'RFC 6455 §4.1',
  },
  'version-missing': {
    level: 'wrong',
    meaning: 'The request has no Sec-WebSocket-Version.',
    remedy: 'Send Sec-WebSocket-Version: 13.',
    clause: 'RFC 6455 §4.1',
  },
  'version-unknown': {
    level: 'wrong',
    meaning: 'Sec-WebSocket-Version is not 13.',
    remedy: 'Send Sec-WebSocket-Version: 13.',
    clause: 'RFC 6455 §4.1',
  },
  draft: {
    level: 'unusual',
    meaning: 'The handshake is that of a draft from before RFC 6455.',
    remedy:
      'Update the client; a server that must serve such devices needs to speak the draft (in Tidewire: legacy: true).',
    clause: 'RFC 6455 §4.4',
  },
  'draft-key': {
    level: 'wrong',
    meaning: 'The keys of hixie-76 do not hide two numbers, or a field of the draft is missing.',
    remedy: 'The digits of each key make a number that its spaces divide, and Origin is required.',
    clause: 'draft-hixie-thewebsocketprotocol-76 §5.2',
  },
  'origin-malformed': {
    level: 'wrong',
    meaning: 'Origin is not an origin.',
    remedy: 'Write scheme://host:port and nothing behind it, not even a slash.',
    clause: 'RFC 6454 §7',
  },
  'origin-foreign': {
    level: 'unusual',
    meaning: 'The page that connects is from another host than the server.',
    remedy:
      'A server must check Origin: if the page is yours, list its origin there; if it is not, let the server refuse it.',
    clause: 'RFC 6455 §10.2',
  },
  'request-content': {
    level: 'wrong',
    meaning: 'The upgrade request announces content.',
    remedy:
      'Send it without Content-Length and Transfer-Encoding; servers refuse them as request smuggling.',
    clause: 'RFC 9112 §11.2',
  },
  'subprotocols-malformed': {
    level: 'wrong',
    meaning: 'Sec-WebSocket-Protocol of the request is not a list of distinct tokens.',
    remedy: 'Offer each name once, without spaces, slashes, quotes or an empty list.',
    clause: 'RFC 6455 §4.1',
  },
  'extensions-malformed': {
    level: 'wrong',
    meaning: 'Sec-WebSocket-Extensions does not follow its grammar.',
    remedy: 'Write name; parameter=value, name, with tokens for each.',
    clause: 'RFC 6455 §9.1',
  },
  'deflate-offer': {
    level: 'unusual',
    meaning: 'An offer of permessage-deflate has parameters that a server must decline.',
    remedy: 'Use the four parameters of RFC 7692, each once, window bits from 8 to 15.',
    clause: 'RFC 7692 §7.1',
  },
  'field-misplaced': {
    level: 'unusual',
    meaning: 'A header stands in the wrong half of the handshake.',
    remedy: 'Leave it out: the other side ignores it.',
    clause: 'RFC 6455 §11.3',
  },
}

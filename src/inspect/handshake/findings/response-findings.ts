import type { FindingEntry } from './finding-entry.ts'
import { nginx } from './nginx.ts'

/** The codes of findings about responses. */
export type ResponseFindingCode =
  | 'redirect'
  | 'credentials-wanted'
  | 'forbidden'
  | 'origin-refused'
  | 'origin-unchecked'
  | 'path-unknown'
  | 'version-refused'
  | 'rate-limited'
  | 'server-busy'
  | 'gateway'
  | 'server-error'
  | 'bad-request'
  | 'no-upgrade'
  | 'socket-io'
  | 'answer-draft'
  | 'answer-upgrade'
  | 'answer-connection'
  | 'accept-missing'
  | 'accept-repeated'
  | 'accept-wrong'
  | 'subprotocol-missing'
  | 'subprotocol-foreign'
  | 'extension-declined'
  | 'extension-foreign'
  | 'deflate-answer'
  | 'answer-content'

/** The findings about responses. */
export const responseFindings: Readonly<Record<ResponseFindingCode, FindingEntry>> = {
  redirect: {
    level: 'wrong',
    meaning: 'The server redirects, and clients of WebSocket do not follow.',
    remedy: 'Connect to the place that Location names, if you trust it.',
    clause: 'RFC 6455 §4.1, WHATWG WebSockets',
  },
  'credentials-wanted': {
    level: 'wrong',
    meaning: 'The server or a proxy wants to know who connects.',
    remedy:
      'Send Authorization (here --header); a page in a browser cannot, and uses a cookie or a ticket in the URL.',
    clause: 'RFC 9110 §15.5.2',
  },
  forbidden: {
    level: 'wrong',
    meaning: 'The server refuses this client.',
    remedy:
      'Look at its origin policy (here --origin), at credentials, and at a firewall in front.',
    clause: 'RFC 9110 §15.5.4',
  },
  'origin-refused': {
    level: 'wrong',
    meaning: 'The server refuses the origin of the page, and takes another one.',
    remedy: 'Add the origin of the page to those that the server allows, if the page is yours.',
    clause: 'RFC 6455 §10.2',
  },
  'origin-unchecked': {
    level: 'unusual',
    meaning:
      'The server lets pages of any site connect, with the cookies of whoever looks at them.',
    remedy: 'Check Origin against a list, unless everything there is public.',
    clause: 'RFC 6455 §10.2',
  },
  'path-unknown': {
    level: 'wrong',
    meaning: 'There is nothing at this path.',
    remedy: 'Compare the path of the URL with the one the server, and each proxy in front, serves.',
    clause: 'RFC 9110 §15.5.5',
  },
  'version-refused': {
    level: 'wrong',
    meaning: 'The server does not speak the version that was asked for.',
    remedy: 'Ask for a version that it names.',
    clause: 'RFC 6455 §4.4',
  },
  'rate-limited': {
    level: 'wrong',
    meaning: 'The server has had too many requests from here.',
    remedy: 'Wait as long as Retry-After says, and back off when connecting again.',
    clause: 'RFC 6585 §4',
  },
  'server-busy': {
    level: 'wrong',
    meaning:
      'The server takes no more connections just now: overloaded, shutting down, or in repair.',
    remedy: 'Try again later, as Retry-After says.',
    clause: 'RFC 9110 §15.6.4',
  },
  gateway: {
    level: 'wrong',
    meaning: 'A proxy reached no server behind it, or got no valid answer.',
    remedy: 'Check that the server behind the proxy runs, and the port the proxy uses for it.',
    clause: 'RFC 9110 §15.6.3',
  },
  'server-error': {
    level: 'wrong',
    meaning: 'The server failed while it answered.',
    remedy: 'Its log has the error.',
    clause: 'RFC 9110 §15.6.1',
  },
  'bad-request': {
    level: 'wrong',
    meaning: 'The server found the request malformed, or a proxy changed it on the way.',
    remedy: 'The body of the answer often says which header.',
    clause: 'RFC 6455 §4.2.2',
  },
  'no-upgrade': {
    level: 'wrong',
    meaning: 'The server answered as to ordinary HTTP, not with 101.',
    remedy: `Either no WebSocket is at this URL, or a proxy in between does not pass Upgrade on; ${nginx}.`,
    clause: 'RFC 6455 §4.1',
  },
  'socket-io': {
    level: 'wrong',
    meaning:
      'The answer is that of a Socket.IO server, which speaks its own protocol above WebSocket.',
    remedy: 'Use a Socket.IO client, or connect to /socket.io/?EIO=4&transport=websocket.',
    clause: 'Engine.IO protocol 4',
  },
  'answer-draft': {
    level: 'wrong',
    meaning:
      'The server answers in a draft from before RFC 6455, which the request did not ask for.',
    remedy: 'Update the server: no client of today understands it.',
    clause: 'RFC 6455 §4.1',
  },
  'answer-upgrade': {
    level: 'wrong',
    meaning: 'The answer has no Upgrade: websocket, or more than that.',
    remedy: 'Answer Upgrade: websocket; a proxy in between may have removed it.',
    clause: 'RFC 6455 §4.2.2',
  },
  'answer-connection': {
    level: 'wrong',
    meaning: 'The Connection header of the answer does not list Upgrade.',
    remedy: 'Answer Connection: Upgrade; a proxy in between may have changed it.',
    clause: 'RFC 6455 §4.2.2',
  },
  'accept-missing': {
    level: 'wrong',
    meaning: 'The answer has no Sec-WebSocket-Accept.',
    remedy: 'Answer with the hash of the key.',
    clause: 'RFC 6455 §4.2.2',
  },
  'accept-repeated': {
    level: 'wrong',
    meaning: 'The answer has more than one Sec-WebSocket-Accept.',
    remedy: 'Answer with one; a proxy that upgrades by itself may have added its own.',
    clause: 'RFC 6455 §11.3.3',
  },
  'accept-wrong': {
    level: 'wrong',
    meaning: 'Sec-WebSocket-Accept is not the answer to the key of this request.',
    remedy:
      'Hash the key as it was sent, with 258EAFA5-E914-47DA-95CA-C5AB0DC85B11 behind it, by SHA-1, and encode the 20 bytes in base64; a cache in between may have answered.',
    clause: 'RFC 6455 §4.2.2',
  },
  'subprotocol-missing': {
    level: 'wrong',
    meaning:
      'Subprotocols were offered and the server chose none, upon which a browser fails the connection.',
    remedy: 'Have the server choose one that was offered, or offer none.',
    clause: 'RFC 6455 §4.1, WHATWG WebSockets',
  },
  'subprotocol-foreign': {
    level: 'wrong',
    meaning: 'The server chose a subprotocol that was not offered, or more than one.',
    remedy: 'Answer exactly one of those offered, in the same case, or none.',
    clause: 'RFC 6455 §4.1',
  },
  'extension-declined': {
    level: 'unusual',
    meaning: 'An extension was offered and the server did not take it.',
    remedy: 'Nothing has to be done: the connection goes without it.',
    clause: 'RFC 6455 §9.1',
  },
  'extension-foreign': {
    level: 'wrong',
    meaning: 'The server answered an extension that was not offered, or one twice.',
    remedy:
      'Answer only what the client offered; a proxy may have removed the offer from the request.',
    clause: 'RFC 6455 §4.1',
  },
  'deflate-answer': {
    level: 'wrong',
    meaning: 'The answer to permessage-deflate does not fit the offer.',
    remedy:
      'Answer the parameters that were asked for, and client_max_window_bits only when it was offered.',
    clause: 'RFC 7692 §7.1',
  },
  'answer-content': {
    level: 'wrong',
    meaning: 'The 101 announces content, which it cannot have: frames begin right behind the head.',
    remedy: 'Send it without Content-Length and Transfer-Encoding.',
    clause: 'RFC 9110 §15.2, §8.6',
  },
}

/** A stable code of a finding; never renamed within a major version. */
export type FindingCode =
  // How a head is written.
  | 'head-on-one-line'
  | 'line-malformed'
  | 'line-bare-lf'
  | 'head-unfinished'
  | 'request-line-version'
  | 'request-line-malformed'
  | 'status-line-version'
  // The request.
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
  // The response.
  | 'redirect'
  | 'credentials-wanted'
  | 'forbidden'
  | 'origin-refused'
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
  // The network.
  | 'dns'
  | 'tcp-refused'
  | 'tcp-failed'
  | 'tls-expired'
  | 'tls-not-yet-valid'
  | 'tls-name'
  | 'tls-issuer'
  | 'tls-client-certificate'
  | 'tls-not-spoken'
  | 'tls-wanted'
  | 'tls-failed'
  | 'alpn-h2'
  | 'answer-timeout'
  | 'answer-cut'
  | 'answer-not-http'
  // Behind the handshake.
  | 'frame-malformed'
  | 'content-behind-answer'
  | 'ping-unanswered'
  | 'closed-at-once'
  | 'close-unanswered'
  | 'idle-cut'
  | 'idle-closed'
  | 'idle-dead'

/** `wrong` keeps the connection from coming about, or breaks a MUST; `unusual` is worth a look. */
export type FindingLevel = 'wrong' | 'unusual'

export interface FindingEntry {
  readonly level: FindingLevel
  /** What it means, in one sentence. */
  readonly meaning: string
  /** What to do about it. */
  readonly remedy: string
  /** Where it is written, such as `RFC 6455 §4.1`. */
  readonly clause: string
}

const requestHead = 'RFC 9112 §3'
const nginx =
  'in nginx: proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade"'

/** Every finding with what it means and what to do about it; `docs/explain.md` is made from this. */
export const findingCatalogue: Readonly<Record<FindingCode, FindingEntry>> = {
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
  'head-unfinished': {
    level: 'wrong',
    meaning: 'A head has no blank line at its end.',
    remedy: 'End the head with CR LF CR LF; the other side is still waiting for it.',
    clause: 'RFC 9112 §2.1',
  },
  'request-line-version': {
    level: 'wrong',
    meaning: 'The request line lacks its HTTP version.',
    remedy: 'Write METHOD target HTTP/1.1; without a version it is HTTP/0.9, which has no headers.',
    clause: requestHead,
  },
  'request-line-malformed': {
    level: 'wrong',
    meaning: 'The request line is not METHOD target HTTP/1.1 with one space between each.',
    remedy: 'Percent-encode spaces in the target.',
    clause: requestHead,
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
  dns: {
    level: 'wrong',
    meaning: 'The host name could not be resolved.',
    remedy: 'Check the name, and the name server of this machine.',
    clause: 'RFC 6455 §4.1',
  },
  'tcp-refused': {
    level: 'wrong',
    meaning: 'Nobody listens at that address and port.',
    remedy:
      'Check the port, that the server runs, and that it listens on this address and not on loopback only.',
    clause: 'RFC 6455 §4.1',
  },
  'tcp-failed': {
    level: 'wrong',
    meaning: 'No TCP connection came about.',
    remedy: 'Check the network and any firewall in between.',
    clause: 'RFC 6455 §4.1',
  },
  'tls-expired': {
    level: 'wrong',
    meaning: 'The certificate of the server has expired.',
    remedy: 'Renew it, and let the server load it; compare the clocks too.',
    clause: 'RFC 5280 §4.1.2.5',
  },
  'tls-not-yet-valid': {
    level: 'wrong',
    meaning: 'The certificate of the server is not valid yet.',
    remedy: 'Compare the clocks of both machines.',
    clause: 'RFC 5280 §4.1.2.5',
  },
  'tls-name': {
    level: 'wrong',
    meaning: 'The certificate of the server is for other names.',
    remedy: 'Connect by a name in the certificate, or get one that has this name.',
    clause: 'RFC 9525 §6',
  },
  'tls-issuer': {
    level: 'wrong',
    meaning: 'The certificate of the server comes from an issuer that this machine does not know.',
    remedy:
      'Let the server send its intermediate certificates as well; trust a private issuer with --ca.',
    clause: 'RFC 5280 §6.1',
  },
  'tls-client-certificate': {
    level: 'wrong',
    meaning: 'The server wants a certificate of the client.',
    remedy: 'Connect with a client certificate and its key.',
    clause: 'RFC 8446 §4.4.2',
  },
  'tls-not-spoken': {
    level: 'wrong',
    meaning: 'The server does not speak TLS on that port.',
    remedy: 'Use ws://, or the port on which it speaks TLS.',
    clause: 'RFC 6455 §3',
  },
  'tls-wanted': {
    level: 'wrong',
    meaning: 'The server speaks TLS on that port, and was spoken to without.',
    remedy: 'Use wss://.',
    clause: 'RFC 6455 §3',
  },
  'tls-failed': {
    level: 'wrong',
    meaning: 'The TLS handshake failed.',
    remedy: 'Check that both sides have a version and a cipher in common.',
    clause: 'RFC 8446 §4',
  },
  'alpn-h2': {
    level: 'wrong',
    meaning: 'The server chose HTTP/2, in which there is no Upgrade.',
    remedy:
      'Let the server, or what ends TLS in front of it, offer http/1.1 by ALPN for this name; a client offers http/1.1 only.',
    clause: 'RFC 7301 §3.2, RFC 9113 §8.6',
  },
  'answer-timeout': {
    level: 'wrong',
    meaning: 'No answer came in time.',
    remedy: 'The server hangs, or a proxy waits for a body that never comes.',
    clause: 'RFC 6455 §4.1',
  },
  'answer-cut': {
    level: 'wrong',
    meaning: 'The server ended the connection before it had answered.',
    remedy: 'It may not speak HTTP on that port, want TLS, or be shutting down.',
    clause: 'RFC 6455 §4.1',
  },
  'answer-not-http': {
    level: 'wrong',
    meaning: 'What the server answered is not HTTP.',
    remedy: 'Check the port: another kind of server listens there.',
    clause: 'RFC 9112 §4',
  },
  'frame-malformed': {
    level: 'wrong',
    meaning: 'What came behind the handshake is not a valid frame.',
    remedy: 'Mend the server; a proxy that changes bytes can do this too.',
    clause: 'RFC 6455 §5.2',
  },
  'content-behind-answer': {
    level: 'wrong',
    meaning: 'Text came behind the 101 where frames belong.',
    remedy: 'Write nothing behind the head of the 101: everything there is read as frames.',
    clause: 'RFC 6455 §4.2.2, RFC 9110 §15.2',
  },
  'ping-unanswered': {
    level: 'wrong',
    meaning: 'The server did not answer a ping.',
    remedy: 'A pong is due for each ping; without it nobody can tell a dead connection.',
    clause: 'RFC 6455 §5.5.3',
  },
  'closed-at-once': {
    level: 'wrong',
    meaning: 'The server accepted and then ended the connection at once.',
    remedy: 'Its log says why; often a handler threw, or a login is checked after the upgrade.',
    clause: 'RFC 6455 §7.1',
  },
  'close-unanswered': {
    level: 'unusual',
    meaning: 'The server did not answer our close frame with its own.',
    remedy: 'Mend the server: clients wait for it and then report 1006.',
    clause: 'RFC 6455 §5.5.1',
  },
  'idle-cut': {
    level: 'wrong',
    meaning: 'An idle connection was ended without a close frame.',
    remedy:
      'A load balancer or proxy ends what is silent: let either side ping more often than that, or raise its limit (nginx: proxy_read_timeout, 60 s by default).',
    clause: 'RFC 6455 §5.5.2, §7.1.5',
  },
  'idle-closed': {
    level: 'unusual',
    meaning: 'The server closed an idle connection, with a close frame.',
    remedy: 'Ping more often than that, or raise the limit of the server.',
    clause: 'RFC 6455 §5.5.2',
  },
  'idle-dead': {
    level: 'wrong',
    meaning: 'After the idle time the connection seemed open, and nobody answered any more.',
    remedy: 'Something in between forgot the connection: ping more often than that.',
    clause: 'RFC 6455 §5.5.2',
  },
}

/** A stable error code; never renamed within a major version. */
export type ErrorCode =
  | 'ERR_OPTION'
  | 'ERR_FRAME_RSV'
  | 'ERR_FRAME_OPCODE'
  | 'ERR_FRAME_MASKED'
  | 'ERR_FRAME_UNMASKED'
  | 'ERR_FRAME_LENGTH'
  | 'ERR_CONTROL_FRAGMENTED'
  | 'ERR_CONTROL_LENGTH'
  | 'ERR_CONTINUATION_UNEXPECTED'
  | 'ERR_CONTINUATION_EXPECTED'
  | 'ERR_INVALID_UTF8'
  | 'ERR_CLOSE_FRAME'
  | 'ERR_LIMIT_MESSAGE'
  | 'ERR_LIMIT_FRAGMENTS'
  | 'ERR_LIMIT_FRAME_TIMEOUT'
  | 'ERR_LIMIT_OUTPUT_TIMEOUT'
  | 'ERR_LIMIT_BUFFERED'
  | 'ERR_LIMIT_CONNECTIONS'
  | 'ERR_LIMIT_ADDRESS'
  | 'ERR_LIMIT_HANDSHAKES'
  | 'ERR_LIMIT_RATE'
  | 'ERR_HEARTBEAT'
  | 'ERR_CLOSE_CODE'
  | 'ERR_CLOSE_REASON'
  | 'ERR_FRAGMENTING'
  | 'ERR_DRAFT'
  | 'ERR_PING_PAYLOAD'
  | 'ERR_PINGS_UNANSWERED'
  | 'ERR_NOT_OPEN'
  | 'ERR_CLOSED'
  | 'ERR_TOPIC_NAME'
  | 'ERR_LISTEN'
  | 'ERR_RUNTIME'
  | 'ERR_UPGRADED'
  | 'ERR_CONNECT_URL'
  | 'ERR_CONNECT_PORT'
  | 'ERR_CONNECT_DNS'
  | 'ERR_CONNECT_REFUSED'
  | 'ERR_CONNECT_NETWORK'
  | 'ERR_CONNECT_TLS'
  | 'ERR_CONNECT_TIMEOUT'
  | 'ERR_CONNECT_ENDED'
  | 'ERR_CONNECT_PROXY'
  | 'ERR_CONNECT_PROXY_AUTH'
  | 'ERR_CONNECT_REDIRECT'
  | 'ERR_HANDSHAKE_HEAD'
  | 'ERR_HANDSHAKE_HEAD_SIZE'
  | 'ERR_HANDSHAKE_TARGET'
  | 'ERR_HANDSHAKE_TARGET_SIZE'
  | 'ERR_HANDSHAKE_METHOD'
  | 'ERR_HANDSHAKE_HTTP_VERSION'
  | 'ERR_HANDSHAKE_HOST'
  | 'ERR_HANDSHAKE_UPGRADE'
  | 'ERR_HANDSHAKE_CONNECTION'
  | 'ERR_HANDSHAKE_VERSION'
  | 'ERR_HANDSHAKE_KEY'
  | 'ERR_HANDSHAKE_BODY'
  | 'ERR_HANDSHAKE_ORIGIN'
  | 'ERR_HANDSHAKE_SUBPROTOCOL'
  | 'ERR_HANDSHAKE_EXTENSION'
  | 'ERR_HANDSHAKE_DRAINING'
  | 'ERR_HANDSHAKE_STATUS'
  | 'ERR_HANDSHAKE_ACCEPT'
  | 'ERR_HANDSHAKE_OVER'
  | 'ERR_BODY_TOO_LARGE'
  | 'ERR_UPGRADE_TIMEOUT'
  | 'ERR_UPGRADE_FAILED'
  | 'ERR_HANDSHAKE_PATH'
  | 'ERR_HANDSHAKE_TIMEOUT'
  | 'ERR_DEFLATE_DATA'
  | 'ERR_IMPORT_FORMAT'
  | 'ERR_IMPORT_EMPTY'
  | 'ERR_PAGE_NOT_BUILT'

export interface ErrorEntry {
  /** What happened, in one sentence. */
  readonly meaning: string
  /** What the reader can do about it. */
  readonly remedy: string
}

/** Every error code with what it means and what to do about it; `docs/errors.md` is made from this. */
export const catalogue: Readonly<Record<ErrorCode, ErrorEntry>> = {
  ERR_OPTION: {
    meaning: 'An option has a value outside its documented range.',
    remedy: 'Use a value in the range that the message names.',
  },
  ERR_FRAME_RSV: {
    meaning: 'The peer set a reserved bit that no negotiated extension defines.',
    remedy:
      'The peer sends compressed frames without having negotiated it, or something that is not WebSocket: look at its first bytes.',
  },
  ERR_FRAME_OPCODE: {
    meaning: 'The peer sent a frame with a reserved opcode.',
    remedy: 'Mend the peer; only opcodes 0, 1, 2, 8, 9 and 10 exist.',
  },
  ERR_FRAME_MASKED: {
    meaning: 'A server sent a masked frame.',
    remedy: 'Mend the server: only clients mask.',
  },
  ERR_FRAME_UNMASKED: {
    meaning: 'A client sent a frame without a mask.',
    remedy: 'Mend the client: it masks every frame with a new key.',
  },
  ERR_FRAME_LENGTH: {
    meaning: 'The peer wrote the length of a frame in a form that is not allowed.',
    remedy:
      'Mend the peer: it must use the shortest form and leave the top bit of a 64-bit length clear.',
  },
  ERR_CONTROL_FRAGMENTED: {
    meaning: 'The peer sent a fragmented ping, pong or close.',
    remedy: 'Mend the peer: control frames are always whole.',
  },
  ERR_CONTROL_LENGTH: {
    meaning: 'The peer sent a ping, pong or close of more than 125 bytes.',
    remedy: 'Mend the peer: send longer payloads as messages.',
  },
  ERR_CONTINUATION_UNEXPECTED: {
    meaning: 'The peer continued a message that it had not begun.',
    remedy: 'Mend the peer: the first frame of a message is text or binary.',
  },
  ERR_CONTINUATION_EXPECTED: {
    meaning: 'The peer began a message inside another one.',
    remedy:
      'Mend the peer: it must finish a fragmented message before the next, usually by a lock around sending.',
  },
  ERR_INVALID_UTF8: {
    meaning: 'The peer sent text, or a close reason, that is not UTF-8.',
    remedy: 'Send bytes as a binary message.',
  },
  ERR_CLOSE_FRAME: {
    meaning: 'The peer sent a close frame with one byte or with a code that must not be sent.',
    remedy: 'Mend the peer: codes are 1000-1003, 1007-1014 and 3000-4999.',
  },
  ERR_LIMIT_MESSAGE: {
    meaning: 'The peer sent a message over `limits.message`.',
    remedy: 'Raise `limits.message`, or send less at a time.',
  },
  ERR_LIMIT_FRAGMENTS: {
    meaning: 'The peer sent a message of more frames than `limits.fragments`.',
    remedy: 'Raise `limits.fragments`, or let the peer send larger fragments.',
  },
  ERR_LIMIT_FRAME_TIMEOUT: {
    meaning: 'The peer began a frame and sent nothing more for `limits.frameTimeout`.',
    remedy: 'The peer hangs or its network does; raise `limits.frameTimeout` for very slow links.',
  },
  ERR_LIMIT_OUTPUT_TIMEOUT: {
    meaning:
      'Output waited for the peer, which took none of it for `limits.outputTimeout`: it does not read, or has vanished.',
    remedy:
      'The peer hangs or its network does; raise `limits.outputTimeout` for peers that may stop reading for longer, or for very slow links.',
  },
  ERR_LIMIT_BUFFERED: {
    meaning: 'The peer reads more slowly than we send, and `limits.buffered` is reached.',
    remedy:
      'Send less, wait for `drained()`, choose another `slowConsumer` policy, or raise `limits.buffered`.',
  },
  ERR_LIMIT_CONNECTIONS: {
    meaning: 'As many connections are open as `admission.connections` allows (503).',
    remedy: 'Raise it, or start another server; a client tries again later.',
  },
  ERR_LIMIT_ADDRESS: {
    meaning: 'As many connections are open from an address as `admission.perAddress` allows (429).',
    remedy: 'Raise it; where clients come through a proxy, say so with `proxies`.',
  },
  ERR_LIMIT_HANDSHAKES: {
    meaning: 'More clients connect in a second than `admission.handshakesPerSecond` allows (503).',
    remedy: 'Raise it; a client tries again a little later.',
  },
  ERR_LIMIT_RATE: {
    meaning:
      'The peer sent more in a second than `rate` allows, and its policy is to close (1008).',
    remedy: 'Send less, raise `rate`, or let its policy be to delay.',
  },
  ERR_HEARTBEAT: {
    meaning: 'The peer did not answer a ping in time.',
    remedy:
      'It is gone, or its network is; connect again. Raise `heartbeat.timeout` for slow links.',
  },
  ERR_CLOSE_CODE: {
    meaning: 'The program asked for a close code that must not be sent.',
    remedy: 'Use 1000, or 3000-4999 for codes of your own.',
  },
  ERR_CLOSE_REASON: {
    meaning: 'The program gave a close reason of more than 123 bytes.',
    remedy: 'Shorten it: a close frame holds 125 bytes, two of them the code.',
  },
  ERR_FRAGMENTING: {
    meaning: 'The program sent a message while a fragmented one was unfinished.',
    remedy: 'Finish the fragmented message first.',
  },
  ERR_DRAFT: {
    meaning:
      'The program sent bytes, a ping or a pong to a peer that speaks hixie-75 or hixie-76, which have text only.',
    remedy: 'Look at `socket.version` first, or leave `legacy` off.',
  },
  ERR_PING_PAYLOAD: {
    meaning: 'The program gave a ping or pong of more than 125 bytes.',
    remedy: 'Shorten it.',
  },
  ERR_PINGS_UNANSWERED: {
    meaning: 'The program sent a ping while 64 were unanswered.',
    remedy: 'Wait for answers.',
  },
  ERR_NOT_OPEN: {
    meaning: 'The program sent something on a connection that is not open.',
    remedy: 'Wait for `open`, and stop sending at `close`.',
  },
  ERR_CLOSED: {
    meaning: 'The connection closed before what was waited for happened.',
    remedy: 'Look at the close outcome for the reason; connect again if it is worth it.',
  },
  ERR_TOPIC_NAME: {
    meaning: 'A topic name is empty, longer than 256 characters, or has control characters.',
    remedy: 'Use a shorter name of printable characters.',
  },
  ERR_LISTEN: {
    meaning: 'The server could not listen on its address.',
    remedy: 'Choose another port or address; the cause says what the system answered.',
  },
  ERR_RUNTIME: {
    meaning: 'A server of one runtime, as of `tidewire/bun`, was started on another.',
    remedy:
      'Use `serve` of `tidewire`, which runs on Node, Bun and Deno, or start the program there.',
  },
  ERR_UPGRADED: {
    meaning: 'The same socket was upgraded twice.',
    remedy: 'Let one place handle each upgrade: either `attach`, or `handleUpgrade`.',
  },
  ERR_CONNECT_URL: {
    meaning: 'The URL is not one that a WebSocket can be opened to.',
    remedy: 'Use ws://, wss://, http:// or https:// with a host and without a fragment.',
  },
  ERR_CONNECT_PORT: {
    meaning:
      'The port is one of those that browsers block, since another protocol is spoken there.',
    remedy: 'Use another port; `connect` blocks none, the WebSocket of the standard has to.',
  },
  ERR_CONNECT_DNS: {
    meaning: 'The host name could not be resolved.',
    remedy: 'Check the name and the network.',
  },
  ERR_CONNECT_REFUSED: {
    meaning: 'Nobody listens at that address and port.',
    remedy: 'Check the port and that the server runs.',
  },
  ERR_CONNECT_NETWORK: {
    meaning: 'The connection failed below WebSocket, before the handshake was done.',
    remedy: 'The cause is the error of the operating system.',
  },
  ERR_CONNECT_TLS: {
    meaning: 'The TLS handshake failed.',
    remedy:
      'Check the certificate, its name and its issuer (`tls.ca`), and that the port speaks TLS.',
  },
  ERR_CONNECT_TIMEOUT: {
    meaning: 'The opening handshake took longer than `limits.handshakeTimeout`.',
    remedy: 'Check that the server answers; raise the limit for slow links.',
  },
  ERR_CONNECT_ENDED: {
    meaning: 'The server, or the proxy, ended the connection before it had answered the handshake.',
    remedy: 'It may not speak HTTP on that port, want TLS, or be shutting down.',
  },
  ERR_CONNECT_PROXY: {
    meaning: 'The proxy did not open the way to the server.',
    remedy: 'Check the option `proxy` and the variables of the environment, or connect without it.',
  },
  ERR_CONNECT_PROXY_AUTH: {
    meaning: 'The proxy wants to know who asks, or does not accept the credentials it was given.',
    remedy: 'Give a user name and a password in its URL.',
  },
  ERR_CONNECT_REDIRECT: {
    meaning:
      'The server redirects more often than `redirects` allows, or to where a WebSocket may not follow: away from TLS, to another scheme, or to a URL with a user name.',
    remedy: 'Connect to the right URL at once, or raise `redirects`.',
  },
  ERR_HANDSHAKE_HEAD: {
    meaning: 'A message head is not HTTP/1.1: a line of it is malformed.',
    remedy:
      'Look at the line that the message names; head and fields are CR LF separated (RFC 9112).',
  },
  ERR_HANDSHAKE_HEAD_SIZE: {
    meaning: 'A message head is larger than the limits on heads allow.',
    remedy:
      'Send fewer or shorter fields (cookies are often the long ones), or raise limits.head or limits.headFields.',
  },
  ERR_HANDSHAKE_TARGET: {
    meaning:
      'The request target is neither a path nor an absolute URI on the host that Host names.',
    remedy: 'Ask for a path that begins with a slash.',
  },
  ERR_HANDSHAKE_TARGET_SIZE: {
    meaning: 'The request target is longer than the limit allows.',
    remedy: 'Send the data in a message instead of the URL, or raise limits.target.',
  },
  ERR_HANDSHAKE_METHOD: {
    meaning: 'A WebSocket was asked for with a method other than GET.',
    remedy: 'Use GET.',
  },
  ERR_HANDSHAKE_HTTP_VERSION: {
    meaning: 'A WebSocket was asked for, or accepted, over an HTTP version that cannot upgrade.',
    remedy:
      'Use HTTP/1.1; a proxy in front may have to be told so (nginx: proxy_http_version 1.1).',
  },
  ERR_HANDSHAKE_HOST: {
    meaning: 'The request has no Host, more than one, or one that is not a host and port.',
    remedy: 'Send exactly one Host field.',
  },
  ERR_HANDSHAKE_UPGRADE: {
    meaning: 'The Upgrade field does not name websocket.',
    remedy:
      'Check that the URL is that of a WebSocket server and that a proxy in front passes Upgrade on.',
  },
  ERR_HANDSHAKE_CONNECTION: {
    meaning: 'The Connection field does not list Upgrade.',
    remedy: 'Check that a proxy in front passes Connection: Upgrade on.',
  },
  ERR_HANDSHAKE_VERSION: {
    meaning: 'The request does not ask for version 13 of the protocol, which is that of RFC 6455.',
    remedy: 'Send Sec-WebSocket-Version: 13.',
  },
  ERR_HANDSHAKE_KEY: {
    meaning: 'Sec-WebSocket-Key is missing, repeated, or not 16 bytes in base64.',
    remedy: 'Send 16 random bytes in base64, new ones for each connection.',
  },
  ERR_HANDSHAKE_BODY: {
    meaning:
      'The upgrade request announces content, which can smuggle a second request past a proxy.',
    remedy: 'Send the upgrade without Content-Length and Transfer-Encoding.',
  },
  ERR_HANDSHAKE_ORIGIN: {
    meaning: 'The request comes from a web page that the origin policy does not let in.',
    remedy: 'Add the origin of the page to the option origins if it is yours.',
  },
  ERR_HANDSHAKE_SUBPROTOCOL: {
    meaning:
      'The subprotocols are malformed, or one was answered that was not offered or none of those offered.',
    remedy: 'Offer distinct tokens, and have the server answer with exactly one of them.',
  },
  ERR_HANDSHAKE_EXTENSION: {
    meaning: 'Sec-WebSocket-Extensions is malformed, or answers what was not offered.',
    remedy: 'Have each side send only the extensions and parameters of the specification.',
  },
  ERR_HANDSHAKE_DRAINING: {
    meaning: 'The server is closing and takes no new connections.',
    remedy: 'Connect again after the seconds that Retry-After names.',
  },
  ERR_HANDSHAKE_STATUS: {
    meaning: 'The server answered the upgrade with another status than 101.',
    remedy: 'Read the status and the body of the response; the URL may not be that of a WebSocket.',
  },
  ERR_HANDSHAKE_ACCEPT: {
    meaning: 'Sec-WebSocket-Accept is not the one that the key asks for.',
    remedy:
      'The server has to hash the key of this very request; a cache in between may have answered.',
  },
  ERR_HANDSHAKE_OVER: {
    meaning: 'More bytes were given to a handshake that had already ended.',
    remedy: 'Give the bytes behind the handshake to the connection.',
  },
  ERR_BODY_TOO_LARGE: {
    meaning: 'The body of an HTTP request is over the limit.',
    remedy: 'Send less, or give `bytes`, `text` or `json` a larger `limit`.',
  },
  ERR_UPGRADE_TIMEOUT: {
    meaning: 'The `upgrade` handler took longer than `limits.handshakeTimeout`.',
    remedy: 'Make it faster, or raise the limit; `request.signal` tells it to stop.',
  },
  ERR_UPGRADE_FAILED: {
    meaning: 'The `upgrade` handler threw, and the client was answered with 500.',
    remedy: 'Look at the error that the `error` handler was given.',
  },
  ERR_HANDSHAKE_PATH: {
    meaning: 'A client asked for a WebSocket at a path where none is served.',
    remedy: 'Compare the path of the URL with the `path` option of the servers.',
  },
  ERR_HANDSHAKE_TIMEOUT: {
    meaning: 'A client did not complete its request within `limits.handshakeTimeout`.',
    remedy: 'The client or its network is slow; raise the limit if that is to be expected.',
  },
  ERR_DEFLATE_DATA: {
    meaning: 'The peer sent a compressed message that cannot be inflated.',
    remedy: 'Mend the peer, or connect without `deflate`.',
  },
  ERR_IMPORT_FORMAT: {
    meaning: 'A file with a saved session is not as it should be; the message says where.',
    remedy: 'Export the session again, as a HAR or as the JSON lines of Tidewire.',
  },
  ERR_IMPORT_EMPTY: {
    meaning: 'A file has no WebSocket connection in it.',
    remedy: 'Open the recorder or the network panel before the page connects, and export again.',
  },
  ERR_PAGE_NOT_BUILT: {
    meaning: 'The page of the inspector is not there, as in a checkout that was not built.',
    remedy: 'Run `npm run build`; the package from the registry has it built.',
  },
}

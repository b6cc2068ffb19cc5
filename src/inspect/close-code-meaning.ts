/** What a close code says, for people. */
export interface CloseCodeMeaning {
  /** The name in the IANA registry of close codes, or the name of the range it lies in. */
  readonly name: string
  /** What the code means, in one or two sentences. */
  readonly meaning: string
  /** What probably happened and what to try. */
  readonly advice: string
}

/** The IANA "WebSocket Close Code Number Registry", with RFC 6455 §7.4.1 in plain words. */
const registered: ReadonlyMap<number, CloseCodeMeaning> = new Map([
  [
    1000,
    {
      name: 'Normal Closure',
      meaning: 'The purpose of the connection was fulfilled, and it ended as planned.',
      advice: 'Nothing is wrong. Connect again when there is more to say.',
    },
  ],
  [
    1001,
    {
      name: 'Going Away',
      meaning: 'An endpoint is leaving: a server that shuts down, or a page that was left.',
      advice: 'When a server shut down or was deployed, connect again after a short random delay.',
    },
  ],
  [
    1002,
    {
      name: 'Protocol Error',
      meaning: 'An endpoint broke the WebSocket protocol, so the other one ended the connection.',
      advice:
        'Look at the last frame before the close: a mask, a reserved bit, a length or the order of fragments was wrong. A proxy that changes bytes can do this too.',
    },
  ],
  [
    1003,
    {
      name: 'Unsupported Data',
      meaning: 'An endpoint got a kind of message it does not accept.',
      advice: 'Often binary was sent to an endpoint that takes only text, or the reverse.',
    },
  ],
  [
    1004,
    {
      name: 'Reserved',
      meaning: 'The code is reserved and has no meaning yet; it must not appear on the wire.',
      advice: 'The peer has a fault. Send 1000, or a code from 3000 to 4999, instead.',
    },
  ],
  [
    1005,
    {
      name: 'No Status Received',
      meaning: 'The peer closed in order, but its close frame carried no code.',
      advice:
        'Nothing is wrong: close() without arguments does this. The peer can give a code to say why.',
    },
  ],
  [
    1006,
    {
      name: 'Abnormal Closure',
      meaning:
        'The connection ended without a close frame. This code is never sent; an endpoint reports it about itself.',
      advice:
        'The network dropped, a process died, a proxy timed out an idle connection, or the handshake was refused. See the server log, and the HTTP status if it never opened.',
    },
  ],
  [
    1007,
    {
      name: 'Invalid Frame Payload Data',
      meaning: 'A message held data that does not fit its kind, such as text that is not UTF-8.',
      advice:
        'Send bytes that are not UTF-8 as binary. With compression, a broken stream does this.',
    },
  ],
  [
    1008,
    {
      name: 'Policy Violation',
      meaning: 'An endpoint got a message that breaks one of its rules; no other code fits.',
      advice:
        'Read the reason. Common causes are a missing login, a rate limit or a limit on fragments.',
    },
  ],
  [
    1009,
    {
      name: 'Message Too Big',
      meaning: 'A message was larger than the endpoint accepts.',
      advice: 'Send smaller messages or split the data, or raise the limit at the receiver.',
    },
  ],
  [
    1010,
    {
      name: 'Mandatory Extension',
      meaning: 'The client needs an extension that the server did not agree to in the handshake.',
      advice: 'Compare Sec-WebSocket-Extensions in the request and the response.',
    },
  ],
  [
    1011,
    {
      name: 'Internal Error',
      meaning: 'The server met a condition it did not expect and could not go on.',
      advice:
        'A handler on the server probably threw. Its log has the error; the client is not at fault.',
    },
  ],
  [
    1012,
    {
      name: 'Service Restart',
      meaning: 'The server is restarting.',
      advice:
        'Connect again after a random delay of 5 to 30 seconds, so that not all come at once.',
    },
  ],
  [
    1013,
    {
      name: 'Try Again Later',
      meaning: 'The server is overloaded, or this client reads more slowly than messages arrive.',
      advice: 'Connect again later, backing off each time. Read faster or subscribe to less.',
    },
  ],
  [
    1014,
    {
      name: 'Bad Gateway',
      meaning: 'A gateway or proxy got an invalid answer from the server behind it, as HTTP 502.',
      advice: 'Check that the server behind the proxy runs and that the proxy forwards upgrades.',
    },
  ],
  [
    1015,
    {
      name: 'TLS Handshake',
      meaning:
        'The TLS handshake failed. This code is never sent; an endpoint reports it about itself.',
      advice: 'Check the certificate: its name, its expiry and the authority that signed it.',
    },
  ],
  [
    3000,
    {
      name: 'Unauthorized',
      meaning: 'The endpoint needs to know who you are before it goes on, as HTTP 401.',
      advice: 'Log in, or renew the token, then connect again.',
    },
  ],
  [
    3003,
    {
      name: 'Forbidden',
      meaning: 'The endpoint knows who you are but does not allow this, as HTTP 403.',
      advice: 'Connecting again will not help until the permission is given.',
    },
  ],
  [
    3008,
    {
      name: 'Timeout',
      meaning: 'The endpoint waited too long for something, as HTTP 408.',
      advice: 'Answer pings and keep to the deadlines of the application, then connect again.',
    },
  ],
])

interface CloseCodeRange extends CloseCodeMeaning {
  readonly from: number
  readonly to: number
}

/** RFC 6455 §7.4.2: who may give meaning to the codes that have no name of their own. */
const ranges: readonly CloseCodeRange[] = [
  {
    from: 0,
    to: 999,
    name: 'Not Used',
    meaning: 'Codes below 1000 do not exist in WebSocket.',
    advice: 'The peer has a fault. Send 1000, or a code from 3000 to 4999, instead.',
  },
  {
    from: 1000,
    to: 2999,
    name: 'Unassigned',
    meaning:
      'The code is kept for the WebSocket protocol and its extensions, and has no meaning yet.',
    advice: 'An application may not use it. Choose one from 4000 to 4999.',
  },
  {
    from: 3000,
    to: 3999,
    name: 'Library or Framework Code',
    meaning:
      'The code is for libraries and frameworks, registered with IANA; this one has no name.',
    advice: 'The documentation of the library at the other end says what it means.',
  },
  {
    from: 4000,
    to: 4999,
    name: 'Application Code',
    meaning: 'The code is for private use: the application that closed chose its meaning.',
    advice: 'The documentation or the source of that application says what it means.',
  },
]

const outside: CloseCodeMeaning = {
  name: 'Not a Close Code',
  meaning: 'Close codes are whole numbers from 1000 to 4999.',
  advice: 'The peer has a fault. Send 1000, or a code from 3000 to 4999, instead.',
}

/** The registered name of a close code, what it means and what to try. */
export function closeCodeMeaning(code: number): CloseCodeMeaning {
  const exact = registered.get(code)
  if (exact) return exact
  if (!Number.isInteger(code)) return outside
  const range = ranges.find(({ from, to }) => code >= from && code <= to)
  return range ? { name: range.name, meaning: range.meaning, advice: range.advice } : outside
}

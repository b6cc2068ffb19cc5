import type { HeaderNote } from './header-meaning.ts'
import { listMembers, spoken } from './header-tokens.ts'

const fetchSites: ReadonlyMap<string, string> = new Map([
  ['same-origin', 'The browser says that the page comes from this very origin'],
  ['same-site', 'The browser says that the page comes from a sister origin of the same site'],
  ['cross-site', 'The browser says that a page of another site opens this connection'],
  ['none', 'The browser says that the user started this, not a page'],
])

/** Headers that any HTTP request or response may carry, seen from a WebSocket handshake. */
export const httpHeaders: ReadonlyArray<readonly [string, HeaderNote]> = [
  [
    'host',
    (value) =>
      `The server and port that the client means${value === '' ? ', left empty here' : `, ${value}`}; one server can so serve several names (RFC 9112 §3.2).`,
  ],
  [
    'origin',
    (value) =>
      value === 'null'
        ? 'null is the origin of a sandboxed page or a file; a server that checks origins refuses it (RFC 6455 §10.2).'
        : `The page that opens the connection comes from ${value}; a browser always says so, and the server must check it (RFC 6455 §10.2).`,
  ],
  [
    'user-agent',
    'Names the client program; for statistics and work-arounds, not for trust (RFC 9110 §10.1.5).',
  ],
  [
    'cookie',
    (value) => {
      const count = value.split(';').filter((pair) => pair.trim() !== '').length
      return `${count === 1 ? 'One cookie' : `${count} cookies`} of this host, sent even when another site opens the connection, so check Origin too (RFC 6265 §4.2).`
    },
  ],
  ['set-cookie', 'Stores a cookie in the browser; an upgrade response may do so (RFC 6265 §4.1).'],
  [
    'authorization',
    (value) => {
      // A single word is no scheme, but the secret itself.
      const [, scheme] = /^(\S+) /.exec(value) ?? []
      return `Credentials${scheme === undefined ? '' : ` of the scheme ${scheme}`}; a page in a browser cannot set this for a WebSocket (RFC 9110 §11.6.2).`
    },
  ],
  [
    'proxy-authorization',
    'Credentials for a proxy on the way, not for the server (RFC 9110 §11.7.2).',
  ],
  ['www-authenticate', 'How to log in; it comes with 401, not with an upgrade (RFC 9110 §11.6.1).'],
  ['accept', 'The media types the client can read; of no effect on an upgrade (RFC 9110 §12.5.1).'],
  [
    'accept-encoding',
    'Compression for HTTP bodies only; WebSocket messages use Sec-WebSocket-Extensions (RFC 9110 §12.5.3).',
  ],
  [
    'accept-language',
    (value) =>
      `The user prefers ${listMembers(value)[0]?.split(';')[0] ?? 'no language'}; of no effect on an upgrade (RFC 9110 §12.5.4).`,
  ],
  [
    'cache-control',
    (value, head) =>
      head === 'request'
        ? `Asks caches ${/no-cache|no-store/i.test(value) ? 'to stay out of the way' : `for ${value}`}; a handshake is never served from a cache anyway (RFC 9111 §5.2).`
        : 'Tells caches what to do with a response; an upgrade is never cached (RFC 9111 §5.2).',
  ],
  [
    'pragma',
    'The HTTP/1.0 form of Cache-Control, kept by browsers for old caches (RFC 9111 §5.4).',
  ],
  ['date', 'When the server made this response, by its own clock (RFC 9110 §6.6.1).'],
  ['server', 'Names the server program (RFC 9110 §10.2.4).'],
  ['x-powered-by', 'Names the framework of the server; by custom only, and it may be left out.'],
  [
    'referer',
    'The page the request came from; browsers do not send it on a WebSocket (RFC 9110 §10.1.3).',
  ],
  [
    'content-length',
    (value) =>
      value === '0'
        ? 'No body follows, as it must be in a handshake; it may be left out (RFC 9110 §8.6).'
        : 'A handshake has no body; bytes declared here can smuggle a second request, so servers refuse it (RFC 9110 §8.6).',
  ],
  [
    'transfer-encoding',
    'A handshake has no body; with this header a server refuses it as request smuggling (RFC 9112 §6.1).',
  ],
  ['content-type', 'The kind of the body; an upgrade has none (RFC 9110 §8.3).'],
  [
    'location',
    'Where to go instead; browsers do not follow a redirect of a WebSocket handshake (RFC 9110 §10.2.2).',
  ],
  ['retry-after', 'How long to wait before trying again (RFC 9110 §10.2.3).'],
  ['allow', 'The methods this resource takes; a handshake must be GET (RFC 9110 §10.2.1).'],
  ['vary', 'For caches, which an upgrade never meets (RFC 9110 §12.5.5).'],
  [
    'keep-alive',
    'Limits of a persistent HTTP connection; they end with the upgrade (RFC 2068 §19.7.1).',
  ],
  ['te', 'Transfer codings the client takes; of no effect on an upgrade (RFC 9110 §10.1.4).'],
  ['priority', 'How urgent the client finds a response; of no effect on an upgrade (RFC 9218 §5).'],
  [
    'forwarded',
    'Written by a proxy: the client, host and scheme it saw; trust it only from your own proxy (RFC 7239 §4).',
  ],
  [
    'x-forwarded-for',
    (value) =>
      `Written by a proxy: the request came from ${listMembers(value)[0] ?? 'nowhere'}; anyone can write it, so trust it only from your own proxy (by custom; RFC 7239 §5.2 is its standard form).`,
  ],
  [
    'x-forwarded-proto',
    (value) =>
      `Written by a proxy: the client reached it by ${value}; browsers use https here for wss (by custom; RFC 7239 §5.4 is its standard form).`,
  ],
  [
    'x-forwarded-host',
    (value) =>
      `Written by a proxy: the client asked for ${value}; compare Origin with this one (by custom; RFC 7239 §5.3 is its standard form).`,
  ],
  [
    'x-real-ip',
    'Written by a proxy (nginx): the address of the client; trust it only from your own proxy (by custom).',
  ],
  [
    'via',
    (value) =>
      `The message passed ${spoken(listMembers(value))}; each proxy adds itself, and each must forward upgrades (RFC 9110 §7.6.3).`,
  ],
  [
    'sec-fetch-site',
    (value) =>
      `${fetchSites.get(value) ?? `The browser says ${value}`}; a page cannot forge this (Fetch Metadata §2.4).`,
  ],
  [
    'sec-fetch-mode',
    (value) =>
      value === 'websocket'
        ? 'The browser says that this is a WebSocket handshake; a page cannot forge this (Fetch Metadata §2.2).'
        : `The browser says ${value}, where a WebSocket handshake has websocket (Fetch Metadata §2.2).`,
  ],
  [
    'sec-fetch-dest',
    'What the answer is for, as the browser sees it; websocket or empty here (Fetch Metadata §2.1).',
  ],
  [
    'sec-fetch-user',
    'The user started this navigation; not sent on a WebSocket (Fetch Metadata §2.3).',
  ],
  [
    'sec-fetch-storage-access',
    'Whether the page may use its cookies inside another site (Storage Access Headers).',
  ],
  ['sec-gpc', 'The user asks that data about them is not sold or shared (Global Privacy Control).'],
  ['dnt', 'The user asks not to be tracked; an old form, rarely heeded (W3C Tracking Preference).'],
  [
    'strict-transport-security',
    'Tells browsers to use only https and wss for this host from now on (RFC 6797 §6.1).',
  ],
  ['alt-svc', 'Other ways to reach the server; a WebSocket does not use them (RFC 7838 §3).'],
  [
    'http2-settings',
    'Belongs to an upgrade to HTTP/2 without TLS, not to WebSocket (RFC 7540 §3.2.1).',
  ],
  [
    'upgrade-insecure-requests',
    'Asks for an https page; of no effect on a WebSocket (Upgrade Insecure Requests §3.2.1).',
  ],
]

/** Families of headers, for the names that the table does not have. */
export const httpPrefixes: ReadonlyArray<readonly [string, HeaderNote]> = [
  [
    'sec-websocket-',
    'Starts like a WebSocket header, but RFC 6455 does not define it; endpoints ignore it (RFC 6455 §11.3).',
  ],
  ['sec-fetch-', 'Set by the browser about the page behind the request (Fetch Metadata).'],
  [
    'sec-ch-',
    'A client hint about the browser or device; of no effect on an upgrade (RFC 8942 §2).',
  ],
  [
    'access-control-',
    'Belongs to CORS, which does not apply to WebSocket: the server checks Origin itself (RFC 6455 §10.2).',
  ],
  [
    'x-forwarded-',
    'Written by a proxy about the client; trust it only from your own proxy (by custom).',
  ],
  [
    'accept-',
    'What the client can read in an HTTP body; of no effect on an upgrade (RFC 9110 §12.5).',
  ],
  ['if-', 'Makes an HTTP request conditional; of no effect on an upgrade (RFC 9110 §13.1).'],
  ['traceparent', 'Joins the request to a distributed trace (W3C Trace Context §3.2).'],
  ['tracestate', 'Vendor data of a distributed trace (W3C Trace Context §3.3).'],
  ['cf-', 'Written by Cloudflare on the way; not part of the WebSocket handshake.'],
  ['x-amzn-', 'Written by an AWS load balancer on the way; not part of the WebSocket handshake.'],
]

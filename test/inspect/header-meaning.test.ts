import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type HandshakeHead, headerMeaning } from '../../dist/inspect/index.js'

type Row = readonly [name: string, value: string, head: HandshakeHead, pattern: RegExp]

/** The handshake of RFC 6455 §1.2, what browsers add, what proxies add, and what goes wrong. */
const rows: readonly Row[] = [
  ['Host', 'server.example.com', 'request', /server\.example\.com.*RFC 9112 §3\.2/],
  ['Upgrade', 'websocket', 'request', /^Asks to change.*RFC 6455 §4\.1/],
  ['Upgrade', 'WebSocket', 'response', /^Agrees.*RFC 6455 §4\.2\.2/],
  ['Upgrade', 'h2c', 'request', /h2c, not websocket/],
  ['Upgrade', '', 'request', /nothing, not websocket/],
  ['Connection', 'Upgrade', 'request', /next hop.*RFC 9110 §7\.6\.1/],
  ['Connection', 'upgrade', 'response', /^Confirms/],
  ['Connection', 'keep-alive, Upgrade', 'request', /keep-alive beside it is allowed/],
  ['Connection', 'close', 'request', /Lacks the token Upgrade \(it says close\).*proxy/],
  ['Connection', '', 'request', /Lacks the token Upgrade,/],
  ['Sec-WebSocket-Key', 'dGhlIHNhbXBsZSBub25jZQ==', 'request', /^16 random bytes.*§11\.3\.1/],
  ['Sec-WebSocket-Key', 'dG9vIHNob3J0', 'request', /Must be 16 bytes.*400/],
  // The same length, but the last character carries bits that 16 bytes do not have.
  ['Sec-WebSocket-Key', 'dGhlIHNhbXBsZSBub25jZR==', 'request', /Must be 16 bytes/],
  ['Sec-WebSocket-Key', 'dGhlIHNhbXBsZSBub25jZQ==', 'response', /Belongs in the request/],
  ['Sec-WebSocket-Accept', 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=', 'response', /proof.*SHA-1/],
  ['Sec-WebSocket-Accept', 'nonsense', 'response', /Must be 20 bytes/],
  ['Sec-WebSocket-Accept', 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=', 'request', /Belongs in the response/],
  ['Sec-WebSocket-Version', '13', 'request', /RFC 6455/],
  ['Sec-WebSocket-Version', '6', 'request', /6, but RFC 6455 is version 13.*426/],
  ['Sec-WebSocket-Version', '8', 'request', /8, a draft of 2011.*426, unless.*legacy/],
  ['Sec-WebSocket-Key1', '4 @1  46546xW%0l 1 5', 'request', /hixie-76.*5 spaces, 829309203/],
  ['Sec-WebSocket-Key2', '12', 'request', /hides no number/],
  ['Sec-WebSocket-Origin', 'http://a.example', 'request', /drafts 4 to 10/],
  ['Sec-WebSocket-Origin', 'http://a.example', 'response', /repeated.*hixie-76/],
  ['WebSocket-Location', 'ws://a.example/', 'response', /repeated.*hixie-75/],
  ['Sec-WebSocket-Version', '13, 8', 'response', /versions 13 and 8/],
  ['Sec-WebSocket-Protocol', 'chat.v2, chat.v1', 'request', /offers chat\.v2 and chat\.v1/],
  ['Sec-WebSocket-Protocol', 'chat.v2', 'request', /one subprotocol, chat\.v2/],
  ['Sec-WebSocket-Protocol', 'chat.v2', 'response', /chose the subprotocol chat\.v2/],
  ['Sec-WebSocket-Protocol', 'a, b', 'response', /must choose one/],
  [
    'Sec-WebSocket-Extensions',
    'permessage-deflate; client_max_window_bits',
    'request',
    /DEFLATE, and may be told a window size.*RFC 7692/,
  ],
  [
    'Sec-WebSocket-Extensions',
    'permessage-deflate; server_no_context_takeover',
    'response',
    /^Agreed.*the server starts each message afresh/,
  ],
  ['Sec-WebSocket-Extensions', 'x-custom', 'request', /offers x-custom.*§9\.1/],
  ['Sec-WebSocket-Nonsense', '1', 'request', /does not define it/],
  ['Origin', 'https://app.example', 'request', /https:\/\/app\.example.*§10\.2/],
  ['Origin', 'null', 'request', /sandboxed/],
  ['Sec-Fetch-Site', 'cross-site', 'request', /page of another site/],
  ['Sec-Fetch-Mode', 'websocket', 'request', /is a WebSocket handshake/],
  ['Sec-Fetch-Mode', 'cors', 'request', /says cors/],
  ['Cookie', 'a=1; b=2', 'request', /^2 cookies.*check Origin/],
  ['Cookie', 'a=1', 'request', /^One cookie /],
  ['Authorization', 'Bearer secret', 'request', /scheme Bearer;/],
  ['Accept-Language', 'de-DE,de;q=0.9', 'request', /prefers de-DE/],
  ['Accept-Charset', 'utf-8', 'request', /RFC 9110 §12\.5/],
  ['Content-Length', '0', 'request', /No body/],
  ['Content-Length', '12', 'request', /smuggle/],
  ['X-Forwarded-For', '203.0.113.7, 10.0.0.1', 'request', /203\.0\.113\.7/],
  ['X-Forwarded-Port', '443', 'request', /Written by a proxy/],
  ['Via', '1.1 proxy', 'response', /1\.1 proxy/],
  ['Server', 'nginx', 'response', /RFC 9110 §10\.2\.4/],
  ['Access-Control-Allow-Origin', '*', 'response', /CORS, which does not apply/],
  ['X-Whatever', '1', 'request', /^Not part of the WebSocket handshake/],
  // Names that an object used as a table would find in its prototype.
  ['constructor', '1', 'request', /^Not part of the WebSocket handshake/],
  ['__proto__', '1', 'request', /^Not part of the WebSocket handshake/],
]

for (const [name, value, head, pattern] of rows) {
  test(`${head} ${name}: ${value}`, () => {
    const sentence = headerMeaning(name, value, head)
    assert.match(sentence, pattern)
    assert.match(sentence, /\.$/)
    assert.equal(headerMeaning(name.toUpperCase(), ` ${value} `, head), sentence)
  })
}

test('a secret in Authorization is not repeated', () => {
  assert.doesNotMatch(headerMeaning('Authorization', 'Bearer secret', 'request'), /secret/)
})

import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { suite, test } from 'node:test'
import {
  explainHandshake,
  findingCatalogue,
  harExchanges,
  readTranscript,
} from '../../../dist/inspect/index.js'
import { findings, refusal, request, response } from './heads.ts'

const key = '9v2yS2GxhbG0SXX4JfwUyQ=='
const guid = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'
const offer = (value: string): string => request({ 'Sec-WebSocket-Extensions': value })
const answer = (value: string): string => response({ 'Sec-WebSocket-Extensions': value })
const accept = (value: string): string => response({ 'Sec-WebSocket-Accept': value })

/** The request and the answer of draft-hixie-thewebsocketprotocol-76 §1.2, without their challenge. */
const hixie76 = [
  'GET /demo HTTP/1.1',
  'Host: example.com',
  'Connection: Upgrade',
  'Sec-WebSocket-Key2: 12998 5 Y3 1  .P00',
  'Upgrade: WebSocket',
  'Sec-WebSocket-Key1: 4 @1  46546xW%0l 1 5',
  'Origin: http://example.com',
].join('\r\n')
const hixie76Answer = [
  'HTTP/1.1 101 WebSocket Protocol Handshake',
  'Upgrade: WebSocket',
  'Connection: Upgrade',
  'Sec-WebSocket-Origin: http://example.com',
  'Sec-WebSocket-Location: ws://example.com/demo',
].join('\r\n')
const hixie75 = [
  'GET /demo HTTP/1.1',
  'Upgrade: WebSocket',
  'Connection: Upgrade',
  'Host: example.com',
  'Origin: http://example.com',
].join('\r\n')
const hixie75Answer = [
  'HTTP/1.1 101 Web Socket Protocol Handshake',
  'Upgrade: WebSocket',
  'Connection: Upgrade',
  'WebSocket-Origin: http://example.com',
  'WebSocket-Location: ws://example.com/demo',
].join('\r\n')

type Row = readonly [what: string, text: string, codes: readonly string[], words?: RegExp]

const rows: readonly Row[] = [
  ['a handshake as it should be', request() + response(), []],
  [
    'what browsers add',
    request({
      Connection: 'keep-alive, Upgrade',
      Origin: 'https://server.example',
      'Sec-WebSocket-Protocol': 'chat, superchat',
      'Sec-WebSocket-Extensions': 'permessage-deflate; client_max_window_bits',
      'Sec-Fetch-Mode': 'websocket',
    }) +
      response({
        Connection: 'upgrade',
        'Sec-WebSocket-Protocol': 'superchat',
        'Sec-WebSocket-Extensions': 'permessage-deflate; client_max_window_bits=12',
        Date: 'Mon, 01 Jan 2024 00:00:00 GMT',
      }),
    [],
  ],
  ['a request alone', request(), []],
  ['a response alone', response(), []],

  // How it is written.
  ['no version in the request line', request({}, 'GET /chat'), ['request-line-version']],
  ['a space in the target', request({}, 'GET /my chat HTTP/1.1'), ['request-line-malformed']],
  ['no version in the status line', request() + response({}, '101 OK'), ['status-line-version']],
  [
    'two headers on a line',
    request({ Upgrade: 'websocket Connection: Upgrade', Connection: undefined }),
    ['head-on-one-line'],
  ],
  [
    'a line without a colon',
    request().replace('\r\n\r\n', '\r\nhello\r\n\r\n'),
    ['line-malformed'],
    /"hello"/,
  ],
  ['whitespace before a colon', request().replace('Host:', 'Host :'), ['line-malformed']],
  ['a name that is no token', request({ 'X(Y)': '1' }), ['line-malformed']],
  ['a folded line', request({ 'X-Y': '1\r\n  2' }), ['line-malformed', 'line-malformed'], /folds/],

  // The request.
  ['POST', request({}, 'POST /chat HTTP/1.1'), ['method']],
  ['HTTP/1.0', request({}, 'GET /chat HTTP/1.0'), ['http-version']],
  ['HTTP/2', request({}, 'GET /chat HTTP/2'), ['http-version']],
  ['a fragment', request({}, 'GET /chat#top HTTP/1.1'), ['target']],
  ['an absolute target', request({}, 'GET http://server.example/chat HTTP/1.1'), []],
  ['a relative target', request({}, 'GET chat HTTP/1.1'), ['target']],
  ['no Host', request({ Host: undefined }), ['host-missing']],
  ['two Hosts', request({ Host: ['a.example', 'b.example'] }), ['host-repeated'], /2 times/],
  ['a Host with a scheme', request({ Host: 'ws://server.example' }), ['host-malformed']],
  ['no Upgrade', request({ Upgrade: undefined }), ['upgrade-stripped']],
  [
    'Upgrade and Connection gone',
    request({ Upgrade: undefined, Connection: 'close' }),
    ['upgrade-stripped'],
  ],
  ['Connection changed', request({ Connection: 'keep-alive' }), ['upgrade-stripped']],
  ['another Upgrade', request({ Upgrade: 'h2c' }), ['upgrade-missing'], /"h2c"/],
  [
    'ordinary HTTP',
    request({
      Upgrade: undefined,
      Connection: undefined,
      'Sec-WebSocket-Key': undefined,
      'Sec-WebSocket-Version': undefined,
    }),
    ['upgrade-missing', 'version-missing', 'key-missing'],
  ],
  [
    'only Connection missing',
    request({ Connection: undefined, 'Sec-WebSocket-Key': undefined }),
    ['connection-missing', 'key-missing'],
  ],
  ['no key', request({ 'Sec-WebSocket-Key': undefined }), ['key-missing']],
  ['two keys', request({ 'Sec-WebSocket-Key': [key, key] }), ['key-repeated']],
  [
    'a short key',
    request({ 'Sec-WebSocket-Key': 'dG9vIHNob3J0' }),
    ['key-malformed'],
    /12 characters/,
  ],
  [
    'the key of the RFC',
    request({ 'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==' }),
    ['key-sample'],
  ],
  [
    'a key that spells something',
    request({ 'Sec-WebSocket-Key': Buffer.from('0123456789abcdef').toString('base64') }),
    ['key-not-random'],
    /0123456789abcdef/,
  ],
  ['no version', request({ 'Sec-WebSocket-Version': undefined }), ['version-missing']],
  ['version 14', request({ 'Sec-WebSocket-Version': '14' }), ['version-unknown']],
  [
    'a foreign page',
    request({ Origin: 'https://other.example' }),
    ['origin-foreign'],
    /other\.example.*server\.example/,
  ],
  ['another port of the host', request({ Origin: 'http://server.example:3000' }), []],
  ['a page of a file', request({ Origin: 'null' }), []],
  ['an Origin with a slash', request({ Origin: 'https://server.example/' }), ['origin-malformed']],
  ['content', request({ 'Content-Length': '5' }), ['request-content']],
  ['subprotocols twice', request({ 'Sec-WebSocket-Protocol': 'a, a' }), ['subprotocols-malformed']],
  [
    'a subprotocol that is no token',
    request({ 'Sec-WebSocket-Protocol': 'a/b' }),
    ['subprotocols-malformed'],
  ],
  ['an extension that is none', offer('permessage-deflate;'), ['extensions-malformed']],
  ['window bits of 7', offer('permessage-deflate; server_max_window_bits=7'), ['deflate-offer']],
  ['Accept in the request', request({ 'Sec-WebSocket-Accept': 'x' }), ['field-misplaced']],

  // The drafts.
  ['version 8', request({ 'Sec-WebSocket-Version': '8' }), ['draft'], /hybi-8.*Firefox 7/],
  ['version 7', request({ 'Sec-WebSocket-Version': '7' }) + response(), ['draft'], /Firefox 6/],
  ['hixie-76', `${hixie76}\r\n\r\n^n:ds[4U\r\n\r\n${hixie76Answer}\r\n\r\n`, ['draft'], /hixie-76/],
  ['hixie-75', `${hixie75}\r\n\r\n${hixie75Answer}\r\n\r\n`, ['draft'], /hixie-75 of 2010/],
  [
    'hixie-76 with a key that hides nothing',
    `${hixie76.replace('.P00', '.P01')}\r\n\r\n`,
    ['draft', 'draft-key'],
  ],
  [
    'hixie-75 with the location of another',
    `${hixie75}\r\n\r\n${hixie75Answer.replace('/demo', '/x')}\r\n\r\n`,
    ['draft', 'draft-key'],
  ],
  ['hixie-76 in answer to RFC 6455', `${request()}${hixie76Answer}\r\n\r\n`, ['answer-draft']],

  // The answer.
  ['HTTP/1.0 101', request() + response({}, 'HTTP/1.0 101 OK'), ['http-version']],
  ['no Upgrade in the answer', request() + response({ Upgrade: undefined }), ['answer-upgrade']],
  ['a list in Upgrade', request() + response({ Upgrade: 'websocket, h2c' }), ['answer-upgrade']],
  [
    'no Connection in the answer',
    request() + response({ Connection: 'keep-alive' }),
    ['answer-connection'],
  ],
  ['no Accept', request() + response({ 'Sec-WebSocket-Accept': undefined }), ['accept-missing']],
  [
    'two Accepts',
    request() + response({ 'Sec-WebSocket-Accept': ['a', 'b'] }),
    ['accept-repeated'],
  ],
  ['the key as Accept', request() + accept(key), ['accept-wrong'], /the key itself/],
  [
    "the RFC's Accept",
    request() + accept('s3pPLMBiTxaQ9kYGzzhZRbK+xOo='),
    ['accept-wrong'],
    /example key/,
  ],
  [
    'a hash of the key alone',
    request() + accept(sha1(key)),
    ['accept-wrong'],
    /only the key was hashed/,
  ],
  [
    'a hash of the decoded key',
    request() + accept(sha1(Buffer.concat([Buffer.from(key, 'base64'), Buffer.from(guid)]))),
    ['accept-wrong'],
    /was decoded before/,
  ],
  [
    'hexadecimal digits in base64',
    request() + accept(Buffer.from(sha1(key + guid, 'hex')).toString('base64')),
    ['accept-wrong'],
    /hexadecimal digits/,
  ],
  [
    'hexadecimal digits',
    request() + accept(sha1(key + guid, 'hex')),
    ['accept-wrong'],
    /not base64/,
  ],
  [
    'a typing error',
    request() + accept('1rOSTz0Z8SVz/UuXXhi47T7a3xu='),
    ['accept-wrong'],
    /character 27 is u where U/,
  ],
  ['the wrong order', request() + accept(sha1(guid + key)), ['accept-wrong'], /before the key/],
  [
    'anything else',
    request() + accept('AAAAAAAAAAAAAAAAAAAAAAAAAAA='),
    ['accept-wrong'],
    /does not answer the key [^.]*\.$/,
  ],
  [
    'no subprotocol',
    request({ 'Sec-WebSocket-Protocol': 'a, b' }) + response(),
    ['subprotocol-missing'],
  ],
  [
    'another subprotocol',
    request({ 'Sec-WebSocket-Protocol': 'a' }) + response({ 'Sec-WebSocket-Protocol': 'A' }),
    ['subprotocol-foreign'],
  ],
  [
    'a subprotocol that nobody wanted',
    request() + response({ 'Sec-WebSocket-Protocol': 'a' }),
    ['subprotocol-foreign'],
    /offered nothing/,
  ],
  [
    'two subprotocols',
    request({ 'Sec-WebSocket-Protocol': 'a, b' }) + response({ 'Sec-WebSocket-Protocol': 'a, b' }),
    ['subprotocol-foreign'],
  ],
  ['an offer declined', offer('permessage-deflate') + response(), ['extension-declined']],
  [
    'an extension that was not offered',
    request() + answer('permessage-deflate'),
    ['extension-foreign'],
  ],
  [
    'an extension twice',
    offer('permessage-deflate') + answer('permessage-deflate, permessage-deflate'),
    ['extension-foreign'],
  ],
  [
    'a window that was not offered',
    offer('permessage-deflate') + answer('permessage-deflate; client_max_window_bits=10'),
    ['deflate-answer'],
  ],
  [
    'a context that was to be forgotten',
    offer('permessage-deflate; server_no_context_takeover') + answer('permessage-deflate'),
    ['deflate-answer'],
  ],
  [
    'a wider window than asked for',
    offer('permessage-deflate; server_max_window_bits=10') +
      answer('permessage-deflate; server_max_window_bits=12'),
    ['deflate-answer'],
  ],
  [
    'a parameter that nobody knows',
    offer('permessage-deflate') + answer('permessage-deflate; x=1'),
    ['deflate-answer'],
  ],
  ['extensions that are none', request() + answer('a=b'), ['extensions-malformed']],
  ['a length of content', request() + response({ 'Content-Length': '0' }), ['answer-content']],
  [
    'content behind the 101',
    `${request()}${response()}<html>`,
    ['content-behind-answer'],
    /<html>/,
  ],

  // Another answer.
  [
    '200',
    request() + refusal('HTTP/1.1 200 OK', {}, '<!doctype html>'),
    ['no-upgrade'],
    /answered 200 OK\.$/,
  ],
  [
    '301',
    request() +
      refusal('HTTP/1.1 301 Moved', { Location: 'https://ada:secret@b.example/x?token=1' }),
    ['redirect'],
    /to wss:\/\/b\.example\/x\.$/,
  ],
  ['302 without Location', request() + refusal('HTTP/1.1 302 Found'), ['redirect']],
  ['400', request() + refusal('HTTP/1.1 400 Bad Request', {}, 'no'), ['bad-request'], /says "no"/],
  [
    '400 for want of Upgrade',
    request() + refusal('HTTP/1.1 400 Bad Request', {}, 'missing Upgrade header'),
    ['upgrade-stripped'],
  ],
  [
    '400 of a server of another version',
    request({ 'Sec-WebSocket-Version': '8' }) +
      refusal('HTTP/1.1 400 Bad Request', { 'Sec-WebSocket-Version': '13' }),
    ['draft', 'version-refused'],
  ],
  ['401', request() + refusal('HTTP/1.1 401 Unauthorized'), ['credentials-wanted']],
  ['403', request() + refusal('HTTP/1.1 403 Forbidden'), ['forbidden']],
  [
    '403 to a foreign page',
    request({ Origin: 'https://b.example' }) + refusal('HTTP/1.1 403 Forbidden'),
    ['origin-foreign', 'forbidden'],
    /a page from https:\/\/b\.example/,
  ],
  ['404', request() + refusal('HTTP/1.1 404 Not Found'), ['path-unknown']],
  [
    '407',
    request() + refusal('HTTP/1.1 407 Proxy Authentication Required'),
    ['credentials-wanted'],
  ],
  [
    '426 for another version',
    request() + refusal('HTTP/1.1 426 Upgrade Required', { 'Sec-WebSocket-Version': '8, 7' }),
    ['version-refused'],
    /version 8, 7/,
  ],
  [
    '426 though the version is its own',
    request() +
      refusal('HTTP/1.1 426 Upgrade Required', {
        Upgrade: 'websocket',
        'Sec-WebSocket-Version': '13',
      }),
    ['upgrade-stripped'],
  ],
  [
    '426 to no upgrade',
    request({ Upgrade: 'h2c' }) + refusal('HTTP/1.1 426 Upgrade Required'),
    ['upgrade-missing', 'no-upgrade'],
  ],
  ['429', request() + refusal('HTTP/1.1 429 Too Many Requests'), ['rate-limited']],
  ['500', request() + refusal('HTTP/1.1 500 Oops'), ['server-error']],
  ['502', request() + refusal('HTTP/1.1 502 Bad Gateway', {}, '<html>'), ['gateway']],
  ['503', request() + refusal('HTTP/1.1 503 Service Unavailable'), ['server-busy']],
  [
    'Socket.IO',
    request() + refusal('HTTP/1.1 400 Bad Request', {}, '{"code":0,"message":"Transport unknown"}'),
    ['socket-io'],
  ],
]

suite('a handshake is judged:', () => {
  for (const [what, text, codes, words] of rows) {
    test(what, () => {
      const found = findings(text)
      assert.deepEqual(
        found.map(({ code }) => code),
        codes,
      )
      if (words) assert.match(found.map((one) => one.text).join('\n'), words)
    })
  }

  test('every finding about a head is met here', () => {
    const met = new Set(rows.flatMap(([, , codes]) => codes))
    const elsewhere =
      /^(line-bare-lf|head-unfinished|origin-refused|origin-unchecked|dns|tcp-|tls-|alpn-|answer-(timeout|cut|not-http)|frame-|ping-|close|idle-)/
    const missing = Object.keys(findingCatalogue).filter(
      (code) => !met.has(code) && !elsewhere.test(code),
    )
    assert.deepEqual(missing, [])
  })

  test('every finding says what it means, what to do and where it is written', () => {
    for (const [code, { level, meaning, remedy, clause }] of Object.entries(findingCatalogue)) {
      assert.match(code, /^[a-z0-9]+(-[a-z0-9]+)*$/)
      assert.match(level, /^(wrong|unusual)$/)
      for (const text of [meaning, remedy]) assert.match(text, /^[A-Z].*\.$/s, code)
      assert.match(clause, /^(RFC \d+ §|draft-|Engine\.IO )/, code)
    }
  })

  test('a finding names the header it is about as it stands there', () => {
    for (const [what, text] of rows) {
      for (const { field, part } of findings(text)) {
        const half = part === 'request' ? text.split('\r\n\r\n')[0]! : text
        if (field) assert.match(half, new RegExp(`^${field}:`, 'im'), what)
      }
    }
  })

  test('each header has its meaning, in the order of the head', () => {
    const [exchange] = readTranscript(request({ 'X-Y': '1' }) + response())
    const explanation = explainHandshake(exchange!)
    assert.deepEqual(
      explanation.request?.fields.map(({ name }) => name),
      ['Host', 'Upgrade', 'Connection', 'Sec-WebSocket-Key', 'Sec-WebSocket-Version', 'X-Y'],
    )
    assert.match(explanation.request?.meaning ?? '', /^Asks for \/chat,/)
    assert.match(explanation.response?.meaning ?? '', /^The server agrees/)
    assert.match(explanation.response?.fields[2]?.meaning ?? '', /SHA-1/)
  })

  test('a header that is wrong is explained as that, one of a refusal as one', () => {
    const meanings = (text: string): string[] => {
      const [exchange] = readTranscript(text)
      return explainHandshake(exchange ?? {}).response?.fields.map(({ meaning }) => meaning) ?? []
    }
    const [, , wrong] = meanings(request() + accept(key))
    assert.match(wrong ?? '', /^Sec-WebSocket-Accept is not the answer.*\(RFC 6455 §4\.2\.2\)\.$/)
    const fields = { Connection: 'close', 'Content-Length': '2' }
    const [close, length] = meanings(request() + refusal('HTTP/1.1 404 Not Found', fields, 'no'))
    assert.match(close ?? '', /^The server ends the connection/)
    assert.match(length ?? '', /^2 bytes of content follow/)
  })
})

suite('a HAR:', () => {
  const entry = {
    _resourceType: 'websocket',
    request: {
      method: 'GET',
      url: 'wss://server.example/chat?a=1',
      httpVersion: 'HTTP/1.1',
      headers: headersOf(request()),
    },
    response: {
      status: 101,
      statusText: 'Switching Protocols',
      httpVersion: 'HTTP/1.1',
      headers: headersOf(response({ 'Sec-WebSocket-Accept': 'x' })),
    },
  }
  const page = {
    request: { method: 'GET', url: 'https://server.example/', headers: [] },
    response: { status: 200 },
  }

  test('its WebSockets are explained, and nothing else in it', () => {
    const [exchange, ...more] = harExchanges({ log: { entries: [page, entry, null] } }) ?? []
    assert.deepEqual(more, [])
    assert.equal(exchange?.request?.line, 'GET /chat?a=1 HTTP/1.1')
    assert.ok(exchange)
    const { findings: found } = explainHandshake(exchange)
    assert.deepEqual(
      found.map(({ code }) => code),
      ['accept-wrong'],
    )
  })

  test('an entry that had no answer is half a handshake', () => {
    const [exchange] =
      harExchanges({ log: { entries: [{ ...entry, response: { status: 0 } }] } }) ?? []
    assert.equal(exchange?.response, undefined)
  })

  test('other JSON is none', () => {
    for (const json of [null, 1, {}, { log: {} }, { log: { entries: {} } }]) {
      assert.equal(harExchanges(json), undefined)
    }
  })
})

function headersOf(head: string): { name: string; value: string }[] {
  const lines = head.trim().split('\r\n').slice(1)
  return lines.map((line) => {
    const [name = '', value = ''] = line.split(': ')
    return { name, value }
  })
}

function sha1(data: string | Uint8Array, encoding: 'base64' | 'hex' = 'base64'): string {
  return createHash('sha1').update(data).digest(encoding)
}

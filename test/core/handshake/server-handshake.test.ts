import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as fc from 'fast-check'
import type { RequestHead } from '../../../dist/core/handshake/start-line.js'
import { formatRefusal, type Refusal } from '../../../dist/core/handshake/refusal.js'
import {
  checkServerPolicy,
  isUpgradeRequest,
  readUpgradeRequest,
  type ServerHandshakePolicy,
} from '../../../dist/core/handshake/server-handshake.js'
import { catalogue, OptionError } from '../../../dist/errors/index.js'
import { headerFields, requestHead, rfcKey, wire } from './heads.ts'

function refusal(head: RequestHead, policy?: ServerHandshakePolicy): Refusal {
  const verdict = readUpgradeRequest(head, policy)
  assert.ok(!verdict.accepted, 'the request was accepted')
  return verdict.refusal
}

const accepted: [what: string, head: RequestHead][] = [
  ['the plainest request', requestHead()],
  [
    'lists in Connection and Upgrade',
    requestHead({ Connection: 'keep-alive, Upgrade', Upgrade: 'h2c, WebSocket' }),
  ],
  ['repeated Connection lines', requestHead({ Connection: ['keep-alive', 'UPGRADE'] })],
  ['a later minor version of HTTP', requestHead({}, { version: '1.2' })],
  [
    'an absolute target on the same host',
    requestHead({}, { target: 'http://SERVER.example/chat' }),
  ],
  ['an absolute target without a path', requestHead({}, { target: 'ws://server.example?a' })],
  ['a host with a port', requestHead({ Host: 'server.example:8000' })],
  ['a host that is an IPv6 address', requestHead({ Host: '[::1]:8000' })],
  ['an Origin on the host', requestHead({ Origin: 'https://server.example' })],
  ['an unknown extension', requestHead({ 'Sec-WebSocket-Extensions': 'x-webkit-deflate-frame' })],
  [
    '__proto__ for everything',
    requestHead({
      ['__proto__']: '__proto__',
      'Sec-WebSocket-Extensions': '__proto__;__proto__',
      'Sec-WebSocket-Protocol': '__proto__',
    }),
  ],
]

describe('a server accepts', () => {
  for (const [what, head] of accepted) {
    test(what, () => {
      const agreed = { version: 13, key: rfcKey, protocol: undefined, extensions: [] }
      const expected = { accepted: true, ...agreed, hixie: undefined }
      assert.deepEqual(readUpgradeRequest(head), expected)
      assert.deepEqual(readUpgradeRequest(head, { legacy: true }), expected)
    })
  }
})

type Row = [what: string, head: RequestHead, status: number, code: string, body: RegExp]

const version = 'Sec-WebSocket-Version'
const key = 'Sec-WebSocket-Key'
const protocol = 'Sec-WebSocket-Protocol'
const extensions = 'Sec-WebSocket-Extensions'
const evil = 'https://evil.example'
const short = 'dGhlIHNhbXBsZQ=='

const refused: Row[] = [
  ['POST', requestHead({}, { method: 'POST' }), 405, 'METHOD', /"POST".*GET/],
  ['get in lower case', requestHead({}, { method: 'get' }), 405, 'METHOD', /"get"/],
  ['HTTP/1.0', requestHead({}, { version: '1.0' }), 505, 'HTTP_VERSION', /expected HTTP\/1.1/],
  ['HTTP/2.0', requestHead({}, { version: '2.0' }), 505, 'HTTP_VERSION', /expected HTTP\/1.1/],
  ['no Host', requestHead({ Host: undefined }), 400, 'HOST', /no Host/],
  ['two Hosts', requestHead({ Host: ['a', 'b'] }), 400, 'HOST', /more than one Host/],
  ['the same Host twice', requestHead({ Host: ['a', 'a'] }), 400, 'HOST', /more than one Host/],
  ['an empty Host', requestHead({ Host: '' }), 400, 'HOST', /Host is ""/],
  ['a Host with a path', requestHead({ Host: 'a/b' }), 400, 'HOST', /Host is "a\/b"/],
  ['a Host that is a list', requestHead({ Host: 'a, b' }), 400, 'HOST', /Host is "a, b"/],
  ['a Host with user information', requestHead({ Host: 'a@b' }), 400, 'HOST', /Host is "a@b"/],
  ['a port that is none', requestHead({ Host: 'a:65536' }), 400, 'HOST', /"a:65536"/],
  ['the target *', requestHead({}, { target: '*' }), 400, 'TARGET', /"\*" is not a path/],
  ['a target without a slash', requestHead({}, { target: 'a' }), 400, 'TARGET', /not a path/],
  [
    'an absolute target on another host',
    requestHead({}, { target: `${evil}/chat` }),
    400,
    'TARGET',
    /not a path on the host/,
  ],
  ['no Upgrade', requestHead({ Upgrade: undefined }), 426, 'UPGRADE', /no Upgrade: websocket/],
  ['another Upgrade', requestHead({ Upgrade: 'h2c' }), 426, 'UPGRADE', /no Upgrade: websocket/],
  [
    'no Connection',
    requestHead({ Connection: undefined }),
    426,
    'CONNECTION',
    /Connection: Upgrade/,
  ],
  ['another Connection', requestHead({ Connection: 'close' }), 426, 'CONNECTION', /no Connection/],
  ['no version', requestHead({ [version]: undefined }), 426, 'VERSION', /missing; expected 13/],
  ['version 8', requestHead({ [version]: '8' }), 426, 'VERSION', /"8"; expected 13/],
  ['a list of versions', requestHead({ [version]: '13, 8' }), 426, 'VERSION', /"13, 8"/],
  ['two versions', requestHead({ [version]: ['13', '8'] }), 426, 'VERSION', /"13, 8"/],
  ['no key', requestHead({ [key]: undefined }), 400, 'KEY', /Sec-WebSocket-Key/],
  ['two keys', requestHead({ [key]: [rfcKey, rfcKey] }), 400, 'KEY', /one Sec-WebSocket-Key/],
  ['a short key', requestHead({ [key]: short }), 400, 'KEY', /16 bytes in base64/],
  [
    'a key of other characters',
    requestHead({ [key]: '*'.repeat(22) + '==' }),
    400,
    'KEY',
    /base64/,
  ],
  ['Content-Length', requestHead({ 'Content-Length': '5' }), 400, 'BODY', /has Content-Length/],
  ['Content-Length of 0', requestHead({ 'content-length': '0' }), 400, 'BODY', /Content-Length/],
  [
    'Transfer-Encoding',
    requestHead({ 'Transfer-Encoding': 'chunked' }),
    400,
    'BODY',
    /has Transfer/,
  ],
  [
    'a foreign Origin',
    requestHead({ Origin: evil }),
    403,
    'ORIGIN',
    /evil.example.*server.example/,
  ],
  ['the Origin null', requestHead({ Origin: 'null' }), 403, 'ORIGIN', /"null"/],
  [
    'a cross-site page',
    requestHead({ 'Sec-Fetch-Site': 'cross-site' }),
    403,
    'ORIGIN',
    /cross-site/,
  ],
  ['a malformed subprotocol', requestHead({ [protocol]: 'a b' }), 400, 'SUBPROTOCOL', /"a b"/],
  ['an empty subprotocol', requestHead({ [protocol]: '' }), 400, 'SUBPROTOCOL', /tokens/],
  [
    '15 KB of spaces',
    requestHead({ [protocol]: `a${' '.repeat(15_000)}b` }),
    400,
    'SUBPROTOCOL',
    /tokens/,
  ],
  ['a repeated subprotocol', requestHead({ [protocol]: 'a, b, a' }), 400, 'SUBPROTOCOL', /twice/],
  [
    'one repeated over two lines',
    requestHead({ [protocol]: ['a', 'a'] }),
    400,
    'SUBPROTOCOL',
    /twice/,
  ],
  ['a control character', requestHead({ [protocol]: 'a\0' }), 400, 'HEAD', /control character/],
  ['an injected line', requestHead({ Cookie: 'a\r\nb: c' }), 400, 'HEAD', /Cookie.*control/],
  ['a field name with a space', requestHead({ 'a b': 'c' }), 400, 'HEAD', /"a b" is not a token/],
  ['a target with a space', requestHead({}, { target: '/a b' }), 400, 'HEAD', /printable ASCII/],
  ['a malformed extension', requestHead({ [extensions]: 'a;' }), 400, 'EXTENSION', /"a;"/],
  [
    'an extension with a bad value',
    requestHead({ [extensions]: 'a;x="b c"' }),
    400,
    'EXTENSION',
    /expected/,
  ],
  ['a long target', requestHead({}, { target: '/'.repeat(8_193) }), 414, 'TARGET_SIZE', /8192/],
  ['a large head', requestHead({ Cookie: 'a'.repeat(16_384) }), 431, 'HEAD_SIZE', /16384 bytes/],
  [
    'many fields',
    requestHead({ Cookie: Array.from({ length: 96 }, () => 'a') }),
    431,
    'HEAD_SIZE',
    /100 field lines/,
  ],
]

describe('a server refuses', () => {
  for (const [what, head, status, code, body] of refused) {
    test(`${what}: ${status}`, () => {
      const found = refusal(head)
      assert.equal(found.status, status)
      assert.equal(found.code, `ERR_HANDSHAKE_${code}`)
      assert.ok(found.code in catalogue)
      assert.match(found.body, body)
      assert.match(found.body, /^[ -~]+$/, 'the body is short, plain text')
      assert.ok(found.body.length < 300)
    })
  }

  test('what is wrong twice for what stands first in the table', () => {
    const head = requestHead({ Host: undefined, [key]: 'x', Origin: evil }, { version: '1.0' })
    assert.equal(refusal(head).status, 505)
    assert.equal(refusal({ ...head, version: '1.1' }).code, 'ERR_HANDSHAKE_HOST')
    assert.equal(refusal(requestHead({ [key]: 'x', Origin: evil })).code, 'ERR_HANDSHAKE_KEY')
  })

  test('a head at its limits by one byte', () => {
    const head = requestHead()
    const line = 'GET /chat HTTP/1.1'
    const size = wire(line, ...[...head.fields].map((field) => field.join(': ')), '').length
    const limits = (bytes: number) => ({ limits: { head: bytes, headFields: 100, target: 100 } })
    assert.ok(readUpgradeRequest(head, limits(size)).accepted)
    assert.equal(refusal(head, limits(size - 1)).status, 431)
  })
})

test('whatever a request has for fields, a server answers and does not throw', () => {
  const names = fc.constantFrom('Origin', 'Upgrade', 'Connection', 'Host', key, version, protocol)
  const others = fc.constantFrom(extensions, 'Sec-Fetch-Site', '__proto__', '', 'Content-Length')
  const values = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.constant('a;b="c", d'))
  const lines = fc.array(fc.tuple(fc.oneof(names, others), values), { maxLength: 6 })
  fc.assert(
    fc.property(lines, fc.string(), (changes, target) => {
      for (const head of [requestHead({}, { target }), requestHead()]) {
        for (const [name, value] of changes) head.fields.append(name, value)
        const verdict = readUpgradeRequest(head, { origins: ['https://app.example'] })
        if (!verdict.accepted) assert.match(formatRefusal(verdict.refusal), /^[\r\n -~]+$/)
      }
      const alone = requestHead(Object.fromEntries(changes))
      const verdict = readUpgradeRequest(alone)
      if (!verdict.accepted) assert.match(verdict.refusal.body, /^[ -~]+$/)
    }),
  )
})

describe('a server agrees', () => {
  test('on the subprotocol it prefers, over several lines of offers', () => {
    const head = requestHead({ [protocol]: ['chat.v1', 'chat.v2, other'] })
    const verdict = readUpgradeRequest(head, { protocols: ['chat.v2', 'chat.v1'] })
    assert.equal(verdict.accepted && verdict.protocol, 'chat.v2')
  })

  test('on no subprotocol when none is in common', () => {
    const head = requestHead({ [protocol]: 'a' })
    const verdict = readUpgradeRequest(head, { protocols: () => undefined })
    assert.ok(verdict.accepted && verdict.protocol === undefined)
  })

  test('on the extensions it has', () => {
    const negotiator = { name: 'a', accept: () => [['x', '1']] as const }
    const head = requestHead({ [extensions]: 'b, a;y' })
    const verdict = readUpgradeRequest(head, { extensions: [negotiator] })
    assert.deepEqual(verdict.accepted && verdict.extensions, [{ name: 'a', params: [['x', '1']] }])
  })

  test('to open its doors', () => {
    assert.ok(readUpgradeRequest(requestHead({ Origin: evil }), { origins: '*' }).accepted)
    assert.ok(readUpgradeRequest(requestHead({ Origin: evil }), { origins: [evil] }).accepted)
  })

  test('to a policy that can work', () => {
    checkServerPolicy({})
    checkServerPolicy({ origins: [evil], protocols: ['a', 'b'] })
    checkServerPolicy({ protocols: () => undefined })
    checkServerPolicy({ hosts: ['a.example', '*.b.example', '[::1]'] })
    checkServerPolicy({ hosts: '*' })
    for (const host of ['', '*', 'a b', 'a.example:80', 'a.example:', 'http://a.example', 'a/b']) {
      assert.throws(() => checkServerPolicy({ hosts: [host] }), OptionError, host)
    }
    assert.throws(() => checkServerPolicy({ origins: ['evil.example'] }), OptionError)
    assert.throws(() => checkServerPolicy({ protocols: ['a b'] }), OptionError)
  })
})

test('a request is ordinary HTTP unless Upgrade and Connection both ask for more', () => {
  const cases: [upgrade: string | undefined, connection: string | undefined, asks: boolean][] = [
    ['websocket', 'Upgrade', true],
    ['WEBSOCKET', 'keep-alive, upgrade', true],
    ['h2c', 'Upgrade', false],
    ['websocket', 'keep-alive', false],
    ['websocket', undefined, false],
    [undefined, 'Upgrade', false],
  ]
  for (const [upgrade, connection, asks] of cases) {
    const fields = headerFields({ Upgrade: upgrade, Connection: connection })
    assert.equal(isUpgradeRequest(fields), asks, `${upgrade}, ${connection}`)
  }
})

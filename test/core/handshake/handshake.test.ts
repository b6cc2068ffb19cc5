import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as fc from 'fast-check'
import { ClientHandshake } from '../../../dist/core/handshake/client-handshake.js'
import type { ClientHandshakeOptions } from '../../../dist/core/handshake/client-handshake.js'
import { HeadParser } from '../../../dist/core/handshake/head-parser.js'
import { formatRefusal, unreadableHead } from '../../../dist/core/handshake/refusal.js'
import { acceptFor } from '../../../dist/core/handshake/sec-websocket-key.js'
import {
  formatAcceptance,
  readUpgradeRequest,
  type ServerHandshakePolicy,
} from '../../../dist/core/handshake/server-handshake.js'
import { readUpgradeResponse } from '../../../dist/core/handshake/upgrade-response.js'
import { ports } from '../../../dist/node/ports.js'
import { bytes, text, wire } from './heads.ts'

/** What a server with `policy` answers to the bytes of a request. */
function serve(request: string, policy: ServerHandshakePolicy = {}): string {
  const result = new HeadParser('request').push(bytes(request))
  assert.notEqual(result.state, 'waiting')
  if (result.state === 'failed') {
    const { status, error } = result
    return formatRefusal(unreadableHead({ code: error.code, status, wrong: error.message }))
  }
  assert.ok(result.state === 'done')
  const verdict = readUpgradeRequest(result.head, policy)
  return verdict.accepted ? formatAcceptance(verdict, ports) : formatRefusal(verdict.refusal)
}

function client(options: Partial<ClientHandshakeOptions> = {}): ClientHandshake {
  return new ClientHandshake({ host: 'server.example', target: '/', ...options }, ports)
}

describe('a client and a server', () => {
  test('agree', () => {
    const one = client({ origin: 'https://server.example', protocols: ['a', 'b'] })
    const result = one.receive(bytes(serve(one.request, { protocols: ['b', 'a'] })))
    assert.ok(result.state === 'open')
    assert.equal(result.protocol, 'b')
  })

  test('agree on an extension', () => {
    const one = client({ extensions: [{ name: 'x', params: [['y', '1']] }] })
    const negotiator = { name: 'x', accept: () => [['z', true]] as const }
    const result = one.receive(bytes(serve(one.request, { extensions: [negotiator] })))
    assert.ok(result.state === 'open')
    assert.deepEqual(result.extensions, [{ name: 'x', params: [['z', true]] }])
  })

  test('disagree, and the client learns why', () => {
    const one = client({ origin: 'https://evil.example' })
    const result = one.receive(bytes(serve(one.request)))
    assert.ok(result.state === 'refused')
    assert.equal(result.error.response?.status, 403)
    assert.match(text(result.rest), /evil\.example/)
  })

  test('agree whatever subprotocols they have in common', () => {
    const tokens = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', '__proto__', 'constructor'))
    fc.assert(
      fc.property(tokens, tokens, (offered, supported) => {
        const one = client({ protocols: offered })
        const result = one.receive(bytes(serve(one.request, { protocols: supported })))
        const common = supported.find((protocol) => offered.includes(protocol))
        // With nothing in common the standard has the client fail, unless it asked for nothing.
        const state = common === undefined && offered.length > 0 ? 'refused' : 'open'
        assert.equal(result.state, state)
        assert.equal(result.state === 'open' ? result.protocol : '', common ?? '')
      }),
    )
  })
})

describe('a server is not fooled by', () => {
  const upgrade = [
    'Host: server.example',
    'Upgrade: websocket',
    'Connection: Upgrade',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    'Sec-WebSocket-Version: 13',
  ]
  const smuggled: [what: string, request: string][] = [
    ['a content length', wire('GET / HTTP/1.1', ...upgrade, 'Content-Length: 30', '')],
    ['chunks', wire('GET / HTTP/1.1', ...upgrade, 'Transfer-Encoding: chunked', '')],
    ['a length with a space', wire('GET / HTTP/1.1', ...upgrade, 'Content-Length : 30', '')],
    ['a length folded', wire('GET / HTTP/1.1', ...upgrade, 'X: a', ' Content-Length: 30', '')],
    [
      'a length behind a bare LF',
      wire('GET / HTTP/1.1', ...upgrade, 'X: a\nContent-Length: 3', ''),
    ],
    [
      'a length behind a bare CR',
      wire('GET / HTTP/1.1', ...upgrade, 'X: a\rContent-Length: 3', ''),
    ],
    ['a second host', wire('GET / HTTP/1.1', ...upgrade, 'Host: other.example', '')],
    ['another host in the target', wire('GET http://other.example/ HTTP/1.1', ...upgrade, '')],
  ]
  for (const [what, request] of smuggled) {
    test(what, () => {
      assert.match(serve(request), /^HTTP\/1\.1 400 Bad Request\r\nConnection: close\r\n/)
    })
  }
})

describe('handshakes as people wrote them down', () => {
  const offer = (accept: string) => ({ accept, protocols: [], extensions: [] })

  function answered(key: string, received: string): string | undefined {
    const result = new HeadParser('response').push(
      bytes(
        wire(
          'HTTP/1.1 101 Switching Protocols',
          'Upgrade: websocket',
          'Connection: Upgrade',
          `Sec-WebSocket-Accept: ${received}`,
          '',
        ),
      ),
    )
    assert.ok(result.state === 'done')
    const answer = readUpgradeResponse(result.head, offer(acceptFor(key, ports)))
    if (answer.accepted) return undefined
    assert.equal(answer.error.received, received)
    return answer.error.expected
  }

  test('have the right accept, or are told it', () => {
    const rows: [key: string, accept: string, right: string | undefined][] = [
      ['dGhlIHNhbXBsZSBub25jZQ==', 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=', undefined],
      ['dGhlIHhnbXBsZSBub25jZQ==', 's3pPLMBiTxaQ9kYGzzhZRbK+x0o=', 'QZlxqpLPzrO8lyZ1oenQixj2oe8='],
      ['Iv8io/9s+lYFgZWcXczP8Q==', 'hsBlbuDTkk24srzEOTBUlZAlC2g=', undefined],
      ['ZmBnYW8K7XX7hfrwSYToEg==', 'qW6dZJvEJr7+NsPQa5x5Q5TV2Hk=', 'sRguvF5BYs2lXanC9lFFko8C1UA='],
    ]
    for (const [key, accept, right] of rows) assert.equal(answered(key, accept), right, key)
  })

  test('lack the version of HTTP', () => {
    assert.match(serve(wire('GET /chat', 'Host: mai.ru', '')), /"GET \/chat" lacks a part/)
    const { error } = client().receive(bytes(wire('101 Switching Protocols', ''))) as {
      error: Error
    }
    assert.match(error.message, /"101 Switching Protocols" does not begin like HTTP\/1\.1 101/)
  })

  test('run their lines together', () => {
    const line = 'GET /connect-to-ws HTTP/1.1 Host: example.com:8000 Upgrade: websocket'
    assert.match(serve(wire(line, '')), /goes on behind METHOD target HTTP\/1\.1/)
  })

  test('come from another origin', () => {
    const firefox = wire(
      'GET / HTTP/1.1',
      'Host: echo.websocket.org',
      'Sec-WebSocket-Version: 13',
      'Origin: http://localhost:63342',
      'Sec-WebSocket-Extensions: permessage-deflate',
      'Sec-WebSocket-Key: ZmBnYW8K7XX7hfrwSYToEg==',
      'Connection: keep-alive, Upgrade',
      'Sec-Fetch-Site: cross-site',
      'Upgrade: websocket',
      '',
    )
    assert.match(serve(firefox), /^HTTP\/1\.1 403 Forbidden\r\n/)
    assert.match(serve(firefox, { origins: ['http://localhost:63342'] }), /^HTTP\/1\.1 101 /)
    const wiki = wire(
      'GET /chat HTTP/1.1',
      'Host: www.asozykin.ru',
      'Upgrade: websocket',
      'Connection: Upgrade',
      'Sec-WebSocket-Key: dGhlIHhnbXBsZSBub25jZQ==',
      'Origin: http://asozykin.ru',
      'Sec-WebSocket-Version: 13',
      '',
    )
    assert.match(serve(wiki), /\r\n\r\nthe origin "http:\/\/asozykin\.ru" is not that of the host/)
  })
})

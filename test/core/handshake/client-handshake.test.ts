import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  ClientHandshake,
  type ClientHandshakeOptions,
  type ClientHandshakeResult,
} from '../../../dist/core/handshake/client-handshake.js'
import { HandshakeError } from '../../../dist/core/handshake/handshake-error.js'
import { HeaderFields } from '../../../dist/core/handshake/header-fields.js'
import { OptionError } from '../../../dist/errors/index.js'
import { ports } from '../../../dist/node/ports.js'
import { bytes, rfcAccept, rfcKey, text, wire } from './heads.ts'

/** Random bytes that make the key of RFC 6455 §1.3. */
const sample = {
  ...ports,
  random: () => new Uint8Array(Buffer.from('the sample nonce')),
}

function handshake(options: Partial<ClientHandshakeOptions> = {}): ClientHandshake {
  return new ClientHandshake({ host: 'server.example', target: '/chat', ...options }, sample)
}

const good = wire(
  'HTTP/1.1 101 Switching Protocols',
  'Upgrade: websocket',
  'Connection: Upgrade',
  `Sec-WebSocket-Accept: ${rfcAccept}`,
  '',
)

function refused(result: ClientHandshakeResult): HandshakeError {
  assert.equal(result.state, 'refused')
  assert.ok('error' in result && result.error instanceof HandshakeError)
  return result.error
}

describe('a client asks', () => {
  test('as in RFC 6455 §1.3', () => {
    const client = handshake()
    assert.equal(client.key, rfcKey)
    assert.equal(
      client.request,
      wire(
        'GET /chat HTTP/1.1',
        'Host: server.example',
        'Upgrade: websocket',
        'Connection: Upgrade',
        `Sec-WebSocket-Key: ${rfcKey}`,
        'Sec-WebSocket-Version: 13',
        '',
      ),
    )
  })

  test('for what its caller wants', () => {
    const { request } = handshake({
      host: '[::1]:8080',
      target: '/?a=b',
      origin: 'https://app.example',
      protocols: ['v2', 'v1'],
      extensions: [{ name: 'a', params: [['x', true]] }],
      fields: HeaderFields.from({ Cookie: 'c=d' }),
    })
    assert.ok(request.startsWith('GET /?a=b HTTP/1.1\r\nHost: [::1]:8080\r\n'))
    assert.ok(
      request.endsWith(
        wire(
          'Origin: https://app.example',
          'Sec-WebSocket-Protocol: v2, v1',
          'Sec-WebSocket-Extensions: a; x',
          'Cookie: c=d',
          '',
        ),
      ),
    )
  })

  const bad: Partial<ClientHandshakeOptions>[] = [
    { host: '' },
    { host: 'a b' },
    { host: 'a\r\nb: c' },
    { host: 'http://a' },
    { target: '' },
    { target: 'chat' },
    { target: '/a b' },
    { target: '/a\r\nb: c' },
    { target: '/é' },
    { target: '/a#b' },
    { origin: 'a\r\nb: c' },
    { origin: 'https://a', fields: new HeaderFields(['origin', 'https://b']) },
    { protocols: ['a', 'a'] },
    { protocols: ['a b'] },
    { protocols: ['a\r\nb: c'] },
    { extensions: [{ name: 'a b', params: [] }] },
    { fields: new HeaderFields(['Host', 'b']) },
    { fields: new HeaderFields(['upgrade', 'h2c']) },
    { fields: new HeaderFields(['Connection', 'close']) },
    { fields: new HeaderFields(['Sec-WebSocket-Key', rfcKey]) },
    { fields: new HeaderFields(['Content-Length', '5']) },
    { fields: new HeaderFields(['Cookie', 'a\r\nb: c']) },
    { fields: new HeaderFields(['a b', 'c']) },
  ]
  for (const options of bad) {
    const { fields, ...rest } = options
    test(`but not with ${JSON.stringify({ ...rest, ...(fields && { fields: [...fields] }) })}`, () => {
      assert.throws(() => handshake(options), OptionError)
    })
  }

  test('with the Origin among its fields, if it likes', () => {
    const fields = new HeaderFields(['Origin', 'https://a'])
    assert.match(handshake({ fields }).request, /\r\nOrigin: https:\/\/a\r\n/)
  })
})

describe('a client is answered', () => {
  test('whichever byte the answer is split at', () => {
    const all = bytes(`${good}\x81\x02hi`)
    for (let at = 0; at <= all.length; at++) {
      const client = handshake()
      const first = client.receive(all.subarray(0, at))
      const result = first.state === 'waiting' ? client.receive(all.subarray(at)) : first
      assert.equal(result.state, 'open')
      const rest = result.state === 'open' ? text(result.rest) : ''
      assert.equal(rest, '\x81\x02hi'.slice(0, first.state === 'open' ? at - good.length : 4))
    }
  })

  test('behind interim responses', () => {
    const client = handshake()
    const hints = wire('HTTP/1.1 103 Early Hints', 'Link: </a>', '')
    assert.equal(client.receive(bytes(hints + hints)).state, 'waiting')
    assert.equal(client.receive(bytes(hints + good)).state, 'open')
  })

  test('behind no more interim responses than fit into one head', () => {
    const interim = 'HTTP/1.1 100 \r\n\r\n'
    const limits = { head: 10 * interim.length + good.length, headFields: 100, target: 8192 }
    const enough = handshake({ limits }).receive(bytes(interim.repeat(10) + good))
    assert.equal(enough.state, 'open')
    const client = handshake({ limits })
    for (let count = 0; count < 10; count++) {
      assert.equal(client.receive(bytes(interim)).state, 'waiting')
    }
    const error = refused(client.receive(bytes(interim + good)))
    assert.equal(error.code, 'ERR_HANDSHAKE_HEAD_SIZE')
  })

  test('once only', () => {
    const client = handshake()
    client.receive(bytes(good))
    assert.throws(() => client.receive(bytes('x')), { code: 'ERR_HANDSHAKE_OVER' })
  })

  test('with one of the subprotocols and extensions it offered', () => {
    const client = handshake({
      protocols: ['v2', 'v1'],
      extensions: [{ name: 'a', params: [] }],
    })
    const more = wire('Sec-WebSocket-Protocol: v1', 'Sec-WebSocket-Extensions: a; x=1', '')
    const result = client.receive(bytes(good.slice(0, -2) + more))
    assert.ok(result.state === 'open')
    assert.equal(result.protocol, 'v1')
    assert.deepEqual(result.extensions, [{ name: 'a', params: [['x', '1']] }])
    assert.equal(result.head.status, 101)
  })

  test('by something that is not HTTP', () => {
    const result = handshake().receive(bytes('SSH-2.0-OpenSSH_9.6\r\n'))
    const error = refused(result)
    assert.equal(error.code, 'ERR_HANDSHAKE_HEAD')
    assert.match(error.message, /"SSH-2.0-OpenSSH_9.6" does not begin like HTTP/)
    assert.equal(error.response, undefined)
  })

  test('by a head that is too large', () => {
    const limits = { head: 256, headFields: 8, target: 8 }
    const error = refused(handshake({ limits }).receive(bytes(`HTTP/1.1 101 ${'a'.repeat(256)}`)))
    assert.equal(error.code, 'ERR_HANDSHAKE_HEAD_SIZE')
  })

  test('by another status, of which it gets the head and the first bytes of the body', () => {
    const answer = wire('HTTP/1.1 403 Forbidden', 'Content-Length: 3', '') + 'no\n'
    const result = handshake().receive(bytes(answer))
    const error = refused(result)
    assert.equal(error.code, 'ERR_HANDSHAKE_STATUS')
    assert.equal(error.message, 'the server answered 403 "Forbidden"; expected 101')
    assert.equal(error.response?.fields.get('content-length'), '3')
    assert.equal(error.received, '403')
    assert.equal(result.state === 'refused' && text(result.rest), 'no\n')
  })
})

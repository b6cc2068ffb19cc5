import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { formatAcceptance } from '../../../dist/core/handshake/server-handshake.js'
import { OptionError } from '../../../dist/errors/index.js'
import { ports } from '../../../dist/node/ports.js'
import { rfcAccept, rfcKey, wire } from './heads.ts'

describe('an acceptance is written', () => {
  const agreement = { version: 13, key: rfcKey, protocol: undefined, extensions: [] } as const

  test('as in RFC 6455 §1.3', () => {
    assert.equal(
      formatAcceptance(agreement, ports),
      wire(
        'HTTP/1.1 101 Switching Protocols',
        'Upgrade: websocket',
        'Connection: Upgrade',
        `Sec-WebSocket-Accept: ${rfcAccept}`,
        '',
      ),
    )
  })

  test('with what is agreed and the fields of the caller', () => {
    const head = formatAcceptance(
      {
        ...agreement,
        protocol: 'chat',
        extensions: [{ name: 'a', params: [['x', '1']] }],
        fields: new Map([['Set-Cookie', 'a=b']]).entries(),
      },
      ports,
    )
    assert.ok(
      head.endsWith(
        wire(
          'Sec-WebSocket-Protocol: chat',
          'Sec-WebSocket-Extensions: a; x=1',
          'Set-Cookie: a=b',
          '',
        ),
      ),
    )
  })

  test('without what would break it', () => {
    for (const bad of [
      { protocol: 'a\r\nb: c' },
      { protocol: 'a, b' },
      { fields: [['A', 'b\r\nc: d']] as const },
      { fields: [['Sec-WebSocket-Accept', 'x']] as const },
      { fields: [['Content-Length', '5']] as const },
      { fields: [['WebSocket-Location', 'x']] as const },
    ]) {
      assert.throws(() => formatAcceptance({ ...agreement, ...bad }, ports), OptionError)
    }
  })
})

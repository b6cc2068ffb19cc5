import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  badRequest,
  draining,
  formatRefusal,
  methodNotAllowed,
  unreadableHead,
  upgradeRequired,
  type Refusal,
} from '../../../dist/core/handshake/refusal.js'
import { wire } from './heads.ts'

describe('a refusal is written', () => {
  test('with its body, and closes the connection', () => {
    assert.equal(
      formatRefusal(badRequest('ERR_HANDSHAKE_KEY', 'no key')),
      wire(
        'HTTP/1.1 400 Bad Request',
        'Connection: close',
        'Content-Type: text/plain; charset=utf-8',
        'Content-Length: 7',
        '',
      ) + 'no key\n',
    )
  })

  test('with what its status asks for', () => {
    const rows: [found: Refusal, ...lines: RegExp[]][] = [
      [methodNotAllowed('PUT'), /^HTTP\/1.1 405 Method Not Allowed\r/, /\r\nAllow: GET\r/],
      [
        upgradeRequired('ERR_HANDSHAKE_VERSION', '8'),
        /^HTTP\/1.1 426 Upgrade Required\r/,
        /\r\nUpgrade: websocket\r/,
        /\r\nSec-WebSocket-Version: 13\r/,
        /\r\nConnection: close, Upgrade\r/,
      ],
      [draining(5), /^HTTP\/1.1 503 Service Unavailable\r/, /\r\nRetry-After: 5\r/],
      [
        unreadableHead({ code: 'ERR_HANDSHAKE_HEAD_SIZE', status: 431, wrong: 'too large' }),
        /^HTTP\/1.1 431 Request Header Fields Too Large\r/,
        /\r\n\r\ntoo large\n$/,
      ],
      [{ ...draining(5), status: 418 }, /^HTTP\/1.1 418 \r/],
    ]
    for (const [found, ...lines] of rows) {
      for (const line of lines) assert.match(formatRefusal(found), line)
    }
  })
})

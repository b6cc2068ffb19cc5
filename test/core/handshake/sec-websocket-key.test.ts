import assert from 'node:assert/strict'
import { test } from 'node:test'
import { acceptFor, isKey, makeKey } from '../../../dist/core/handshake/sec-websocket-key.js'
import { ports } from '../../../dist/node/ports.js'
import { rfcAccept, rfcKey } from './heads.ts'

test('the key of RFC 6455 is accepted with the hash of RFC 6455', () => {
  assert.equal(acceptFor(rfcKey, ports), rfcAccept)
  const random = (length: number) =>
    new Uint8Array(Buffer.from('the sample nonce')).slice(0, length)
  assert.equal(makeKey({ ...ports, random }), rfcKey)
})

test('a key is new each time, and a key', () => {
  const keys = new Set(Array.from({ length: 100 }, () => makeKey(ports)))
  assert.equal(keys.size, 100)
  for (const key of keys) assert.ok(isKey(key), key)
})

test('a key is 16 bytes in base64 and nothing else', () => {
  for (const key of [rfcKey, 'Iv8io/9s+lYFgZWcXczP8Q==', 'AAAAAAAAAAAAAAAAAAAAAA==']) {
    assert.ok(isKey(key), key)
  }
  for (const other of [
    '',
    'dGhlIHNhbXBsZSBub25jZQ=',
    'dGhlIHNhbXBsZSBub25jZQ',
    'dGhlIHNhbXBsZSBub25jZQ===',
    'dGhlIHNhbXBsZSBub25jZ===',
    'dGhlIHNhbXBsZSBub25jZTE=',
    'dGhlIHNhbXBsZSBub25jZTEy',
    'dGhlIHNhbXBsZSBub25j-_==',
    ' dGhlIHNhbXBsZSBub25jZQ==',
    'dGhlIHNhbXBsZSBub25jZQ==\n',
    `${rfcKey}, ${rfcKey}`,
  ]) {
    assert.ok(!isKey(other), JSON.stringify(other))
  }
})

import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { sha1 } from '../../../dist/inspect/handshake/sha1.js'

test('SHA-1 is that of OpenSSL for every length around the block sizes', () => {
  for (let length = 0; length <= 200; length++) {
    const bytes = Uint8Array.from({ length }, (_, at) => (at * 151 + length) & 255)
    assert.deepEqual(Buffer.from(sha1(bytes)), createHash('sha1').update(bytes).digest())
  }
})

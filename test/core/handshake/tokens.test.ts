import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { base64 } from '../../../dist/core/handshake/base64.js'
import { latin1, latin1Bytes } from '../../../dist/core/handshake/latin1.js'
import { quoted } from '../../../dist/core/handshake/quoted.js'
import {
  hasToken,
  isFieldValue,
  isToken,
  splitList,
  trimWhitespace,
} from '../../../dist/core/handshake/tokens.js'

test('a token has no space, separator, control character or letter beyond ASCII', () => {
  for (const token of ['chat', 'chat.v2', "!#$%&'*+-.^_`|~09AZaz"]) assert.ok(isToken(token), token)
  for (const other of ['', ' ', 'a b', 'a,b', 'a/b', '"a"', 'a\r', 'a\n', '\0', 'é', '\x7f']) {
    assert.ok(!isToken(other), JSON.stringify(other))
  }
})

test('a field value has tabs and obs-text, but no other control character', () => {
  for (const value of ['', 'a b', 'a\tb', '\x80\xff']) assert.ok(isFieldValue(value))
  for (const value of ['\0', 'a\r', 'a\n', '\x1b[2J', '\x7f', '\u0100']) {
    assert.ok(!isFieldValue(value), JSON.stringify(value))
  }
})

test('only spaces and tabs are trimmed, from both ends', () => {
  assert.equal(trimWhitespace(' \t a b\t '), 'a b')
  assert.equal(trimWhitespace('\xa0a\n'), '\xa0a\n')
  assert.equal(trimWhitespace(' '.repeat(1_000_000)), '')
})

test('a list is split at its commas, and empty elements do not count', () => {
  assert.deepEqual(splitList('a, b ,\tc,, ,'), ['a', 'b', 'c'])
  assert.deepEqual(splitList(''), [])
})

test('a token is found in a list in any case, and not inside another', () => {
  assert.ok(hasToken('keep-alive, Upgrade', 'upgrade'))
  assert.ok(hasToken('h2c, WebSocket', 'websocket'))
  assert.ok(!hasToken('upgrades', 'upgrade'))
  assert.ok(!hasToken('keep-alive Upgrade', 'upgrade'))
  assert.ok(!hasToken('websocket/13', 'websocket'))
  assert.ok(!hasToken(undefined, 'upgrade'))
})

test('15 KB and 1 MB of spaces are split like any other list', () => {
  for (const length of [15_000, 1_000_000]) {
    assert.deepEqual(splitList(`a${' '.repeat(length)}b`), [`a${' '.repeat(length)}b`])
    assert.deepEqual(splitList(`a,${' '.repeat(length)},b`), ['a', 'b'])
  }
})

test('Latin-1 keeps every byte', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (data) => {
      assert.deepEqual(latin1Bytes(latin1(data)), data)
    }),
  )
  assert.equal(latin1(new Uint8Array(10_000).fill(0xe9)), 'é'.repeat(10_000))
})

test('base64 is that of Node for every length', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (data) => {
      assert.equal(base64(data), Buffer.from(data).toString('base64'))
    }),
  )
})

test('text from the network is shown in short, printable ASCII', () => {
  assert.equal(quoted('a "b"\r\n\x7fé'), '"a \\"b\\"\\r\\n\\u007f\\u00e9"')
  assert.equal(quoted('x'.repeat(81)), `"${'x'.repeat(80)}..."`)
  assert.equal(quoted(undefined), 'missing')
})

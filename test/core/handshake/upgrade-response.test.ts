import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { readUpgradeResponse } from '../../../dist/core/handshake/upgrade-response.js'
import { responseHead, rfcAccept, type Fields } from './heads.ts'

const protocol = 'Sec-WebSocket-Protocol'
const extensions = 'Sec-WebSocket-Extensions'
const accept = 'Sec-WebSocket-Accept'

type Row = [
  what: string,
  changes: Fields,
  offer: { protocols?: string[]; extensions?: string[] },
  code: string,
  received: string | undefined,
  expected: string,
]

const wrong: Row[] = [
  ['no Upgrade', { Upgrade: undefined }, {}, 'UPGRADE', undefined, 'websocket'],
  ['another Upgrade', { Upgrade: 'h2c' }, {}, 'UPGRADE', 'h2c', 'websocket'],
  [
    'a list of upgrades',
    { Upgrade: 'websocket, h2c' },
    {},
    'UPGRADE',
    'websocket, h2c',
    'websocket',
  ],
  ['no Connection', { Connection: undefined }, {}, 'CONNECTION', undefined, 'Upgrade'],
  ['another Connection', { Connection: 'close' }, {}, 'CONNECTION', 'close', 'Upgrade'],
  ['no accept', { [accept]: undefined }, {}, 'ACCEPT', undefined, rfcAccept],
  [
    'an accept in another case',
    { [accept]: rfcAccept.toLowerCase() },
    {},
    'ACCEPT',
    rfcAccept.toLowerCase(),
    rfcAccept,
  ],
  [
    'two accepts',
    { [accept]: [rfcAccept, rfcAccept] },
    {},
    'ACCEPT',
    `${rfcAccept}, ${rfcAccept}`,
    rfcAccept,
  ],
  ['a subprotocol unasked', { [protocol]: 'a' }, {}, 'SUBPROTOCOL', 'a', 'none'],
  ['an empty subprotocol', { [protocol]: '' }, {}, 'SUBPROTOCOL', '', 'none'],
  [
    'another subprotocol',
    { [protocol]: 'b' },
    { protocols: ['a', 'c'] },
    'SUBPROTOCOL',
    'b',
    'one of a, c',
  ],
  [
    'a subprotocol in another case',
    { [protocol]: 'A' },
    { protocols: ['a'] },
    'SUBPROTOCOL',
    'A',
    'one of a',
  ],
  ['no subprotocol', {}, { protocols: ['a'] }, 'SUBPROTOCOL', undefined, 'one of a'],
  [
    'two subprotocols',
    { [protocol]: ['a', 'c'] },
    { protocols: ['a', 'c'] },
    'SUBPROTOCOL',
    'a, c',
    'one of a, c',
  ],
  ['an extension unasked', { [extensions]: 'x' }, {}, 'EXTENSION', 'x', 'none'],
  [
    'another extension',
    { [extensions]: 'x' },
    { extensions: ['y', 'z'] },
    'EXTENSION',
    'x',
    'of y, z, each at most once',
  ],
  [
    'an extension twice',
    { [extensions]: 'y, y' },
    { extensions: ['y'] },
    'EXTENSION',
    'y, y',
    'of y, each at most once',
  ],
  [
    'the extension __proto__',
    { [extensions]: '__proto__' },
    { extensions: ['y'] },
    'EXTENSION',
    '__proto__',
    'of y, each at most once',
  ],
  [
    'a malformed extension',
    { [extensions]: 'y;' },
    { extensions: ['y'] },
    'EXTENSION',
    'y;',
    'of y, each at most once',
  ],
]

describe('a client refuses an answer with', () => {
  for (const [what, changes, offer, code, received, expected] of wrong) {
    test(what, () => {
      const { protocols = [], extensions: names = [] } = offer
      const offered = names.map((name) => ({ name, params: [] }))
      const answer = readUpgradeResponse(responseHead(changes), {
        accept: rfcAccept,
        protocols,
        extensions: offered,
      })
      assert.ok(!answer.accepted)
      const { error } = answer
      assert.equal(error.name, 'HandshakeError')
      assert.equal(error.code, `ERR_HANDSHAKE_${code}`)
      assert.equal(error.received, received)
      assert.equal(error.expected, expected)
      assert.ok(error.message.endsWith(`; expected ${expected}`), error.message)
      assert.equal(error.response?.status, 101)
    })
  }
})

test('an extension that was offered may be left unanswered', () => {
  const offer = { accept: rfcAccept, protocols: [], extensions: [{ name: 'a', params: [] }] }
  const expected = { accepted: true, protocol: '', extensions: [] }
  assert.deepEqual(readUpgradeResponse(responseHead(), offer), expected)
})

// Found by fuzzing: a status line HTTP/0.0, 1.0 or 9.9 opened a connection.
test('a 101 of an HTTP version that has no upgrade is refused', () => {
  const offer = { accept: rfcAccept, protocols: [], extensions: [] }
  for (const version of ['0.0', '1.0', '2.0', '9.9']) {
    const answer = readUpgradeResponse({ ...responseHead(), version }, offer)
    assert.ok(!answer.accepted, version)
    assert.equal(answer.error.code, 'ERR_HANDSHAKE_HTTP_VERSION')
    assert.equal(answer.error.received, version)
  }
  // RFC 9110 §2.5: a later minor version is read as 1.1.
  assert.ok(readUpgradeResponse({ ...responseHead(), version: '1.2' }, offer).accepted)
})

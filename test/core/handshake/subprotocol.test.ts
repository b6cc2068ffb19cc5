import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  checkSubprotocols,
  chooseSubprotocol,
  parseSubprotocols,
} from '../../../dist/core/handshake/subprotocol.js'
import { LocalProtocolError, OptionError } from '../../../dist/errors/index.js'

test('offered subprotocols are read in order', () => {
  assert.deepEqual(parseSubprotocols('chat.v2, chat.v1'), ['chat.v2', 'chat.v1'])
  assert.deepEqual(parseSubprotocols(',a,,\tb ,'), ['a', 'b'])
  assert.deepEqual(parseSubprotocols(`a,${' '.repeat(15_000)}b`), ['a', 'b'])
  assert.deepEqual(parseSubprotocols('__proto__, constructor'), ['__proto__', 'constructor'])
  assert.deepEqual(parseSubprotocols(undefined), [])
})

test('offered subprotocols that are not distinct tokens are malformed', () => {
  const spaces = ' '.repeat(15_000)
  for (const value of ['', ',', spaces, `a${spaces}b`, 'a b', 'a/b', '"a"', 'a, a', 'é', 'a\0']) {
    assert.equal(parseSubprotocols(value), undefined, JSON.stringify(value).slice(0, 40))
  }
})

test('the first that the server prefers is chosen, and none when none is in common', () => {
  assert.equal(chooseSubprotocol(['a', 'b'], ['c', 'b', 'a']), 'b')
  assert.equal(chooseSubprotocol(['a'], ['A']), undefined)
  assert.equal(chooseSubprotocol(['a'], []), undefined)
  assert.equal(chooseSubprotocol([], ['a']), undefined)
})

test('a function chooses of those offered, and is not asked when none are', () => {
  assert.equal(
    chooseSubprotocol(['a', 'b'], (offered) => offered.at(-1)),
    'b',
  )
  assert.equal(
    chooseSubprotocol(['a'], () => undefined),
    undefined,
  )
  assert.equal(
    chooseSubprotocol([], () => 'a'),
    undefined,
  )
  assert.throws(() => chooseSubprotocol(['a'], () => 'b'), LocalProtocolError)
})

test('a caller may offer distinct tokens only', () => {
  checkSubprotocols(['a', 'b'])
  for (const protocols of [[''], ['a b'], ['a', 'a'], ['a\r\nb'], ['a,b']]) {
    assert.throws(() => checkSubprotocols(protocols), OptionError, JSON.stringify(protocols))
  }
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OptionError } from '../../../dist/errors/index.js'
import { HeaderFields } from '../../../dist/core/handshake/header-fields.js'
import { checkExtraFields, formatHead } from '../../../dist/core/handshake/format-head.js'

test('fields keep their order and spelling, and are found in any case', () => {
  const fields = new HeaderFields(['Host', 'a.example', 'X-B', '1', 'x-b', '2'])
  assert.equal(fields.size, 3)
  assert.deepEqual(
    [...fields],
    [
      ['Host', 'a.example'],
      ['X-B', '1'],
      ['x-b', '2'],
    ],
  )
  assert.equal(fields.get('HOST'), 'a.example')
  assert.equal(fields.get('X-b'), '1, 2')
  assert.deepEqual(fields.all('x-B'), ['1', '2'])
  assert.ok(fields.has('hOST'))
  assert.ok(!fields.has('origin'))
  assert.equal(fields.get('origin'), undefined)
  assert.deepEqual(fields.all('origin'), [])
})

test('an empty value is not an absent one', () => {
  const fields = new HeaderFields(['X', ''])
  assert.equal(fields.get('x'), '')
})

test('__proto__ and constructor are names like any other', () => {
  const empty = new HeaderFields()
  for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
    assert.equal(empty.get(name), undefined)
    assert.ok(!empty.has(name))
    assert.equal(new HeaderFields([name, 'x']).get(name), 'x')
    assert.equal(HeaderFields.from([[name, 'x']]).get(name), 'x')
  }
  const parsed: Record<string, string> = JSON.parse('{"__proto__":"x"}')
  assert.equal(HeaderFields.from(parsed).get('__proto__'), 'x')
  assert.equal(Object.getPrototypeOf({}), Object.prototype)
})

test('fields are made of a record, of pairs, of the Headers of fetch and of each other', () => {
  const expected = [
    ['a', '1'],
    ['b', '2'],
    ['b', '3'],
  ]
  const fields = HeaderFields.from({ a: ' 1\t', b: ['2', '3'] })
  assert.deepEqual([...fields], expected)
  assert.deepEqual([...HeaderFields.from(fields)], expected)
  assert.deepEqual([...HeaderFields.from([['a', '1']])], [['a', '1']])
  assert.deepEqual([...HeaderFields.from(new Headers({ a: '1' }))], [['a', '1']])
})

test('a name that is no token and a value that would end the line are refused', () => {
  for (const name of ['', 'a b', 'a:', 'a\r\nb', 'é']) {
    assert.throws(() => HeaderFields.from([[name, 'x']]), OptionError, JSON.stringify(name))
  }
  for (const value of ['a\r\nb: c', '\r', '\n', '\0', '\x7f', '\u2028', 'ключ']) {
    assert.throws(() => HeaderFields.from({ a: value }), OptionError, JSON.stringify(value))
  }
})

test('a refused value, which may be a secret, is not told', () => {
  assert.throws(
    () => HeaderFields.from({ Authorization: 'Bearer 123\n' }),
    (error: OptionError) => error.message.includes('Authorization') && !/123/.test(error.message),
  )
})

test('no head is written with a field that would split it', () => {
  assert.equal(formatHead('GET / HTTP/1.1', [['A', 'b']]), 'GET / HTTP/1.1\r\nA: b\r\n\r\n')
  assert.throws(() => formatHead('GET / HTTP/1.1', [['A', 'b\r\nC: d']]), OptionError)
})

test('fields of the caller may not be those that the handshake writes', () => {
  checkExtraFields([['Cookie', 'a=b']])
  for (const name of [
    'HOST',
    'Upgrade',
    'connection',
    'Content-Length',
    'Transfer-Encoding',
    'Sec-WebSocket-Key',
    'sec-websocket-anything',
  ]) {
    assert.throws(() => checkExtraFields([[name, 'x']]), OptionError, name)
  }
})

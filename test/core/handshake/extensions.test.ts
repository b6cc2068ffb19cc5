import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as fc from 'fast-check'
import {
  chooseExtensions,
  formatExtensions,
  parseExtensions,
  type Extension,
  type ExtensionNegotiator,
} from '../../../dist/core/handshake/extensions.js'
import { OptionError } from '../../../dist/errors/index.js'

const bare = (name: string): Extension => ({ name, params: [] })

describe('extensions are read', () => {
  const cases: [value: string | undefined, expected: Extension[]][] = [
    [undefined, []],
    ['permessage-deflate', [bare('permessage-deflate')]],
    ['a, b', [bare('a'), bare('b')]],
    ['a, a', [bare('a'), bare('a')]],
    [', ,a,, b ,\t', [bare('a'), bare('b')]],
    ['a;x', [{ name: 'a', params: [['x', true]] }]],
    [
      'a; x=1; x=2; y, b;z="3"',
      [
        {
          name: 'a',
          params: [
            ['x', '1'],
            ['x', '2'],
            ['y', true],
          ],
        },
        { name: 'b', params: [['z', '3']] },
      ],
    ],
    ['\ta\t;\tx\t=\t1\t', [{ name: 'a', params: [['x', '1']] }]],
    ['a;x = "1" , b', [{ name: 'a', params: [['x', '1']] }, bare('b')]],
    ['a;x="\\1\\5"', [{ name: 'a', params: [['x', '15']] }]],
    [
      '__proto__;constructor=__proto__',
      [{ name: '__proto__', params: [['constructor', '__proto__']] }],
    ],
    [`a${' '.repeat(1_000_000)},b`, [bare('a'), bare('b')]],
    [`${','.repeat(1_000_000)}b`, [bare('b')]],
  ]
  for (const [value, expected] of cases) {
    test(JSON.stringify(value)?.slice(0, 40) ?? 'of no field', () => {
      assert.deepEqual(parseExtensions(value), expected)
    })
  }
})

describe('extensions are malformed', () => {
  for (const value of [
    '',
    ' ',
    ',',
    ', ,',
    'a b',
    'a;',
    'a;;x',
    ';x',
    'a;=1',
    'a;x=',
    'a;x=,b',
    'a;x==1',
    'a;x=1 2',
    'a;x="1',
    'a;x="1\\',
    'a;x="\\',
    'a;x=""',
    'a;x="1 2"',
    'a;x="1,2"',
    'a;x="\\""',
    'a;x="1"2',
    'a;"x"=1',
    '"a"',
    'a/b',
    'a=1',
    'a\0',
    'é',
    `a;x="${'\\1'.repeat(100_000)}`,
    `a${' '.repeat(1_000_000)}b`,
  ]) {
    test(JSON.stringify(value).slice(0, 40), () => assert.equal(parseExtensions(value), undefined))
  }
})

test('extensions are written with their parameters in order', () => {
  const deflate: Extension = {
    name: 'permessage-deflate',
    params: [
      ['client_max_window_bits', true],
      ['server_max_window_bits', '10'],
    ],
  }
  assert.equal(
    formatExtensions([deflate, bare('x')]),
    'permessage-deflate; client_max_window_bits; server_max_window_bits=10, x',
  )
})

test('an extension that is not made of tokens is not written', () => {
  const bad: Extension[] = [
    bare('a b'),
    bare('a\r\nb'),
    { name: 'a', params: [['', true]] },
    { name: 'a', params: [['x', '']] },
    { name: 'a', params: [['x', '1, b']] },
  ]
  for (const extension of bad) {
    assert.throws(() => formatExtensions([extension]), OptionError, JSON.stringify(extension))
  }
})

test('extensions that are written are read as they were', () => {
  const tokens = fc.stringMatching(/^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,8}$/)
  const values = fc.oneof(tokens, fc.constant(true as const))
  const extensions = fc.array(
    fc.record({ name: tokens, params: fc.array(fc.tuple(tokens, values), { maxLength: 4 }) }),
    { minLength: 1, maxLength: 4 },
  )
  fc.assert(
    fc.property(extensions, (list) => {
      assert.deepEqual(
        parseExtensions(formatExtensions(list)),
        list.map(({ ...all }) => all),
      )
    }),
  )
})

test('no text makes the reading of extensions throw', () => {
  const pieces = fc.array(fc.constantFrom('a', '"', '\\', ';', ',', '=', ' ', '\t', '\0', 'é'))
  fc.assert(
    fc.property(pieces, (parts) => {
      parseExtensions(parts.join(''))
    }),
  )
})

test('of each extension the first acceptable offer is taken, and unknown ones are ignored', () => {
  const deflate: ExtensionNegotiator = {
    name: 'deflate',
    accept: (params) => (params.length > 1 ? undefined : [...params, ['agreed', true]]),
  }
  const offers = parseExtensions('unknown, deflate;a;b, deflate;c, deflate, __proto__')
  assert.deepEqual(chooseExtensions(offers ?? [], [deflate]), [
    {
      name: 'deflate',
      params: [
        ['c', true],
        ['agreed', true],
      ],
    },
  ])
  assert.deepEqual(chooseExtensions(offers ?? [], []), [])
})

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as fc from 'fast-check'
import {
  formatParameters,
  readAnswer,
  readOffer,
} from '../../../dist/core/permessage-deflate/parameters.js'
import { params } from './agreement.ts'

const none = {
  serverNoContextTakeover: false,
  clientNoContextTakeover: false,
  serverMaxWindowBits: undefined,
  clientMaxWindowBits: undefined,
}
type Expected = Partial<{ [Key in keyof typeof none]: boolean | number }> | undefined

/** RFC 7692 §7.1: what stands in the field, what it means in an offer, and in an answer. */
const rows: [text: string, offer: Expected, answer: Expected][] = [
  ['', {}, {}],
  [
    'server_no_context_takeover',
    { serverNoContextTakeover: true },
    { serverNoContextTakeover: true },
  ],
  [
    'client_no_context_takeover',
    { clientNoContextTakeover: true },
    { clientNoContextTakeover: true },
  ],
  ['client_max_window_bits', { clientMaxWindowBits: true }, undefined],
  ['client_max_window_bits="15"', { clientMaxWindowBits: 15 }, { clientMaxWindowBits: 15 }],
  ['server_max_window_bits="8"', { serverMaxWindowBits: 8 }, { serverMaxWindowBits: 8 }],
  ['server_max_window_bits="1\\0"', { serverMaxWindowBits: 10 }, { serverMaxWindowBits: 10 }],
  [
    'client_max_window_bits; server_no_context_takeover',
    { clientMaxWindowBits: true, serverNoContextTakeover: true },
    undefined,
  ],
  [
    'client_max_window_bits=9;server_max_window_bits=14;client_no_context_takeover;server_no_context_takeover',
    {
      clientMaxWindowBits: 9,
      serverMaxWindowBits: 14,
      clientNoContextTakeover: true,
      serverNoContextTakeover: true,
    },
    {
      clientMaxWindowBits: 9,
      serverMaxWindowBits: 14,
      clientNoContextTakeover: true,
      serverNoContextTakeover: true,
    },
  ],
]
for (let bits = 8; bits <= 15; bits++) {
  for (const [name, key] of [
    ['server_max_window_bits', 'serverMaxWindowBits'],
    ['client_max_window_bits', 'clientMaxWindowBits'],
  ] as const) {
    rows.push([`${name}=${bits}`, { [key]: bits }, { [key]: bits }])
  }
}

const refused: string[] = [
  // No values (§7.1.1.1, §7.1.1.2), not even those that say the same.
  ...['=1', '=true', '=15'].flatMap((value) => [
    `server_no_context_takeover${value}`,
    `client_no_context_takeover${value}`,
  ]),
  // A value is needed here (§7.1.2.1).
  'server_max_window_bits',
  // 8 to 15, decimal, without leading zeros (§7.1.2).
  ...[
    '0',
    '7',
    '16',
    '08',
    '010',
    '8.0',
    '+8',
    '-8',
    '1e1',
    '0x8',
    '99',
    '15a',
    'x',
    '1_5',
  ].flatMap((value) => [`server_max_window_bits=${value}`, `client_max_window_bits=${value}`]),
  'server_max_window_bits="08"',
  // Once each (§7.1), also when both say the same.
  'server_no_context_takeover; server_no_context_takeover',
  'client_no_context_takeover; client_no_context_takeover',
  'server_max_window_bits=10; server_max_window_bits=10',
  'client_max_window_bits=10; client_max_window_bits=11',
  'client_max_window_bits; client_max_window_bits',
  'client_max_window_bits; client_max_window_bits=10',
  // No others, whatever they are called.
  'x',
  'x=1; client_no_context_takeover',
  'client_no_context_takeover; x',
  'Server_No_Context_Takeover',
  'server_max_window_bit=10',
  '__proto__',
  '__proto__=10',
  'constructor',
  'toString=8',
  'hasOwnProperty',
]

describe('the parameters of permessage-deflate', () => {
  for (const [text, offer, answer] of rows) {
    test(`are read: ${text || 'none'}`, () => {
      assert.deepEqual(readOffer(params(text)), offer && { ...none, ...offer })
      assert.deepEqual(readAnswer(params(text)), answer && { ...none, ...answer })
    })
  }

  for (const text of refused) {
    test(`are refused: ${text}`, () => {
      assert.equal(readOffer(params(text)), undefined)
      assert.equal(readAnswer(params(text)), undefined)
    })
  }

  test('are read as they were written', () => {
    const bits = fc.option(fc.integer({ min: 8, max: 15 }), { nil: undefined })
    const parameters = fc.record({
      serverNoContextTakeover: fc.boolean(),
      clientNoContextTakeover: fc.boolean(),
      serverMaxWindowBits: bits,
      clientMaxWindowBits: fc.oneof(bits, fc.constant(true as const)),
    })
    fc.assert(
      fc.property(parameters, (any) => {
        assert.deepEqual(readOffer(formatParameters(any)), { ...any })
        const valueless = any.clientMaxWindowBits === true
        assert.deepEqual(readAnswer(formatParameters(any)), valueless ? undefined : { ...any })
      }),
    )
  })

  test('are read in any order, and nothing makes the reading throw', () => {
    const names = fc.constantFrom(
      'server_no_context_takeover',
      'client_no_context_takeover',
      'server_max_window_bits',
      'client_max_window_bits',
      '__proto__',
      'x',
    )
    const values = fc.oneof(fc.constant(true as const), fc.constantFrom('8', '15', '', '7', '\0'))
    fc.assert(
      fc.property(fc.array(fc.tuple(names, values), { maxLength: 5 }), (list) => {
        assert.deepEqual(readOffer(list), readOffer(list.toReversed()))
        assert.deepEqual(readAnswer(list), readAnswer(list.toReversed()))
        const repeats = new Set(list.map(([name]) => name)).size < list.length
        if (repeats) assert.equal(readOffer(list) ?? readAnswer(list), undefined)
      }),
    )
  })
})

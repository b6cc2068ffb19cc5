import { test } from 'node:test'
import assert from 'node:assert/strict'
import * as fc from 'fast-check'
import { decodings } from '../../../inspector-ui/src/pure/decoders/decoders.ts'
import { message } from './samples.ts'

const connections = fc.record({
  protocol: fc.constantFrom(
    undefined,
    'mqtt',
    'v12.stomp',
    'graphql-ws',
    'msgpack',
    'graphql-transport-ws',
  ),
  path: fc.constantFrom('/', '/socket.io/?EIO=4', '/app/key?protocol=7'),
  first: fc.option(fc.uint8Array(), { nil: undefined }),
})

/** Bytes that begin as a protocol does get further into its decoder than those that do not. */
const beginnings = [
  '',
  '42["',
  '451-["a",',
  'SEND\n',
  '{"type":"next",',
  '{"event":"pusher:a"',
  '\x10\x0c\0\x04MQTT\x05',
]

test('nothing a peer sends makes a decoder throw', () => {
  fc.assert(
    fc.property(
      connections,
      fc.constantFrom(...beginnings),
      fc.oneof(fc.string({ unit: 'binary' }), fc.uint8Array()),
      (known, beginning, rest) => {
        const data =
          typeof rest === 'string'
            ? beginning + rest
            : Uint8Array.of(...new TextEncoder().encode(beginning), ...rest)
        for (const { name, summary } of decodings(message(data, known))) {
          assert.equal(typeof name, 'string')
          assert.equal(typeof summary, 'string')
        }
      },
    ),
    { numRuns: 2000 },
  )
})

test('a nesting that is too deep for the stack does no harm', () => {
  const deep = new Uint8Array(200_000).fill(0x91)
  deep[deep.length - 1] = 0xc0
  assert.doesNotThrow(() => decodings(message(deep)))
  assert.doesNotThrow(() => decodings(message('['.repeat(200_000) + ']'.repeat(200_000))))
})

test('whoever recognises a message is asked, the one who knows most first', () => {
  const text = '{"event":"pusher:ping","data":{}}'
  assert.deepEqual(
    decodings(message(text)).map(({ name }) => name),
    ['Pusher', 'JSON'],
  )
})

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as fc from 'fast-check'
import { HeadParser } from '../../../dist/core/handshake/head-parser.js'
import { bytes, text, wire } from './heads.ts'

const limits = { head: 16_384, headFields: 100, target: 8_192 }

type Kind = 'request' | 'response'

/** What came out of the parser, in a shape that compares. */
function read(kind: Kind, chunks: Uint8Array[], headLimits = limits): unknown {
  const parser = new HeadParser(kind, headLimits)
  for (const [index, chunk] of chunks.entries()) {
    const result = parser.push(chunk)
    if (result.state === 'waiting') continue
    if (result.state === 'failed') {
      return { status: result.status, code: result.error.code, message: result.error.message }
    }
    const rest =
      text(result.rest) +
      chunks
        .slice(index + 1)
        .map(text)
        .join('')
    return { ...result.head, fields: [...result.head.fields], rest }
  }
  return 'waiting'
}

function failure(kind: Kind, head: string, headLimits = limits): string {
  const result = read(kind, [bytes(head)], headLimits) as { status: number; message: string }
  assert.ok(result.status, `${JSON.stringify(head)} was read`)
  return `${result.status}: ${result.message}`
}

const request = wire(
  'GET /chat?room=1 HTTP/1.1',
  'Host: server.example',
  'upgrade:websocket',
  'X-Empty:',
  'X-Padded: \t a  b\t ',
  'X-Latin: \xe9\xff',
  '',
)
const requestRead = {
  method: 'GET',
  target: '/chat?room=1',
  version: '1.1',
  fields: [
    ['Host', 'server.example'],
    ['upgrade', 'websocket'],
    ['X-Empty', ''],
    ['X-Padded', 'a  b'],
    ['X-Latin', '\xe9\xff'],
  ],
  rest: '\x81\x00\r\n',
}

const response = wire('HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', '')
const responseRead = {
  version: '1.1',
  status: 101,
  reason: 'Switching Protocols',
  fields: [['Upgrade', 'websocket']],
  rest: '\x81\x00\r\n',
}

describe('a head is read', () => {
  for (const [kind, head, expected] of [
    ['request', request, requestRead],
    ['response', response, responseRead],
  ] as const) {
    const all = bytes(`${head}\x81\x00\r\n`)
    test(`whichever byte a ${kind} is split at`, () => {
      for (let at = 0; at <= all.length; at++) {
        const split = [all.subarray(0, at), all.subarray(at)]
        assert.deepEqual(read(kind, split), expected, `split at ${at}`)
      }
    })

    test(`when a ${kind} comes byte by byte`, () => {
      const single = Array.from(all, (byte) => Uint8Array.of(byte))
      assert.deepEqual(read(kind, single), expected)
    })
  }

  test('of a response without a reason, with and without the space that is due', () => {
    for (const line of ['HTTP/1.1 101 ', 'HTTP/1.1 101']) {
      const result = read('response', [bytes(wire(line, ''))])
      assert.deepEqual(result, { version: '1.1', status: 101, reason: '', fields: [], rest: '' })
    }
  })

  test('of HTTP/1.0, for others to refuse', () => {
    const result = read('request', [bytes(wire('GET / HTTP/1.0', ''))])
    assert.equal((result as { version: string }).version, '1.0')
  })

  test('behind empty lines, if it is a request', () => {
    assert.deepEqual(read('request', [bytes(`\r\n\r\n${request}\x81\x00\r\n`)]), requestRead)
    assert.match(failure('response', `\r\n${response}`), /^400: the status line "" does not begin/)
  })

  test('with __proto__ among its fields', () => {
    const result = read('request', [bytes(wire('GET / HTTP/1.1', '__proto__: x', ''))])
    assert.deepEqual((result as { fields: unknown }).fields, [['__proto__', 'x']])
  })

  test('once only', () => {
    for (const head of [request, 'bad\r\n']) {
      const parser = new HeadParser('request')
      parser.push(bytes(head))
      assert.throws(() => parser.push(bytes('more')), { code: 'ERR_HANDSHAKE_OVER' })
    }
  })
})

const requestFaults: [head: string, expected: RegExp][] = [
  ['GET /\r\n', /^400: the request line "GET \/" lacks a part/],
  ['GET\r\n', /lacks a part/],
  ['GET\t/\tHTTP/1.1\r\n', /lacks a part/],
  ['GET / HTTP/1.1 Host: example.com:8000\r\n', /goes on behind METHOD target HTTP\/1.1/],
  ['GET  / HTTP/1.1\r\n', /goes on behind/],
  ['G(T / HTTP/1.1\r\n', /the method "G\(T" is not a token/],
  [' / HTTP/1.1\r\n', /the method "" is not a token/],
  ['GET /\xe9 HTTP/1.1\r\n', /the request target "\/\\u00e9" is not of printable ASCII/],
  ['GET /\0 HTTP/1.1\r\n', /not of printable ASCII/],
  ['GET / HTTP/1\r\n', /"HTTP\/1" is not an HTTP version/],
  ['GET / http/1.1\r\n', /is not an HTTP version/],
  ['GET / HTTP/1.1x\r\n', /is not an HTTP version/],
  ['GET / HTTP/1.1\n', /line 1 of the head ends in a bare LF; expected CR LF/],
  ['GET / HTTP/1.1\r\nA: b\nC: d\r\n\r\n', /line 2 of the head ends in a bare LF/],
  ['GET / HTTP/1.1\r\n\n', /line 2 of the head ends in a bare LF/],
  ['GET / HTTP/1.1\r\nA: b\rC: d\r\n\r\n', /line 2 of the head has a bare CR/],
  ['GET / HTTP/1.1\r\nA: b\r\r\n\r\n', /line 2 of the head has a bare CR/],
  ['GET / HTTP/1.1\r\n\r\r\n', /has a bare CR/],
  [
    'GET / HTTP/1.1\r\nA: b\r\n c\r\n\r\n',
    /line 3 of the head begins with whitespace, which folds/,
  ],
  ['GET / HTTP/1.1\r\n\tA: b\r\n\r\n', /line 2 of the head begins with whitespace/],
  ['GET / HTTP/1.1\r\nHost\r\n\r\n', /line 2 of the head has no colon: "Host"/],
  ['GET / HTTP/1.1\r\nHost : a\r\n\r\n', /whitespace before the colon/],
  ['GET / HTTP/1.1\r\nContent-Length\t: 5\r\n\r\n', /whitespace before the colon/],
  ['GET / HTTP/1.1\r\n: a\r\n\r\n', /the field name "", which is not a token/],
  ['GET / HTTP/1.1\r\nA B: a\r\n\r\n', /the field name "A B", which is not a token/],
  ['GET / HTTP/1.1\r\nA\0: a\r\n\r\n', /which is not a token/],
  ['GET / HTTP/1.1\r\nA: a\0b\r\n\r\n', /a control character in the value of A/],
  ['GET / HTTP/1.1\r\nA: \x1b[2J\r\n\r\n', /a control character/],
  ['GET / HTTP/1.1\r\nA: \x7f\r\n\r\n', /a control character/],
]

const responseFaults: [head: string, expected: RegExp][] = [
  ['101 Switching Protocols\r\n', /the status line .* does not begin like HTTP\/1.1 101/],
  ['HTTP/1.1 Switching Protocols\r\n', /does not begin like/],
  ['HTTP/x.1 101 Switching Protocols\r\n', /does not begin like/],
  ['HTTP/1.1 10 Switching\r\n', /does not begin like/],
  ['HTTP/1.1 1010 Switching\r\n', /does not begin like/],
  ['HTTP/1.1  101 Switching\r\n', /does not begin like/],
  ['HTTP/1.1 101 Swit\0ching\r\n', /the reason phrase "Swit\\u0000ching" has a control character/],
  ['HTTP/1.1 101 OK\nA: b\r\n', /bare LF/],
]

describe('a head is refused with what is wrong', () => {
  for (const [head, expected] of requestFaults) {
    test(JSON.stringify(head), () => assert.match(failure('request', head), expected))
  }
  for (const [head, expected] of responseFaults) {
    test(JSON.stringify(head), () => assert.match(failure('response', head), expected))
  }
})

describe('a head is refused when it is too large', () => {
  test('in all: 431 from the byte behind the limit on, 414 while that is in the target', () => {
    const limit = { ...limits, head: bytes(request).length }
    assert.deepEqual(read('request', [bytes(`${request}\x81\x00\r\n`)], limit), requestRead)
    const smaller = { ...limits, head: limit.head - 1 }
    assert.match(failure('request', request, smaller), /^431: the head has more than \d+ bytes/)
    assert.match(failure('request', `GET /${'a'.repeat(20_000)}`), /^414: /)
    assert.match(failure('response', `HTTP/1.1 101 ${'a'.repeat(20_000)}`), /^431: /)
  })

  test('in the number of its fields', () => {
    const fields = (count: number): string =>
      wire('GET / HTTP/1.1', ...Array.from({ length: count }, () => 'a: b'), '')
    assert.equal(typeof read('request', [bytes(fields(100))]), 'object')
    assert.match(failure('request', fields(101)), /^431: the head has more than 100 field lines/)
  })

  test('in its target', () => {
    const target = (length: number): string => wire(`GET ${'/'.repeat(length)} HTTP/1.1`, '')
    assert.equal(typeof read('request', [bytes(target(8_192))]), 'object')
    assert.match(failure('request', target(8_193)), /^414: .* more than 8192 characters/)
  })

  test('without storing it: an endless line is refused in the chunk that passes the limit', () => {
    const parser = new HeadParser('request')
    const chunk = bytes('a'.repeat(1000))
    for (let count = 0; count < 16; count++) assert.equal(parser.push(chunk).state, 'waiting')
    assert.equal(parser.push(chunk).state, 'failed')
  })

  test('by empty lines before it, too', () => {
    assert.match(failure('request', '\r\n'.repeat(10_000)), /^414: /)
  })
})

describe('whatever the bytes are', () => {
  const small = { head: 200, headFields: 3, target: 20 }
  const kinds = fc.constantFrom<Kind>('request', 'response')
  const pieces = fc.constantFrom(
    'GET / HTTP/1.1',
    'HTTP/1.1 101 OK',
    '\r\n',
    '\r',
    '\n',
    'A: b',
    ':',
    ' ',
    '\0',
    '\xff',
    'a'.repeat(30),
  )
  const heads = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.array(pieces, { maxLength: 20 }).map((parts) => bytes(parts.join(''))),
  )

  test('the parser answers and does not throw, and any chunking gives the same', () => {
    fc.assert(
      fc.property(kinds, heads, fc.array(fc.nat(300), { maxLength: 10 }), (kind, data, cuts) => {
        const ends = [...cuts.sort((a, b) => a - b), data.length]
        const chunks = ends.map((end, index) => data.subarray(ends[index - 1] ?? 0, end))
        assert.deepEqual(read(kind, chunks, small), read(kind, [data], small))
      }),
      { numRuns: 2000 },
    )
  })

  test('a head that is written is read as it was', () => {
    const tokens = fc.stringMatching(/^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,12}$/)
    const values = fc.stringMatching(/^([\x21-\x7e\x80-\xff]([\t -~]{0,9}[\x21-\x7e])?)?$/)
    const fields = fc.array(fc.tuple(tokens, values), { maxLength: 10 })
    fc.assert(
      fc.property(tokens, fields, (method, lines) => {
        const written = lines.map(([name, value]) => `${name}: ${value}`)
        const result = read('request', [bytes(wire(`${method} /a HTTP/1.1`, ...written, ''))])
        assert.deepEqual(result, { method, target: '/a', version: '1.1', fields: lines, rest: '' })
      }),
    )
  })
})
